"""Two or more sides measured in one run by turns, A B A B …: sizes of one program, or revisions over the same rows.

A side is one checkout on one scratch database, with a process of its own (`bench.driver`) that is kept alive. What is the
same for all sides at one moment, a busy machine first of all, falls out of their ratios; each ratio is had once a
round, so that its least and greatest say what it is worth.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DRIVER = Path(__file__).resolve().parent / "driver.py"
ROUNDS, MOST = 5, 40
CLIENTS, WARM = 4, 0.3
SHA = re.compile(r'name="content_sha" value="([0-9a-f]{64})"')
ANSWER_SECONDS, STOP_SECONDS = 300, 10


class Gone(RuntimeError):
    """A driver answered with an error, not at all, or ended; the end of what it said."""


Rounds = list[list[float]]


@dataclass
class Taken:
    """What one side took for one page or act. Seconds, by round; a second and p95 of the served page, by round."""

    status: int = 200
    statements: int = 0
    wall: Rounds = field(default_factory=list)
    cpu: Rounds = field(default_factory=list)
    raw: Rounds = field(default_factory=list)
    served: list[dict[str, float]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return self.status == 200 and bool(self.wall)


@dataclass(eq=False)
class Side:
    """One checkout (`root`, run by `python`) on the database of `env`; `plan` is what `bench.pages plan` said of it."""

    name: str
    env: dict[str, str]
    python: str
    root: Path
    plan: dict[str, Any]
    log: Path
    pages: dict[str, Taken] = field(default_factory=dict)
    acts: dict[str, Taken] = field(default_factory=dict)

    @contextlib.contextmanager
    def alive(self) -> Iterator[Side]:
        """The driver lives within; then it is told to end, and made to when it does not."""
        env = self.env | {"PYTHONPATH": str(self.root)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.python, "-P", str(DRIVER)],
                env=env,
                cwd=self.root,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                encoding="utf-8",
            )
        try:
            opened = self.tell("open", logins=self.plan["logins"])
            self.cookies = {who: f"{opened['cookie']}={value}" for who, value in opened["sessions"].items()}
            yield self
        finally:
            assert self.process.stdin is not None
            with contextlib.suppress(OSError):
                self.process.stdin.close()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass  # a very busy machine; its web half ends with it
            finally:
                self.process.kill()
                self.process.wait()

    def tell(self, word: str, **given: Any) -> dict[str, Any]:
        """One line to the driver, and its answer. Raises Gone."""
        told, answers = self.process.stdin, self.process.stdout
        assert told is not None and answers is not None
        line = ""
        with contextlib.suppress(BrokenPipeError):
            told.write(json.dumps([word, given]) + "\n")
            told.flush()
            line = answers.readline()
        if not line:
            raise Gone(f"{self.name}: {word}\n{self.log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
        found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise Gone(f"{self.name}: {word}\n{found['error']}")
        return found


def by_turns(sides: list[Side], n: int) -> list[Side]:
    """A B in even rounds, B A in odd ones: whoever comes second finds the caches as the first left them."""
    return sides if n % 2 == 0 else sides[::-1]


# --- pages in the driver's own process --------------------------------------------------------------------------------
def pages(sides: list[Side], seconds: float, *, raw: bool) -> None:
    """Every page that a side has, some `seconds` a side; with `raw` also its SELECTs alone."""
    for name in dict.fromkeys(name for side in sides for name in side.plan["pages"]):
        here = []
        slowest = 0.0
        for side in sides:
            if name in side.plan["pages"]:
                seen = side.tell("look", **_page(side, name))
                side.pages[name] = Taken(status=seen["status"], statements=seen["statements"])
                if seen["status"] == 200:
                    here.append(side)
                    slowest = max(slowest, seen["wall"])
        times = max(1, min(MOST, int(seconds / ROUNDS / max(slowest, 0.001))))
        for n in range(ROUNDS):
            _one_round(by_turns(here, n), name, times, raw)


def _page(side: Side, name: str) -> dict[str, str]:
    who, path = side.plan["pages"][name]
    return {"who": who, "path": path}


def _one_round(sides: list[Side], name: str, times: int, raw: bool) -> None:
    for side in sides:
        taken = side.pages[name]
        for part in (taken.wall, taken.cpu, taken.raw):
            part.append([])
    for _ in range(times):
        for side in sides:
            found, taken = side.tell("get", **_page(side, name)), side.pages[name]
            taken.wall[-1].append(found["wall"])
            taken.cpu[-1].append(found["cpu"])
    for _ in range(times if raw else 0):
        for side in sides:
            side.pages[name].raw[-1].append(side.tell("raw")["wall"])


# --- acts -------------------------------------------------------------------------------------------------------------
def acts(sides: list[Side]) -> None:
    """Every act of the plan through the interface, the same number of times on each side; the first does not count."""
    for n in range(len(sides[0].plan["acts"])):
        enough = min(len(side.plan["acts"][n]["subjects"]) for side in sides)
        for i in range(enough):
            for side in by_turns(sides, i):
                try:
                    _act(side, side.plan["acts"][n], i, max(1, (enough - 1) // ROUNDS))
                except _Refused as no:
                    side.acts[str(no)] = Taken(status=no.status)


class _Refused(Exception):
    """An act was not answered with 200."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.status = status


