"""Finding what an officer's words point at: courts, persons, cases, allegations;
wrong ones are refused at their field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from shuangcha.access.facts import Facts
from shuangcha.access.refusals import Invalid
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import Official, officials


def court_named(value: str, field: str) -> Court:
    """The court by its 法院代字 or its name."""
    court = Court.objects.filter(code=value).first() or Court.objects.filter(name=value).first()
    if court is None:
        raise Invalid(f"没有“{value}”这个法院，请填法院代字或全称，如 豫0304。", field=field)
    return court


def courts_named(values: Iterable[str]) -> dict[str, Court]:
    """Courts by 法院代字 or name, each with the courts above it and its successor: one statement for any number."""
    wanted = set(values)
    found: dict[str, Court] = {}
    rows = Court.objects.filter(Q(code__in=wanted) | Q(name__in=wanted))
    for court in rows.select_related("superior__superior__superior", "successor"):
        found[court.code] = found[court.name] = court
    return found


def chosen(found: dict[str, Court], value: str, field: str) -> Court:
    """The court out of `courts_named`, or the refusal at its field."""
    if value not in found:
        raise Invalid(f"没有“{value}”这个法院，请填法院代字或全称，如 豫0304。", field=field)
    return found[value]


def persons(uids: Iterable[str], field: str) -> list[Person]:
    """Persons by uid, in the order given. One statement."""
    keys: list[UUID] = []
    for n, uid in enumerate(uids):
        try:
            keys.append(UUID(str(uid)))
        except ValueError:
            raise Invalid("请从列出的人员中选择。", field=f"{field}.{n}") from None
    found = {one.uid: one for one in Person.objects.filter(uid__in=keys)}
    for n, key in enumerate(keys):
        if key not in found:
            raise Invalid("请从列出的人员中选择。", field=f"{field}.{n}")
    return [found[key] for key in keys]


def of_bodies(court_id: int, on: dt.date, kinds: Iterable[str]) -> dict[int, Official]:
    """Who holds a post in these bodies of the court on the day, by person."""
    found: dict[int, Official] = {}
    order = list(kinds)
    for one in sorted(officials(court_id, on, order), key=lambda who: order.index(who.body_kind)):
        found.setdefault(one.person_id, one)
    return found


def allegation_at(facts: Facts, n: int | None, field: str) -> cf.Allegation | None:
    """反映事项 by its running number in the file."""
    if n is None:
        return None
    if not 1 <= n <= len(facts.allegations):
        raise Invalid(f"没有第{n}项反映事项。", field=field)
    return facts.allegations[n - 1]
