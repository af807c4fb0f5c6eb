"""The pages of one case over a large data set, as the joint team asks for them:
`python -m bench.flow_page DATA` in its environment.

A scratch instance with the data set loaded and checked in bulk, two matters whose clues name fifty of its cases each,
and a team. Every case is asked for once, through Django's test client: the check is made (fetch, rules, workings,
freezing), its page, the form of the record, and the filed record's page. The same checks are made once more without the
indexes, from the Parquet tables. Times are for reading, never for judging; what does not flicker is held by
`tests/flowruns/test_index.py`.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DAY = "2025-07-01"
TAKEN = dt.datetime(2025, 6, 30, 18, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
MATTERS, EACH = 2, 50
TARGET_MS = 200
WORDS = {
    "check made": "the check of a case is made",
    "check page": "its page",
    "record form": "the form of the record with three signs",
    "record page": "the filed record's page",
    "list": "a page of the run's signs",
    "officer": "the signs of one officer",
    "officers": "signs by officer",
    "checkup": "体检表 of a court",
    "check without index": "the check, from the Parquet tables",
}


def run_in_scratch(data: Path, home: Path) -> dict[str, Any]:
    """Measure in a scratch instance of SQLite; `data`: a generated data set."""
    from bench.engine import run, scratch

    home.mkdir(parents=True, exist_ok=True)
    with scratch(f"sqlite://{home}", home, "flow") as env:
        (Path(env["SHUANGCHA_DATA"]) / "business_date").write_text(DAY, encoding="ascii")
        return json.loads(run(env, "bench.flow_page", str(data)).splitlines()[-1])  # type: ignore[no-any-return]


def table(found: dict[str, Any]) -> list[str]:
    """Lines for the printed table."""
    lines = [
        f"pages over {found['cases']} cases, {found['asked']} different ones, test client, ms (target {TARGET_MS} at p95);"
        f" loaded with its index in {found['loaded']:.0f} s (index {found['indexed']:.0f} s)"
    ]
    for name, (p50, p95, n) in found["pages"].items():
        lines.append(
            f"  {WORDS[name]:44}p50 {p50:>7.1f}  p95 {p95:>7.1f}  n {n:>3}"
            f"{' *' if p95 > TARGET_MS and name != 'check without index' else ''}"
        )
    return lines


def figures(seconds: list[float]) -> tuple[float, float, int]:
    ordered = sorted(one * 1000 for one in seconds)
    return round(ordered[len(ordered) // 2], 2), round(ordered[int(len(ordered) * 0.95)], 2), len(ordered)


class Desk:
    """A scratch instance with the data set, its run, and a team that looks into cases of it."""

    def __init__(self, data: Path) -> None:
        from django.core.management import call_command

        from bench.seed import _forgo_fsync, _load, require_scratch

        call_command("migrate", verbosity=0)
        require_scratch()
        _load()
        _forgo_fsync()
        self._load_data(data)
        self.rounds: list[tuple[Any, list[str]]] = [self._round(n) for n in range(MATTERS)]

    def _load_data(self, data: Path) -> None:
        from shuangcha.conf.demo.flow import given_to_courts
        from shuangcha.flowruns import loading, running

        target = loading.new_folder(TAKEN)
        began = time.monotonic()
        given_to_courts(data, target, TAKEN.date())
        indexing = time.monotonic()
        self.dataset = loading.adopt(target, name="基准数据", taken_at=TAKEN, by=None, now=TAKEN)
        self.indexed, self.loaded = time.monotonic() - indexing, time.monotonic() - began
        self.run = running.ask(self.dataset, TAKEN.date(), None, TAKEN, wake_up=False)
        running.work()
        self.run.refresh_from_db()
        assert self.run.state == "done", self.run.why

    def _round(self, n: int) -> tuple[Any, list[str]]:
        """A matter about one court with EACH of its cases, played to the investigation."""
        import duckdb

        from shuangcha.conf.demo.cast import cast
        from shuangcha.conf.demo.scenes import Teller
        from shuangcha.flowruns import folders

        code = sorted(json.loads(self.dataset.told)["courts"])[n]
        path = str(folders.of(self.dataset) / "cases.parquet")
        rows = duckdb.execute(
            "SELECT case_number, filed_on FROM read_parquet(?) WHERE court = ? ORDER BY hash(case_id) LIMIT ?",
            [path, code, EACH],
        ).fetchall()
        numbers = [number for number, _ in rows]
        self.mid, self.low = cast("豫03", DAY), cast(code, DAY)
        points = [{"text": "节点是否真实", "allegation": 1}]
        t = Teller()
        t.on("2025-06-02").register(
            self.mid.enforcement_clerk,
            subject_court=code,
            subjects=[{"name": "某执行员", "court": code, "title": "执行员"}],
            source="command",
            source_facts={"link": "流程数据检查", "on": "2025-06-02"},
            received_on="2025-06-02",
            cases=[{"number": number, "filed_on": filed.isoformat(), "officers": []} for number, filed in rows],
            title="反映多件案件流程不实",
            summary="流程数据提示多项风险信号。",
            allegations=[{"kind": "handling", "text": "流程不实"}],
        )
        t.put_forward(self.mid.enforcement_clerk, "反映事项具体")
        t.convene(self.mid.enforcement_clerk, "2025-06-04")
        t.on("2025-06-04").sit(
            self.mid,
            "item.start_and_assign",
            say=("同意", "同意"),
            minutes="议定启动。",
            reason="线索具体",
            points=points,
        )
        t.on("2025-06-05").hand_down(self.mid, points, "请开展联合调查。")
        t.on("2025-06-06").acknowledge(self.low)
        self.team = [self.low.executors[1], self.low.inspectors[0]]
        t.on("2025-06-09").form_team(self.low, self.team, "全案")
        self.teller = t.on(DAY)
        return t.newest("round", t.file), numbers

    def measure(self) -> dict[str, Any]:
        from bench.pages import signed_in
        from shuangcha.casefile import models as cf
        from shuangcha.flowcheck.read.store import FILE
        from shuangcha.flowruns import cases, checking, folders
        from shuangcha.flowruns.models import FlowCheck

        times: dict[str, list[float]] = {name: [] for name in WORDS}

        def timed(name: str, client: Any, path: str, sent: dict[str, str] | None = None) -> None:
            began = time.perf_counter()
            answer = client.get(path) if sent is None else client.post(path, sent)
            times[name].append(time.perf_counter() - began)
            assert answer.status_code == (200 if sent is None else 302), (
                name,
                answer.status_code,
                answer.content.decode()[:400],
            )

        asked = 0
        for round_, numbers in self.rounds:
            team = _team(round_)
            client = signed_in(team[0][0])
            client.post(
                f"/rounds/{round_.uid}/flow/", {"number": numbers[0]}
            )  # a worker's first page loads the program and the rules
            first = FlowCheck.objects.latest("id")
            client.get(f"/flow-checks/{first.uid}/")
            client.get(f"/do/record.system_check/?kind=round&uid={round_.uid}&check={first.uid}")
            for number in numbers[1:]:
                asked += 1
                timed("check made", client, f"/rounds/{round_.uid}/flow/", {"number": number})
                made = FlowCheck.objects.latest("id")
                timed("check page", client, f"/flow-checks/{made.uid}/")
                signs = [one["n"] for one in checking.public(checking.read(made))["signs"]][:3]
                query = "".join(f"&sign={n}&point-{n}=1" for n in signs)
                timed(
                    "record form",
                    client,
                    f"/do/record.system_check/?kind=round&uid={round_.uid}&check={made.uid}{query}",
                )
                self._file(round_, team, made, signs)
                record = cf.Record.rows.latest("id")
                timed("record page", client, f"/records/{record.uid}/")
        self._run_pages(timed, signed_in(self.mid.supervision))
        (folders.of(self.dataset) / FILE).unlink()
        (folders.of_run(self.run) / cases.SIGNS).unlink()
        FlowCheck.objects.all().delete()
        round_, numbers = self.rounds[-1]
        client = signed_in(_team(round_)[0][0])
        for number in numbers[:20]:
            timed("check without index", client, f"/rounds/{round_.uid}/flow/", {"number": number})
        return {
            "cases": self.dataset.cases,
            "asked": asked,
            "loaded": self.loaded,
            "indexed": self.indexed,
            "pages": {name: figures(several) for name, several in times.items()},
        }

    def _file(self, round_: Any, team: list[tuple[str, str]], made: Any, signs: list[int]) -> None:
        """The record through the door, as the form would send it."""
        self.teller.act(
            team[0][0],
            "record.system_check",
            round_,
            title=f"{made.case_number}系统检查记录",
            held_on=DAY,
            system="执行案件流程数据",
            snapshot_at=f"{TAKEN:%Y-%m-%d %H:%M}",
            checkers=[uid for _, uid in team],
            check=str(made.uid),
            signs=[{"sign": n, "point": 1, "view": ""} for n in signs],
            nodes=[{"node": "全部节点", "complete": "yes", "overdue": "no", "falsified": "no"}],
            conclusion="见采纳的风险信号。",
        )

    def _run_pages(self, timed: Callable[..., Any], client: Any) -> None:
        """For comparison: pages of the whole run, as the head of the city's supervision body reads them."""
        base, code = f"/system-check/runs/{self.run.uid}/", sorted(json.loads(self.dataset.told)["courts"])[0]
        where = {"list": "signs/", "officer": "signs/?officer=1", "officers": "officers/", "checkup": f"courts/{code}/"}
        for name, tail in where.items():
            client.get(base + tail)
            for _ in range(20):
                timed(name, client, base + tail)


def _team(round_: Any) -> list[tuple[str, str]]:
    """(login, uid) of the team, the leader first."""
    from shuangcha.casefile import models as cf

    rows = cf.TeamMember.rows.filter(round=round_).select_related("person").order_by("id")
    return [(one.person.login, str(one.person.uid)) for one in rows]


def main(words: list[str]) -> int:
    import django

    django.setup()
    print(json.dumps(Desk(Path(words[0])).measure(), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
