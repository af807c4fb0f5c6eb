"""Upgrades the instance of this process's environment and uses it: `python -m tests.releases.upgraded [ROLES]`, JSON on stdout.

With a number of roles whose navigation is opened the instance is used, without it is migrated only.

What is asked knows nothing of single migrations: whatever migrations there are beyond the release are run, and
everything that stood must stand (see `changes`), hold, open and be acted on.
"""

from __future__ import annotations

import io
import json
import logging
import random
import re
import sys
from collections.abc import Iterator
from typing import Any

Rows = dict[str, dict[str, dict[str, str]]]
"""{table: {primary key: {column: value}}}"""

FOLLOWS_THE_CODE = re.compile(
    "django_migrations|django_content_type|auth_permission|audit_edge|audit_stream|search_|sqlite_"
)
"""Written anew by every migrate, or (the heads of the chains) judged by `verify`."""
BACKWARDS = re.compile("撤回|退回|取消|不启动|暂缓|搁置|转其他|转出|申明回避|接手|不准|退出|不是同一事")
MANY = 12
"""Of each kind as many subjects are looked at until one act has been done."""
NAV = re.compile(r"<nav.*?</nav>", re.S)
LINK = re.compile(r'href="(/(?!static)[^"#?]*)')
LISTS = {"clue": "clues", "matter": "matters", "meeting": "meetings", "item": "items", "duty": "duties"}
PAGES = LISTS | {"assignment": "assignments", "round": "rounds", "record": "records", "report": "reports"}
PAGES |= {"opinion": "opinions"}


def main(roles: int) -> dict[str, Any]:
    from django.core.management import call_command

    found = migrated()
    call_command("prepare", stdout=io.StringIO())
    found["refusals"] = refusals()
    found["held"] = problems()
    use = Using()
    found["signed_in"] = use.signs_in()
    found["opened"], found["unopened"] = use.pages(roles)
    found["acts"], found["idle"] = use.acts()
    found["held_after"] = problems()
    return found


def migrated() -> dict[str, Any]:
    """Migrate alone: what the release had, and what of it is lost."""
    from django.core.management import call_command

    from shuangcha.conf import versions

    before = standing()
    had = versions.applied() or {}
    call_command("migrate", verbosity=0)
    rows = {table: len(rows) for table, rows in before.items()}
    return {"leaves": had["leaves"], "rows": rows, "lost": lost(before, standing()), "refusals": refusals()}


# --- what stands ---
def standing() -> Rows:
    """Every row of every table, as text."""
    from django.db import connection

    found: Rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if FOLLOWS_THE_CODE.match(table):
                continue
            key = connection.introspection.get_primary_key_column(cursor, table)
            assert key, table
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one[0] for one in cursor.description]
            place = names.index(key)
            found[table] = {
                str(row[place]): dict(zip(names, map(_text, row), strict=True)) for row in cursor.fetchall()
            }
    return found


def _text(value: Any) -> str:
    return bytes(value).hex() if isinstance(value, (bytes, memoryview)) else repr(value)


def lost(before: Rows, after: Rows) -> list[str]:
    """What stood before and does not stand now: "table", "table.column", or "table.column" with the row's key."""
    found = []
    for table, rows in before.items():
        if table not in after:
            found.append(table)
            continue
        there = after[table]
        columns = {name for row in there.values() for name in row}
        gone = {name for row in rows.values() for name in row} - columns if there else set()
        found += [f"{table}.{name}" for name in sorted(gone)]
        for key, row in rows.items():
            if key not in there:
                found.append(f"{table} {key}")
                continue
            found += [f"{table}.{name} {key}" for name in row.keys() - gone if there[key][name] != row[name]]
    return found


def refusals() -> list[str]:
    """Why this instance must not be served: guards, edges, keys."""
    from shuangcha.audit import edges
    from shuangcha.conf import health
    from shuangcha.vault import keys

    return [one for one in (health.guards_problem(), edges.problem(), keys.problem()) if one]


def problems() -> list[str]:
    """What `verify` and `rebuild --check` say, everything sealed first."""
    from shuangcha.clock import business
    from tests.walker.invariants import ledger_problems

    return ledger_problems(business.today())


