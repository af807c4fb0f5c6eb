"""双查案件, its hops and rounds: one matter with a tree of assignments, never a tree of matters."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shuangcha.courts.models import Body, Court, Person

from .base import Row, Subject
from .clue import Allegation, Clue


class Matter(Subject):
    """双查案件, born by 启动 with its serial (洛中法双查〔2020〕3号: an inner serial, never shown as a case number)."""

    KIND = "matter"

    edition = models.CharField(max_length=10, default="2020-05-20")
    owner_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    target_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    title = models.CharField(max_length=160)
    mode = models.CharField(max_length=8, help_text="assign 交办 or direct 直接调查")
    urgent = models.BooleanField(default=False)
    about_head = models.BooleanField(default=False)
    started_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    find_text = models.CharField(max_length=600, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner_court", "year", "serial"], name="matter_serial_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner_court", "stage", "id"], name="matter_owner_stage"),
            models.Index(fields=["target_court", "stage", "id"], name="matter_target_stage"),
            models.Index(fields=["started_on"], name="matter_started"),
            models.Index(fields=["closed_on"], name="matter_closed"),
        ]


class MatterClue(Row):
    """Which clues a matter carries. Reversible: from a step until a step."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="clue_links")
    clue = models.ForeignKey(Clue, models.PROTECT, related_name="matter_links")
    from_step = models.ForeignKey("audit.Step", models.PROTECT, null=True, blank=True, related_name="+")
    until_step = models.ForeignKey("audit.Step", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "clue"], name="matter_clue_once")]


class Assignment(Subject):
    """交办: one hop from a court to the court below (方案四(五))."""

    KIND = "assignment"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="assignments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="hops")
    from_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    to_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    handed_on = models.DateField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)


class Extension(Row):
    """延期 of a report: asked before expiry by the lower court, decided by both bodies of the assigning court."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="extensions")
    asked_on = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    decided_on = models.DateField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(decided_on__isnull=True), name="extension_one_pending"
            )
        ]


class Point(Row):
    """核查要点: a numbered question that the report must answer (dossier §4 P2)."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="points")
    n = models.PositiveSmallIntegerField()
    text = models.TextField()
    allegation = models.ForeignKey(Allegation, models.PROTECT, null=True, blank=True, related_name="points")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "n"], name="point_n")]


class Round(Subject):
    """调查轮次: first, 补充 (supplement) or 接管/直接 (direct)."""

    KIND = "round"
    has_case: bool
    """Filled where access reads the rounds of a matter: does it concern an enforcement case?"""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="rounds")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, blank=True, related_name="rounds")
    court = models.ForeignKey(Court, models.PROTECT, related_name="+", help_text="the court whose team investigates")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    gaps = models.TextField(blank=True)
    started_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "n"], name="round_n")]


class TeamMember(Row):
    """A member of the 联合调查组 (方案四(六))."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="team")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    leader = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "person"], name="team_member_once")]


class Disclosure(Row):
    """向相关法院公开 (方案三): what one court is told of a matter, and no more. `level`: for whom it is meant there."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="disclosures")
    to_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    subject = models.CharField("公开事项", max_length=12)
    level = models.CharField("公开范围", max_length=12)
    text = models.TextField("公开内容")
    on = models.DateField("公开日期")
