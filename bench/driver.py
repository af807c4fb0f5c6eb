"""One checkout on one scratch database, asked line by line: `python -P …/bench/driver.py`, PYTHONPATH at that checkout.

This file is run over other revisions too, so of the program it knows the settings, the person and the way in which the
checkout itself starts its web half, and nothing of this folder. A line of JSON on standard input names a method of
`Driver`; its answer is a line of JSON. It ends with its input, and its web half with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from typing import Any

OUTSIDE = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN")


class Driver:
    """Persons signed in by a name, and what is asked for them."""

    def __init__(self) -> None:
        self.clients: dict[str, Any] = {}
        self.web: Any = None
        self.said: list[tuple[str, Any]] = []

    def open(self, logins: dict[str, str]) -> dict[str, Any]:
        """Sign in {name: login}; the session of each, and the cookie that carries it."""
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from django.test import Client

        for name, login in logins.items():
            client = self.clients[name] = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
            client.force_login(get_user_model()._default_manager.get_by_natural_key(login))
        cookie = settings.SESSION_COOKIE_NAME
        return {"cookie": cookie, "sessions": {name: one.cookies[cookie].value for name, one in self.clients.items()}}

    def look(self, who: str, path: str) -> dict[str, Any]:
        """Open a page three times, the last time with its statements; its SELECTs are kept for `raw`."""
        for _ in range(2):
            self.clients[who].get(path)
        return self.ask(who, path)

    def get(self, who: str, path: str) -> dict[str, Any]:
        """One page, timed: seconds on the clock and of this process."""
        began, cpu = time.perf_counter(), time.process_time()
        answer = self.clients[who].get(path)
        return {
            "wall": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "status": answer.status_code,
        }

    def ask(self, who: str, path: str, body: Any = None) -> dict[str, Any]:
        """One page, or one POST of JSON, timed and with its statements and its text."""
        client = self.clients[who]
        with self._listening() as count:
            began, cpu = time.perf_counter(), time.process_time()
            answer = client.get(path) if body is None else client.post(path, body, content_type="application/json")
            wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        text = answer.content.decode(errors="replace")
        return {"wall": wall, "cpu": cpu, "status": answer.status_code, "statements": count[0], "text": text}

    def raw(self) -> dict[str, Any]:
        """The SELECTs of the page asked for last, through the driver of the database alone."""
        from django.db import connection

        ready = self.said
        if connection.vendor == "sqlite":
            ready = [
                (sql.replace("%s", "?").replace("%%", "%"), [_sqlite(one) for one in params or ()])
                for sql, params in self.said
            ]
        bare: Any = connection.connection
        began = time.perf_counter()
        for sql, params in ready:
            bare.execute(sql, params).fetchall()
        return {"wall": time.perf_counter() - began}

    def serve(self, port: int) -> dict[str, Any]:
        """Start the web half as this checkout does it (workers, threads, queue are its own)."""
        from shuangcha.conf import serve

        self.web = serve._start(serve._web_command("127.0.0.1", port))
        return {"pid": self.web.pid}

    def stop(self) -> dict[str, Any]:
        if self.web is not None:
            from shuangcha.conf import serve

            web, self.web = self.web, None
            serve._stop_all([web])
        return {}

    @contextlib.contextmanager
    def _listening(self) -> Iterator[list[int]]:
        """How many statements are made meanwhile; the SELECTs are kept as the database's driver gets them."""
        from django.db import connection

        self.said, count = [], [0]

        def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            count[0] += not sql.startswith(OUTSIDE)
            if sql.lstrip("( ").startswith(("SELECT", "WITH")):
                self.said.append((sql, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            yield count


def _sqlite(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, str, bytes)) else str(value)


def main() -> None:
    import django

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it closes its input
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr
    django.setup()
    driver = Driver()
    try:
        for line in sys.stdin:
            word, given = json.loads(line)
            try:
                answer = getattr(driver, word)(**given)
            except Exception:
                answer = {"error": traceback.format_exc()}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
    finally:
        driver.stop()
    answers.close()
    os._exit(0)  # nothing is left to be done, and taking the program down takes its time


if __name__ == "__main__":
    main()
