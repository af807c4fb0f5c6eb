"""检查意见, its approval and what follows from it (方案四(九)–(十一))."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shuangcha.courts.models import Body, Court, Person

from .base import Row, Subject
from .clue import Allegation
from .matter import Matter


class Opinion(Subject):
    KIND = "opinion"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="opinions")
    version_no = models.PositiveSmallIntegerField(default=0)
    approved_on = models.DateField(null=True, blank=True)


class OpinionVersion(Row):
    """The text as drafted, and as changed by an approver (`changed_by`): both are kept."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="versions")
    n = models.PositiveSmallIntegerField()
    facts = models.TextField("认定事实")
    text = models.TextField("检查意见")
    drafter = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["opinion", "n"], name="opinion_version_n")]


class Conclusion(Row):
    """What one version of the opinion says of one 反映事项; 不属实 admits no disposition."""

    version = models.ForeignKey(OpinionVersion, models.PROTECT, related_name="conclusions")
    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="+")
    finding = models.CharField(max_length=16)
    text = models.TextField()
    misconduct = models.BooleanField("干警违规违纪违法", default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "allegation"], name="conclusion_once")]


class PlannedDisposition(Row):
    """A disposition that one version of the opinion proposes; it becomes a duty on approval."""

    version = models.ForeignKey(OpinionVersion, models.PROTECT, related_name="dispositions")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=24)
    allegation = models.ForeignKey(Allegation, models.PROTECT, related_name="+")
    addressee = models.ForeignKey(Court, models.PROTECT, related_name="+")
    demand = models.TextField()
    period = models.CharField(max_length=12, help_text="期间,如 30日")


class Approval(Row):
    """One link of the approver chain, in order; who drafted, investigated or signed is skipped by name."""

    opinion = models.ForeignKey(Opinion, models.PROTECT, related_name="approvals")
    level = models.CharField(max_length=12)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    result = models.CharField(max_length=12)
    text = models.TextField(blank=True)
    on = models.DateField()
    round_no = models.PositiveSmallIntegerField(default=1, help_text="version of the text that was judged")


class Duty(Subject):
    """A disposition, feedback or clarification with its own life: addressee, limit, reply, proof, check, 销号."""

    KIND = "duty"

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="duties")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="relays")
    kind = models.CharField(max_length=24)
    n = models.PositiveSmallIntegerField()
    from_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    to_court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    lead_body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    allegation = models.ForeignKey(Allegation, models.PROTECT, null=True, blank=True, related_name="+")
    demand = models.TextField()
    period = models.CharField(max_length=12)
    due = models.DateField(null=True, blank=True)
    details = models.TextField(default="{}", help_text="canonical JSON: facts of this kind, by its content models")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["matter", "n"], name="duty_n")]


class DutyReply(Row):
    """回复 of the addressee with its proof; a check that fails asks for another."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="replies")
    n = models.PositiveSmallIntegerField()
    text = models.TextField()
    proof = models.TextField()
    on = models.DateField()
    passed = models.BooleanField(null=True, blank=True)
    check_text = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["duty", "n"], name="duty_reply_n")]
