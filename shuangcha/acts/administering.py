"""What administrators change by page: rows of the tables of `load`, and accounts. Each change is a step,
in one transaction.

The rows of a form and those of an uploaded file go through the same validators as a file on the command line; what is
added here is whose rows they are (`access.administered`), and that nobody changes the own rights.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound, Refused
from shuangcha.audit import chain
from shuangcha.courts.models import Body, Court, Person, Post

from . import accounts
from .load import LoadReport, load
from .load_tables import Change, Table
from .registering import ledger
from .requests import once

COMMON_CHAIN = "court:0"
Rows = Iterable[Mapping[str, str]]
OUTSIDE = "不在您管理的法院范围内，请由该院或其上级法院的系统管理员办理。"
OWN = "不得变更本人的任职、账号和权限，请由另一名系统管理员办理。"
COMMON = "各院共用，由最高一级法院的系统管理员维护。"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a confirmed form or file has written."""

    created: int
    changed: int


class RowsRefused(Refused):
    """Nothing was written; `report` holds every error with row and column."""

    status = 422

    def __init__(self, report: LoadReport) -> None:
        super().__init__(report.errors[0].text)
        self.report = report


def tried(domain: Domain, kind: str, source: Rows | bytes, *, now: dt.datetime, name: str = "") -> LoadReport:
    """What the rows would change, row by row, and every error. Writes nothing."""
    return _load(domain, kind, source, now=now, name=name, dry_run=True)


def write(
    domain: Domain, kind: str, source: Rows | bytes, *, now: dt.datetime, name: str = "", request_key: str = ""
) -> Saved:
    """Write the rows with their steps, all or nothing. Raises RowsRefused."""

    def work() -> Saved:
        chain.lock_stream(COMMON_CHAIN)  # one administrator after the other: two would each see no other head
        report = _load(domain, kind, source, now=now, name=name)
        if report.errors:
            raise RowsRefused(report)
        return Saved(report.created, report.changed)

    found: Saved = once(domain.viewer, request_key, now, work, Saved)
    return found


def _load(
    domain: Domain, kind: str, source: Rows | bytes, *, now: dt.datetime, name: str, dry_run: bool = False
) -> LoadReport:
    actor = Person(pk=domain.viewer.id, uid=domain.viewer.uid)

    def record(key: str, court: Court | None, content: dict[str, Any]) -> None:
        ledger(key, court, content, now=now, by=actor, post_id=domain.post.id)

    rows: Any = source if isinstance(source, bytes) else [dict(row) for row in source]
    allow = partial(_mine, domain, {})
    return load(
        rows, now=now, kind=kind, dry_run=dry_run, by=actor, record=record, name=name or "页面填写", allow=allow
    )


# --- whose row it is --------------------------------------------------------------------------------------------------
def _mine(domain: Domain, seen: dict[str, Any], table: Table, change: Change) -> tuple[str, str] | None:
    """(column, sentence) where this change is not the administrator's to make.
    `seen` keeps what a file looks up once."""
    return _RULES[table.name](domain, seen, table, change)


def _court(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    made = seen.setdefault("made", {})
    superior = change.values.get("superior", "")
    if change.before is None:
        made[change.court] = superior
        inside = administered.below(change.court, superior, domain, made)
    else:
        inside = change.court in domain.codes
    if not inside:
        return "法院代字", f"法院“{change.court}”{OUTSIDE}"
    if change.before is not None and "superior" in change.after and not domain.whole:
        made[change.court] = superior
        if not administered.below("", superior, domain, made):
            return "上级代字", f"上级法院“{superior}”{OUTSIDE}"
    if change.court == domain.post.court_code and "valid_to" in change.after:
        return "止", OWN
    return None


def _body(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    if change.court not in domain.codes:
        return "法院代字", f"法院“{change.court}”{OUTSIDE}"
    if isinstance(change.target, Body) and change.target.pk in domain.viewer.bodies():
        return "止", OWN
    return None


def _person(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    if change.before is None:
        return None
    if change.target.pk == domain.viewer.id:
        return "用户名", OWN
    if "kept" not in seen:
        seen["kept"] = set(administered.kept(domain).values_list("pk", flat=True))
    return None if change.target.pk in seen["kept"] else ("用户名", f"该人员{OUTSIDE}")


def _post(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    person = change.key[0]
    if person == domain.viewer.id:
        return "人员", OWN
    if change.court not in domain.codes:
        return "法院代字", f"法院“{change.court}”{OUTSIDE}"
    if "known" not in seen:
        seen["known"] = set(administered.persons(domain).values_list("pk", flat=True))
    return None if person in seen["known"] else ("人员", f"该人员{OUTSIDE}")


def _common(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    return None if domain.whole else ("日期", f"休息日历{COMMON}")


def _setting(domain: Domain, seen: dict[str, Any], table: Any, change: Change) -> tuple[str, str] | None:
    if not change.court:
        return None if domain.whole else ("法院代字", f"不写法院的参数{COMMON}")
    return None if change.court in domain.codes else ("法院代字", f"法院“{change.court}”{OUTSIDE}")


_RULES = {
    "courts": _court,
    "bodies": _body,
    "persons": _person,
    "posts": _post,
    "calendar": _common,
    "settings": _setting,
}


# --- accounts ---------------------------------------------------------------------------------------------------------
def issue_code(domain: Domain, person: Person, *, now: dt.datetime) -> str:
    """A one-time code, to be shown once; the step says that one was given, never which.
    AccountError where there is no account."""
    with transaction.atomic():
        _may(domain, person)
        code = accounts.issue_code(person, timezone.now())  # its life runs in real time, whatever the business day is
        _account_step(domain, person, "发放一次性码", now)
    return code


def unlock(domain: Domain, person: Person, *, now: dt.datetime) -> bool:
    """Let somebody locked out by wrong passwords try again at once; False where nothing was locked."""
    with transaction.atomic():
        _may(domain, person)
        freed = accounts.release(person)
        if freed:
            _account_step(domain, person, "解除锁定", now)
    return freed


def close(domain: Domain, person: Person, *, now: dt.datetime) -> None:
    """Close the account: sessions, codes and tokens end at once."""
    with transaction.atomic():
        _may(domain, person)
        if Person.objects.filter(pk=person.pk, is_active=True).exists():
            accounts.disable(person, timezone.now())
            _account_step(domain, person, "停用账号", now)


def reopen(domain: Domain, person: Person, *, now: dt.datetime) -> None:
    """Open a closed account; it is entered by a new one-time code."""
    with transaction.atomic():
        _may(domain, person)
        if Person.objects.filter(pk=person.pk, is_active=False).exists():
            accounts.enable(person)
            _account_step(domain, person, "恢复账号", now)


def _may(domain: Domain, person: Person) -> None:
    if not administered.may_keep(domain, [person.pk]):
        raise NotFound


def _account_step(domain: Domain, person: Person, what: str, now: dt.datetime) -> None:
    """In the chain of the court in which the person has a post, else in that of what belongs to all courts."""
    held = Post.objects.filter(person=person, body__court__in=domain.ids).select_related("body__court")
    post = held.order_by("-valid_from", "-pk").first()
    content = {"person": str(person.uid), "what": what, "by": str(domain.viewer.uid)}
    actor = Person(pk=domain.viewer.id, uid=domain.viewer.uid)
    court = post.body.court if post else None
    ledger("register.account", court, content, now=now, by=actor, post_id=domain.post.id)
