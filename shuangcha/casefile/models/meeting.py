"""联席会议 and its items (方案四(三), 四(九)): one meeting may start matters and deliberate on reports; the items differ."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shuangcha.courts.models import Body, Court, Person

from .base import Row, Subject
from .clue import Clue
from .matter import Matter


class Meeting(Subject):
    KIND = "meeting"

    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    held_on = models.DateField("会议日期")
    place = models.CharField("地点", max_length=60)
    chair = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, blank=True)
    circulated = models.BooleanField("传签", default=False)
    minutes = models.TextField("会议纪要", blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["court", "stage", "id"], name="meeting_court_stage")]


class Attendance(Row):
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "person"], name="attendance_once")]


class Item(Subject):
    """会议议题: a clue to decide on (kind `start`), or a report to deliberate on (kind `consult`)."""

    KIND = "item"

    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="items")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="items")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="items")
    order = models.PositiveSmallIntegerField(default=0)
    revisit_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="start", clue__isnull=False) | Q(kind="consult", matter__isnull=False),
                name="item_about_something",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["court", "stage", "id"], name="item_court_stage")]


FROM_FACTS = "依案件事实应当回避"
"""The reason of a declaration that was entered for somebody whom the file's facts shut out, who cannot see the item."""


class Declaration(Row):
    """回避声明 of one person for one item or one round: none to declare, or recused with the reason. A recusal is final."""

    item = models.ForeignKey(Item, models.PROTECT, null=True, blank=True, related_name="declarations")
    round = models.ForeignKey("casefile.Round", models.PROTECT, null=True, blank=True, related_name="declarations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recused = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "person"], name="declaration_item_once"),
            models.UniqueConstraint(fields=["round", "person"], name="declaration_round_once"),
        ]


class Position(Row):
    """A body's position on an item; both must be recorded before the decision (方案四(三) 共同研究决定)."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="positions")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stance = models.CharField(max_length=16)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "body"], name="position_one_per_body")]
