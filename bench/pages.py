"""Pages and acts per second on a seeded instance: `python -m bench.pages SECONDS FEW` in its environment; JSON.

Every page is timed three ways in one run, one after the other: the raw statements through the driver, Django's test
client in this process, and granian on the loopback address with four clients. What counts are the ratios.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.test import Client

CLIENTS, WARM = 4, 0.7
PAGES = (
    "worklist",
    "matters",
    "matters next",
    "matters by stage",
    "matter",
    "clues",
    "search common",
    "search number",
    "search absent",
    "api matters",
)


def figures(times: list[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and how many a second one after the other."""
    times = sorted(times)
    return {
        "p50": round(statistics.median(times) * 1000, 2),
        "p95": round(times[int(len(times) * 0.95)] * 1000, 2),
        "per_second": round(len(times) / sum(times), 1),
        "n": len(times),
    }


def repeat(seconds: float, work: Callable[[], Any], least: int = 5) -> dict[str, float]:
    work()
    times: list[float] = []
    until = time.perf_counter() + seconds
    while time.perf_counter() < until or len(times) < least:
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return figures(times)


def signed_in(login: str) -> Client:
    from shuangcha.courts.models import Person

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(login=login))
    return client


def addresses(client: Client) -> dict[str, str]:
    """Where each page is found: by the links of the pages themselves where there are any."""
    import re

    from shuangcha.casefile import models as cf

    first = client.get("/matters/").content.decode()
    following = re.search(r'href="(\?[^"]*page=[^"]+)"', first)
    middle = cf.Matter.rows.order_by("id").filter(stage="disposing").last()
    found = {
        "worklist": "/",
        "matters": "/matters/",
        "matters by stage": "/matters/?stage=investigating",
        "matter": f"/matters/{middle.uid}/",
        "clues": "/clues/",
        "api matters": "/api/v1/matter",
        # 双查 stands in the number of every matter; two characters of which each stands in many rows, and the pair in
        # none.
        "search common": f"/matters/?q={quote('双查')}",
        "search number": f"/matters/?q={quote(middle.number)}",
        "search absent": f"/matters/?q={quote('查洛')}",
    }
    if following:
        found["matters next"] = "/matters/" + following[1].replace("&amp;", "&")
    return {name: found[name] for name in PAGES if name in found}


def raw_statements(client: Client, path: str) -> tuple[int, list[tuple[str, Any]]]:
    """(how many statements one page makes, its SELECTs as the driver gets them)."""
    said: list[tuple[str, Any]] = []
    count = 0

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal count
        count += not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN"))
        if sql.lstrip("( ").startswith(("SELECT", "WITH")):
            said.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert client.get(path).status_code == 200, path
    return count, said


def raw(said: list[tuple[str, Any]]) -> Callable[[], None]:
    if connection.vendor == "sqlite":
        ready = [
            (sql.replace("%s", "?").replace("%%", "%"), [_sqlite(one) for one in params or ()]) for sql, params in said
        ]
    else:
        ready = [(sql, params) for sql, params in said]

    def work() -> None:
        for sql, params in ready:
            connection.connection.execute(sql, params).fetchall()

    return work


def _sqlite(value: Any) -> Any:
    return value if value is None or isinstance(value, (int, float, str, bytes)) else str(value)


def measure(seconds: float) -> dict[str, Any]:
    """The pages of the assigning court's enforcement head."""
    from shuangcha.conf.demo.cast import cast

    client = signed_in(cast("豫03", "2021-11-30").enforcement)
    where = addresses(client)
    found: dict[str, Any] = {}
    for name, path in where.items():
        count, statements = raw_statements(client, path)
        found[name] = {
            "statements": count,
            "raw": repeat(seconds, raw(statements)),
            "page": repeat(seconds, lambda path=path: client.get(path)),
        }
    for name, one in served(client.cookies["shuangcha"].value, where, seconds).items():
        found[name]["served"] = one
    return found


def served(session: str, where: dict[str, str], seconds: float) -> dict[str, Any]:
    """The same pages from granian, by four clients at once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--http",
        "1",
        "--no-ws",
        "--workers",
        "2",
        "--blocking-threads",
        "2",
        "--log-level",
        "warning",
        "--no-access-log",
        "shuangcha.conf.wsgi:application",
    ]
    server = subprocess.Popen(command, env=os.environ.copy(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        return {name: _clients(port, session, path, seconds) for name, path in where.items()}
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()


def _await(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _clients(port: int, session: str, path: str, seconds: float) -> dict[str, float]:
    """Four clients, after a second of the same that does not count: a worker's first pages load the program."""
    _four(port, session, path, WARM)
    return _four(port, session, path, seconds)


def _four(port: int, session: str, path: str, seconds: float) -> dict[str, float]:
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    wrong: list[int] = []
    until = time.perf_counter() + seconds

    def one(mine: list[float]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.perf_counter() < until or not mine:
            began = time.perf_counter()
            line.request("GET", path, headers={"Cookie": f"shuangcha={session}"})
            answer = line.getresponse()
            answer.read()
            mine.append(time.perf_counter() - began)
            if answer.status != 200:
                wrong.append(answer.status)
        line.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=one, args=(mine,)) for mine in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, (path, wrong[:3])
    every = [one for mine in times for one in mine]
    return figures(every) | {"per_second": round(len(every) / (time.perf_counter() - began), 1)}


def main(words: list[str]) -> int:
    import django

    django.setup()
    from bench.doing import Doing
    from bench.reads import conditions, persons, touched, walked
    from bench.seed import verify_sample

    seconds, few = float(words[0]), words[1]
    viewers = persons(few)
    found: dict[str, Any] = {"touched": {name: touched(read) for name, read in walked(viewers).items()}}
    found["conditions"] = {name: touched(read) for name, read in conditions(viewers).items()}
    found["pages"] = measure(seconds)
    found["acts"] = Doing(seconds).all()
    found["verify after"] = verify_sample(200, 50)
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