# --- using it ---
class Using:
    def __init__(self) -> None:
        from shuangcha.clock import business
        from shuangcha.conf.management.commands.prepare import demo_roles

        self.rng = random.Random(41)
        self.today = business.today()
        self.roles = [login for login, _ in demo_roles()]
        self.voices: dict[str, Any] = {}

    def signs_in(self) -> bool:
        """With the password that the release's hash was made of."""
        from .filling import OFFICER, PASSWORD

        body = {"login": OFFICER, "password": PASSWORD}
        answer = self.client("").post("/api/v1/session", body, content_type="application/json")
        return bool(answer.status_code == 200 and answer.json()["person"]["name"])

    def client(self, login: str) -> Any:
        from django.test import Client

        from shuangcha.courts.models import Person

        client = Client(headers={"host": "127.0.0.1"}, raise_request_exception=False)
        if login:
            client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
        return client

    # --- pages ---
    def pages(self, roles: int) -> tuple[int, list[str]]:
        """(pages opened with what they must show, what was not): the navigation of `roles` roles, a page of each kind."""
        opened, wrong = 0, []
        for login, path, needle in (*self._nav(roles), *self._subjects(), *self._checks()):
            answer = self.client_of(login).get(path)
            text = answer.content.decode(errors="replace") if not answer.streaming else ""
            if answer.status_code == 200 and needle in text:
                opened += 1
            else:
                wrong.append(f"{login} {path}: {answer.status_code}, “{needle}”")
        return opened, wrong

    def client_of(self, login: str) -> Any:
        if login not in self.voices:
            self.voices[login] = self.client(login)
        return self.voices[login]

    def _nav(self, roles: int) -> Iterator[tuple[str, str, str]]:
        """Each link of the navigation of each role; on each page stands who is signed in."""
        from shuangcha.courts.models import Person

        for login in self.roles[:roles]:
            name = Person.objects.get(login=login).name
            home = self.client_of(login).get("/").content.decode()
            links = sorted(set(LINK.findall("".join(NAV.findall(home)))))
            assert len(links) > 3, (login, links)
            yield from ((login, link, name) for link in ["/", *links])

    def _subjects(self) -> Iterator[tuple[str, str, str]]:
        """The newest subject of each kind that one of the heads sees, by its page and by its list."""
        from shuangcha.casefile import models as cf
        from shuangcha.plan import stages

        for kind, model in cf.SUBJECTS.items():
            login, one = next(self._seen(kind, model.rows.order_by("-pk")[:MANY]), ("", None))
            if one is None:
                yield self.roles[0], f"/{PAGES[kind]}/", f"no {kind} is seen by anybody"
                continue
            yield login, f"/{PAGES[kind]}/{one.uid}/", getattr(one, "number", "") or stages.label(kind, one.stage)
            if kind in LISTS:
                yield login, f"/{LISTS[kind]}/?all=1", str(one.uid)

    def _seen(self, kind: str, rows: Any) -> Iterator[tuple[str, Any]]:
        for one in rows:
            for login in self.heads():
                if self.voice(login).get(f"{kind}/{one.uid}")[0] == 200:
                    yield login, one

    def _checks(self) -> Iterator[tuple[str, str, str]]:
        """系统检查: the list of runs, the newest run and its signs, as the head of the supervision body sees them."""
        from shuangcha.flowruns.models import FlowRun

        run = FlowRun.objects.filter(state="done").select_related("dataset").order_by("-pk")[0]
        for path in ("", f"runs/{run.uid}/", f"runs/{run.uid}/signs/"):
            yield self.roles[1], f"/system-check/{path}", run.dataset.name

    # --- acts ---
    def heads(self) -> list[str]:
        """Heads of both bodies, of the court that assigns and of one that is assigned to."""
        return [self.roles[0], self.roles[1], *self.roles[-4:-1]]

    def voice(self, login: str) -> Any:
        from shuangcha.acts import accounts
        from shuangcha.clock import business
        from shuangcha.courts.models import Person
        from tests.walker.walking import Voice

        key = f"token {login}"
        if key not in self.voices:
            token = accounts.create_token(Person.objects.get(login=login), "升级后", business.now())
            self.voices[key] = Voice(login, token)
        return self.voices[key]

    def acts(self) -> tuple[dict[str, str], list[str]]:
        """({kind: the act done}, kinds with nothing done): one executed act on a subject of each kind that the release holds."""
        from shuangcha.casefile import models as cf

        done: dict[str, str] = {}
        # A point is answered with what a record holds: the round comes after the record.
        for kind in (*(one for one in cf.SUBJECTS if one != "round"), "round", "register"):
            done[kind] = next((move for move in self._tried(kind)), "")
        return {kind: move for kind, move in done.items() if move}, [kind for kind, move in done.items() if not move]

    def _tried(self, kind: str) -> Iterator[str]:
        """Moves executed on subjects of the kind, by whoever is awaited or heads a body. A record is made in its round."""
        on = {"record": "round", "register": "matter"}.get(kind, kind)
        for one in self._open(on):
            for login in self._who(one):
                voice = self.voice(login)
                status, shown = voice.get(f"{on}/{one.uid}")
                if status != 200:
                    continue
                if kind == "register":
                    offered = [{"move": "register.correct", "verb": "register"}]
                else:
                    offered = [act for act in shown["actions"] if self._wanted(kind, act)]
                self.rng.shuffle(offered)
                for act in offered:
                    if self._sent(voice, on, one, act, shown):
                        yield f"{act['move']} by {login}"

    def _open(self, kind: str) -> list[Any]:
        from shuangcha.casefile import models as cf
        from shuangcha.plan.stages import is_final

        rows = cf.SUBJECTS[kind].rows.order_by("-pk")
        return [one for one in rows if not is_final(kind, one.stage)][:MANY]

    @staticmethod
    def _wanted(kind: str, act: dict[str, Any]) -> bool:
        mine = act["move"].startswith("record.") if kind == "record" else act["move"].startswith(f"{kind}.")
        return mine and act["enabled"] and not BACKWARDS.search(act["title"])

    def _who(self, one: Any) -> list[str]:
        """Whose turn it is on the subject, then the heads of its bodies."""
        from django.db.models import Q

        from shuangcha.casefile import models as cf
        from shuangcha.courts.models import Post

        todos = cf.Todo.rows.filter(subject_kind=one.KIND, subject_id=one.pk)
        posts = Post.objects.filter(body__in=todos.values("body"), role="head", valid_to__isnull=True)
        found = [*todos.filter(person__isnull=False).values_list("person__login", flat=True)]
        found += posts.filter(~Q(person__login=None)).values_list("person__login", flat=True)
        if one.KIND == "round":
            members = cf.TeamMember.rows.filter(round=one).values_list("person__login", flat=True)
            found += [login for login in members if login]
        return list(dict.fromkeys([*found, *self.heads()]))

    def _sent(self, voice: Any, kind: str, one: Any, act: dict[str, Any], shown: dict[str, Any]) -> bool:
        """Done, and executed: what awaits a second signature is signed by the other body's head."""
        if act["verb"] == "sign":
            body = {"content_sha": act["content_sha"]}
            return bool(self._answer(voice.post(f"proposals/{act['proposal']}/sign", body)).get("status") == "executed")
        found = self._proposed(voice, kind, one, act, shown)
        if found.get("status") in ("executed", "registered"):
            return True
        return found.get("status") == "proposed" and self._countersigned(found)

    def _proposed(self, voice: Any, kind: str, one: Any, act: dict[str, Any], shown: dict[str, Any]) -> dict[str, Any]:
        from tests.walker.filler import Filler
        from tests.walker.walking import _version, nothing_to_choose

        key = act["move"]
        subject = {"kind": act.get("subject_kind", kind), "uid": act.get("subject_uid", str(one.uid))}
        about = {"subject_kind": subject["kind"], "subject_uid": subject["uid"]}
        status, schema = voice.get(f"moves/{key}/schema", **about)
        if status != 200 or nothing_to_choose(schema["content"]):
            return {}
        favourites = tuple(str(uid) for uid in _uids([*self.heads(), voice.name]))
        for _ in range(4):
            filler = Filler(self.rng, self.today, _version(shown), voice.upload, favourites)
            content = filler.content(schema["content"])
            body = {"subject": subject, "seen_version": act.get("version"), "content": content}
            found = self._answer(voice.post(f"moves/{key}", body))
            if found:
                return found
        return {}

    def _countersigned(self, found: dict[str, Any]) -> bool:
        for login in self.heads():
            voice = self.voice(login)
            status, shown = voice.get(f"{found['subject_kind']}/{found['subject_uid']}")
            for act in shown["actions"] if status == 200 else ():
                if act["verb"] == "sign" and act["enabled"] and act["proposal"] == found["proposal"]:
                    body = {"content_sha": act["content_sha"]}
                    answer = self._answer(voice.post(f"proposals/{act['proposal']}/sign", body))
                    return bool(answer.get("status") == "executed")
        return False

    @staticmethod
    def _answer(answer: tuple[int, Any]) -> dict[str, Any]:
        """The outcome; nothing where it was refused. A failure of the program is no refusal."""
        status, found = answer
        assert status < 500, found
        return found if status < 400 else {}


def _uids(logins: list[str]) -> list[Any]:
    from shuangcha.courts.models import Person

    return list(Person.objects.filter(login__in=logins).values_list("uid", flat=True))


if __name__ == "__main__":
    import django

    django.setup()
    logging.disable(logging.WARNING)
    print(json.dumps(main(int(sys.argv[1])) if len(sys.argv) > 1 else migrated(), ensure_ascii=False))
