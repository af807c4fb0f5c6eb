"""The reads that stand behind the pages, by person, and how much of the database each touches.

On SQLite the steps of its virtual machine are counted; on PostgreSQL the rows that the nodes of the executed plan read.
Both are the same on a busy machine as on a quiet one, and say whether a page grows with the database.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext

PAGE = 21
STEP = 10
BASIC = "豫0304"
ON = dt.date(2021, 11, 30)


GROWTH = 1.5
MOST = {
    "counted": {"sqlite": 2_500_000, "postgresql": 60_000},
    "todo figures": {"sqlite": 700_000, "postgresql": 16_000},
    "/matters/?q=": {"sqlite": 800_000, "postgresql": 40_000},
    "/ ": {"sqlite": 300_000, "postgresql": 50_000},
    "/": {"sqlite": 300_000, "postgresql": 16_000},
    "sought": {"sqlite": 60_000, "postgresql": 8_000},
    "by stage": {"sqlite": 160_000, "postgresql": 4_000},
    "": {"sqlite": 60_000, "postgresql": 4_000},
}
"""Most that a read may touch at any size, by the beginning of its name. Counts are exact up to `reading.COUNTED`, the
four figures up to `reading.FIGURES`, and stop there; a page is measured with counts that stop at COUNT_OF_A_PAGE, those
of a text that many rows carry at `search.index.MOST`; the worklist joins a dozen reads that each stop by themselves. A
text is looked for in the index, up to MOST rows. The rest are pages of 21 rows. By stage the reader of one court of
sixteen passes over the others' rows, sixteen for one; whoever has up to 500 files is served from the list of these
files."""
COUNT_OF_A_PAGE = 200
STAGES = (" assigned", " archived", " registered")


def most(name: str, vendor: str) -> int:
    """The most that the read of this name may touch."""
    if name.endswith(STAGES):
        return MOST["by stage"][vendor]
    counted = "" if name.startswith("/api") else name  # no counts there
    return next(limit[vendor] for start, limit in MOST.items() if counted.startswith(start))


def too_much(small: dict[str, int], large: dict[str, int], vendor: str) -> dict[str, tuple[int, int]]:
    """{read: (at the smaller size, at the larger)} of what touches more than it may, or grew and touches half of it."""
    return {
        name: (small[name], n)
        for name, n in large.items()
        if n > most(name, vendor) or (n > GROWTH * small[name] and n > most(name, vendor) / 2)
    }


def persons(few: str) -> dict[str, Any]:
    """all: the enforcement head of the assigning court; basic: of one basic court; few:
    let into five matters by name."""
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import viewer_of

    logins = {"all": cast("豫03", "2021-11-30").enforcement, "basic": cast(BASIC, "2021-11-30").enforcement, "few": few}
    return {name: viewer_of(Person.objects.get(login=login).pk, ON) for name, login in logins.items()}


def walked(viewers: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """The lists as `access.paging` reads them, with the rows of the page themselves."""
    from shuangcha.access import paging, reading
    from shuangcha.casefile import models as cf
    from shuangcha.search import index

    found: dict[str, Callable[[], Any]] = {}
    ids = list(cf.Matter.rows.order_by("id").values_list("id", flat=True))
    deep = ids[len(ids) // 10]

    def listed(viewer: Any, kind: str, **asked: Any) -> Callable[[], Any]:
        return lambda: paging.rows_in_order(kind, paging.newest_ids(viewer, kind, limit=PAGE, **asked))

    for name, viewer in viewers.items():
        found[f"matters {name}"] = listed(viewer, "matter")
        found[f"matters {name} deep"] = listed(viewer, "matter", before_id=deep)
        for stage in ("assigned", "archived"):
            found[f"matters {name} {stage}"] = listed(viewer, "matter", stages=[stage])
        found[f"clues {name}"] = listed(viewer, "clue")
        found[f"clues {name} registered"] = listed(viewer, "clue", stages=["registered"])
        found[f"counted {name}"] = lambda viewer=viewer: paging.count(viewer, "matter", reading.COUNTED)
        found[f"sought {name}"] = lambda viewer=viewer: paging.newest_ids(
            viewer, "matter", only=index.condition("matter", "双查")
        )
        found[f"todos {name}"] = lambda viewer=viewer: paging.nearest_todo_ids(viewer, limit=PAGE)
        found[f"todo figures {name}"] = lambda viewer=viewer: reading.todo_figures(viewer, ON)
    return found


def conditions(viewers: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """The same lists asked for by a condition on the whole table, as `scope` alone gives them; for comparison."""
    from shuangcha.access import reading, scope
    from shuangcha.casefile import models as cf

    ids = list(cf.Matter.rows.order_by("id").values_list("id", flat=True))
    deep = ids[len(ids) // 10]
    found: dict[str, Callable[[], Any]] = {}
    for name, viewer in viewers.items():
        for ending, narrowed in (("", {}), (" deep", {"pk__lt": deep}), (" archived", {"stage": "archived"})):
            found[f"matters {name}{ending}"] = lambda viewer=viewer, narrowed=narrowed: list(
                scope.visible(viewer, "matter").filter(**narrowed).order_by("-pk")[:PAGE]
            )
        found[f"clues {name}"] = lambda viewer=viewer: list(scope.visible(viewer, "clue").order_by("-pk")[:PAGE])
        found[f"counted {name}"] = lambda viewer=viewer: reading.capped(scope.visible(viewer, "matter"))
        found[f"todos {name}"] = lambda viewer=viewer: list(scope.todos(viewer).order_by("due", "-urgent", "pk")[:PAGE])
    return found


def pages(viewers: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """The pages and lists themselves, by a signed-in session."""
    from django.test import Client

    from shuangcha.access import paging
    from shuangcha.casefile import models as cf
    from shuangcha.courts.models import Person

    found: dict[str, Callable[[], Any]] = {}
    for name, viewer in viewers.items():
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(Person.objects.get(pk=viewer.id))
        newest = cf.Matter.rows.get(pk=paging.newest_ids(viewer, "matter", limit=1)[0])
        found[f"/api/v1/overview {name}"] = lambda client=client, uid=newest.uid: _opened(
            client, f"/api/v1/matter/{uid}/overview"
        )
        for path in (
            "/",
            "/matters/",
            "/matters/?stage=archived",
            "/clues/",
            "/matters/?q=双查",
            "/api/v1/matter",
            "/api/v1/todos",
            "/api/v1/clue",
            "/due/",
            "/figures/",
            "/notices/",
        ):
            found[f"{path} {name}"] = lambda client=client, path=path: _opened(client, path)
    return found


def _opened(client: Any, path: str) -> None:
    from shuangcha.access import reading

    with mock.patch.multiple(reading, COUNTED=COUNT_OF_A_PAGE, FIGURES=COUNT_OF_A_PAGE):
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


def touched(read: Callable[[], Any]) -> int:
    """Steps of SQLite's machine, or rows read by PostgreSQL's plans, in all statements of one read."""
    return _steps(read) if connection.vendor == "sqlite" else _rows(read)


def _steps(read: Callable[[], Any]) -> int:
    count = 0

    def tick() -> int:
        nonlocal count
        count += 1
        return 0

    connection.ensure_connection()
    connection.connection.set_progress_handler(tick, STEP)
    try:
        read()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return count * STEP


def _rows(read: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        read()
    total = 0
    for one in seen.captured_queries:
        if not one["sql"].lstrip("( ").startswith(("SELECT", "WITH")):  # what is written is written once
            continue
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + one["sql"].replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
        total += _read_by((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"])
    return total


def _read_by(node: dict[str, Any]) -> int:
    """Rows that the scans of a plan read: those given on and those thrown away."""
    own = 0
    if "Scan" in node["Node Type"] and node["Node Type"] not in ("Subquery Scan", "CTE Scan", "WorkTable Scan"):
        away = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        own = (node["Actual Rows"] + away) * node["Actual Loops"]
    return round(own + sum(_read_by(child) for child in node.get("Plans", [])))


def main(words: list[str]) -> int:
    """`python -m bench.reads N [N …]`: grow the scratch database of the environment; JSON of what each read touches."""
    import django
    from django.core.management import call_command

    django.setup()
    from bench.seed import Seeding, verify_sample

    call_command("migrate", verbosity=0)
    seeding = Seeding()
    found = []
    for n in map(int, words):
        done = seeding.upto(n)
        viewers = persons(done["few"])
        found.append(
            {
                "done": done,
                "verify": verify_sample(max(1, done["matters"] // 40), 40),
                "walked": {name: touched(read) for name, read in walked(viewers).items()},
                "conditions": {name: touched(read) for name, read in conditions(viewers).items()},
                "pages": {name: touched(read) for name, read in pages(viewers).items()},
            }
        )
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
