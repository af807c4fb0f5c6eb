"""Acts sent over HTTP while the server is killed again and again;
a client that gets no answer sends the same form again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.harness.engines import ROOT, FreshDatabase

from .serving import DIRECT, Server

ANSWER_SECONDS = 15


@dataclass
class Client(threading.Thread):
    """One clerk at work: registers a clue, puts it forward, submits it, and begins anew until it is told to stop."""

    address: str
    token: str
    name_: str
    stop: threading.Event
    acknowledged: list[dict[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unanswered: int = 0
    patient: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        n = 0
        while not self.stop.is_set() and not self.wrong:
            n += 1
            born = self._act(f"{n}-a", "clue.register", None, None, _clue(f"{self.name_} {n}"))
            for letter, key, content in (("b", "clue.put_forward", {"reason": "具体"}), ("c", "clue.submit", {})):
                if born:
                    born = self._act(f"{n}-{letter}", key, born["subject_uid"], born["version"], content)

    def _act(
        self, form: str, key: str, uid: str | None, version: int | None, content: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Send one form until it is answered; the same request key each time, as a browser's retry would."""
        body = {
            "subject": {"kind": "clue", "uid": uid} if uid else None,
            "seen_version": version,
            "content": content,
            "request_key": f"{self.name_}-{form}",
        }
        while not self.stop.is_set():
            try:
                found = self._post(f"moves/{key}", body)
            except urllib.error.HTTPError as no:
                if (
                    no.code in (500, 503) and self.patient
                ):  # its database has just been killed: said so, and asked again
                    self.unanswered += 1
                    time.sleep(0.1)
                    continue
                self.wrong.append(f"{key}: {no.code} {no.read().decode(errors='replace')[:300]}")
                return None
            except (OSError, ValueError):  # killed before, while, or after it answered: nobody can know
                self.unanswered += 1
                time.sleep(0.1)
                continue
            self.acknowledged.append({"move": key, "kind": "clue", "uid": found["subject_uid"], "step": found["step"]})
            return found
        return None

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/api/v1/{path}", json.dumps(body).encode(), headers)
        with DIRECT.open(request, timeout=ANSWER_SECONDS) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


def _clue(title: str) -> dict[str, Any]:
    return {
        "subject_court": "豫0304",
        "source": "petition",
        "source_facts": {"channel": "来信"},
        "received_on": "2020-05-20",
        "named": True,
        "complainant": {"name": "百里不言", "phone": "13800000009"},
        "title": f"反映 {title}",
        "summary": "查封后长期不处置。",
        "allegations": [{"kind": "handling", "text": "查封后未处置"}],
    }


def killed(
    database: FreshDatabase, moves: int, kills: int, seed: int, between: Callable[[], None] | None = None
) -> dict[str, Any]:
    """At least so many acknowledged acts with at least so many kills in between; what the ledger then says.

    `between`: what else is killed each time and stands again when it returns, while the web server lives on.
    """
    rng, server = random.Random(seed), Server(database)
    tokens, stop = _program(database, "seed")["tokens"], threading.Event()
    clients = [
        Client(server.address, tokens[n % 2], f"k{n}-{seed}", stop, patient=between is not None) for n in range(4)
    ]
    processes, done, began = 0, 0, time.monotonic()
    try:
        server.start()
        for one in clients:
            one.start()
        while (done < kills or _count(clients) < moves) and not any(one.wrong for one in clients):
            before, share = _count(clients), moves // (kills + 1)
            until = time.monotonic() + 30
            while _count(clients) < before + share and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(rng.random() * 0.3)  # in the middle of whatever is being done
            done += 1
            if between is not None:
                between()
                continue
            processes += server.kill()
            server.start()
        stop.set()
        for one in clients:
            one.join(ANSWER_SECONDS + 5)
    finally:
        stop.set()
        server.kill()
    acknowledged = [row for one in clients for row in one.acknowledged]
    found = _program(database, "judge", acknowledged)
    return {
        **found,
        "acknowledged": len(acknowledged),
        "kills": done,
        "processes": processes,
        "seconds": round(time.monotonic() - began),
        "unanswered": sum(one.unanswered for one in clients),
        "wrong": [text for one in clients for text in one.wrong],
    }


def _count(clients: list[Client]) -> int:
    return sum(len(one.acknowledged) for one in clients)


def _program(database: FreshDatabase, word: str, given: Any = None) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crash.ledger", word],
        env=database.env,
        cwd=ROOT,
        text=True,
        capture_output=True,
        input=json.dumps(given),
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found