def _act(side: Side, act: dict[str, Any], i: int, a_round: int) -> None:
    def asked(step: str, **given: Any) -> str:
        name = f"{act['move']}{step}"
        taken = side.acts.setdefault(name, Taken())
        found = side.tell("ask", **given) if taken.status == 200 else {"status": taken.status}
        if found["status"] != 200:
            raise _Refused(name, found["status"])
        if i == 0:
            taken.statements = found["statements"]
        else:
            if (i - 1) % a_round == 0 and len(taken.wall) < ROUNDS:
                taken.wall.append([])
                taken.cpu.append([])
            taken.wall[-1].append(found["wall"])
            taken.cpu[-1].append(found["cpu"])
        return str(found["text"])

    subject = act["subjects"][i]
    body = {
        "subject": {"kind": subject["kind"], "uid": subject["uid"]},
        "seen_version": subject["version"],
        "content": act["content"],
    }
    signer = act.get("signer", "")
    said = asked(" propose" if signer else "", who=act["who"], path=f"/api/v1/moves/{act['move']}", body=body)
    if signer:
        uid = json.loads(said)["proposal"]
        shown = SHA.search(asked(" read", who=signer, path=f"/sign/{uid}/"))
        assert shown is not None, "the page of signing names what is signed"
        asked(" sign", who=signer, path=f"/api/v1/proposals/{uid}/sign", body={"content_sha": shown[1]})


# --- pages over HTTP --------------------------------------------------------------------------------------------------
def served(sides: list[Side], seconds: float) -> None:
    """The same pages from each side's own web half, by four connections at once, a side at a time."""
    ports = {side: _free_port() for side in sides}
    for side, port in ports.items():
        side.tell("serve", port=port)
    for port in ports.values():
        _await(port)
    for name in dict.fromkeys(name for side in sides for name in side.pages):
        here = [side for side in sides if name in side.pages and side.pages[name].ok]
        for n in range(-1, ROUNDS):
            for side in by_turns(here, n):
                ask = _asker(side, ports[side], name)
                found = four(ask, seconds / ROUNDS if n >= 0 else WARM, least=1 if n >= 0 else 2)
                if n >= 0:
                    side.pages[name].served.append(found)
    for side in sides:  # where it does not come to this, the driver ends with its input and takes the web half along
        side.tell("stop")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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


def _asker(side: Side, port: int, name: str) -> Callable[[], Callable[[], int]]:
    """A maker of connections; each asks for the page and gives its status."""
    who, path = side.plan["pages"][name]

    def connect() -> Callable[[], int]:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)

        def ask() -> int:
            line.request("GET", path, headers={"Cookie": side.cookies[who]})
            answer = line.getresponse()
            answer.read()
            return answer.status

        return ask

    return connect


def four(connect: Callable[[], Callable[[], int]], seconds: float, *, least: int) -> dict[str, float]:
    """Four connections that ask again and again, each at least so often: how many a second, p95 in milliseconds."""
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    wrong: list[Any] = []
    began = time.perf_counter()
    until = began + seconds

    def one(mine: list[float]) -> None:
        try:
            ask = connect()
            while time.perf_counter() < until or len(mine) < least:
                start = time.perf_counter()
                status = ask()
                mine.append(time.perf_counter() - start)
                if status != 200:
                    raise RuntimeError(f"answered {status}")
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(mine,), daemon=True) for mine in times]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise RuntimeError(f"a served page: {wrong[0]}")
    every = sorted(one for mine in times for one in mine)
    return {"per_second": len(every) / (time.perf_counter() - began), "p95": p95(every) * 1000}


# --- figures ----------------------------------------------------------------------------------------------------------
def p50(rounds: Rounds) -> float:
    """The median of all that was taken."""
    return statistics.median(one for part in rounds for one in part)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median of ratios, one a round, with the least and the greatest."""

    mid: float
    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.mid:.2f} ({self.least:.2f}–{self.most:.2f})"


def ratio(mine: Rounds, other: Rounds) -> Ratio:
    """How much longer `mine` took than `other`, round by round, by the medians of the rounds."""
    each = [statistics.median(a) / max(statistics.median(b), 1e-6) for a, b in zip(mine, other, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


def served_ratio(mine: Taken, other: Taken) -> Ratio:
    """How many more a second `mine` served than `other`."""
    return ratio(*([[one["per_second"]] for one in side.served] for side in (mine, other)))
