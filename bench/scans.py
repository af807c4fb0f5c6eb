"""Which statements of a page pass over a whole table that grows: `python -m bench.scans` in a seeded SQLite instance; JSON.

SQLite's planner says SCAN where it walks a table or an index from one end to the other; it does so at any size, without
statistics. PostgreSQL scans small tables by right, so there the rows read are counted instead (`bench/reads.py`).
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any

from django.db import connection

SMALL = ("courts_", "django_", "auth_", "axes_", "audit_edge", "sqlite_", "search_", "desk_")
"""Tables that do not grow with the matters."""
NAMED = re.compile(
    r'(?:FROM|JOIN) "?(\w+)"?(?: (?:AS )?"?(?!WHERE|ON|INNER|LEFT|JOIN|ORDER|GROUP|LIMIT|UNION)(\w+)"?)?'
)


def paths(viewer: Any) -> list[str]:
    """The pages and addresses of somebody who sees all files of a court."""
    from shuangcha.access import paging
    from shuangcha.casefile import models as cf

    (newest,) = paging.newest_ids(viewer, "matter", limit=1)
    uid = cf.Matter.rows.get(pk=newest).uid
    lists = ["/matters/", "/matters/?stage=archived", "/clues/", "/items/", "/meetings/", "/due/", "/due/?way=down"]
    of_one = [f"/matters/{uid}/", f"/matters/{uid}/steps/", f"/api/v1/matter/{uid}", f"/api/v1/matter/{uid}/overview"]
    return ["/", *lists, "/figures/", "/notices/", "/api/v1/todos", *of_one]


def scanned(sql: str, given: Any) -> set[str]:
    """The growing tables that the plan of a statement passes over; several, joined by |, where an alias may mean each."""
    of: dict[str, set[str]] = {}
    for table, alias in NAMED.findall(sql):
        of.setdefault(alias or table, set()).add(table)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", given)
        scans = [row[3].split() for row in cursor.fetchall() if row[3].startswith("SCAN ")]
        cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type IN ('table', 'index')")
        table_of = dict(cursor.fetchall())
    found = set()
    for words in scans:
        tables = {table_of[words[-1]]} if "INDEX" in words else of.get(words[1], set()) & table_of.keys()
        if tables and not all(one.startswith(SMALL) for one in tables):
            found.add("|".join(sorted(tables)))
    return found


def statements(work: Any) -> list[tuple[str, Any]]:
    said: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, given: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            said.append((sql, given))
        return execute(sql, given, many, context)

    with connection.execute_wrapper(note):
        work()
    return said


def act(viewer: Any, said: list[tuple[str, Any]]) -> None:
    """A proposal laid before the other body and signed by it: undone afterwards."""
    import datetime as dt

    from bench.reads import ON
    from shuangcha.acts import door
    from shuangcha.audit.chain import ZONE
    from shuangcha.audit.models import Proposal
    from shuangcha.casefile import models as cf
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import viewer_of

    now = dt.datetime.combine(ON, dt.time(10), tzinfo=ZONE)
    hop = cf.Assignment.rows.filter(stage="pending").order_by("id").last()
    other = viewer_of(Person.objects.get(login=cast("豫03", ON.isoformat()).supervision).pk, ON)
    assert hop is not None and other is not None
    points = [{"text": "查封后为何长期未处置", "allegation": 1}]
    content = {"points": points, "demands": "逐项答复", "contact": "内勤", "content": "请开展联合调查。"}

    def work() -> None:
        asked = ("assignment", hop.uid)
        outcome = door.propose("assignment.hand_down", asked, viewer, content, seen_version=hop.version, now=now)
        proposal = Proposal.objects.get(uid=outcome.proposal)
        door.sign(proposal.uid, other, seen_sha=proposal.content_sha, now=now)

    said += statements(work)


def main() -> int:
    import django

    django.setup()
    from django.db import transaction
    from django.test import Client

    from bench.reads import ON
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Person
    from shuangcha.courts.people import viewer_of

    viewer = viewer_of(Person.objects.get(login=cast("豫03", ON.isoformat()).enforcement).pk, ON)
    assert viewer is not None
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(pk=viewer.id))
    found: dict[str, list[str]] = {}
    for path in paths(viewer):
        said = statements(lambda path=path: client.get(path))
        assert said, path
        found[re.sub(r"[0-9a-f-]{36}", "UID", path)] = sorted(set().union(*(scanned(*one) for one in said)))
    said = []
    with transaction.atomic():
        act(viewer, said)
        transaction.set_rollback(True)
    found["act"] = sorted(set().union(*(scanned(*one) for one in said)))
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
