"""Clues and matters with texts of the test's own, put in and indexed past the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest

DAY = dt.date(2020, 6, 1)
NOW = dt.datetime(2020, 6, 1, 1, tzinfo=dt.UTC)
Fill = Callable[[Sequence[str]], list[Any]]


@pytest.fixture
def fill(db: None) -> Fill:
    """Make one clue for each text, indexed; returns them. Each call makes more."""
    from shuangcha.casefile import models as cf
    from shuangcha.courts.models import Body, Court, Person
    from shuangcha.search import index

    court = Court.objects.create(
        code="豫99", name="某市中级人民法院", level="intermediate", valid_from=dt.date(2000, 1, 1)
    )
    body = Body.objects.create(court=court, kind="enforcement", local_name="执行局")
    person = Person.objects.create(name="执行局甲", login="finder")

    def make(texts: Sequence[str]) -> list[Any]:
        begin = cf.Clue.rows.count()
        cf.Clue.rows.bulk_create(
            [
                cf.Clue(
                    court=court,
                    received_by=body,
                    registrar=person,
                    number=f"T{begin + n}",
                    source="petition",
                    received_on=DAY,
                    subject_court=court,
                    title="某",
                    summary="某",
                    find_text=text,
                    created_at=NOW,
                )
                for n, text in enumerate(texts)
            ],
            batch_size=500,
        )
        made = list(cf.Clue.rows.order_by("pk"))[begin:]
        if len(made) > 500:
            index.rebuild()
        else:
            for one in made:
                index.put("clue", one.pk, one.find_text)
        return made

    return make
