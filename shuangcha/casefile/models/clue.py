"""线索: what came in, about whom, about which enforcement cases (方案四(一)–(四))."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shuangcha.courts.models import Body, Court, Person

from .base import Row, Subject


class EnforcementCase(Row):
    """执行案件: what is complained about. Numbers of before 2016 are kept as written (`is_standard` false)."""

    court = models.ForeignKey(Court, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField("案号", max_length=80, unique=True)
    raw = models.CharField("原文", max_length=80)
    is_standard = models.BooleanField(default=True)
    filed_on = models.DateField("立案日期", null=True, blank=True)


class CaseOfficer(Row):
    """承办人、合议庭成员、书记员 of an enforcement case: a fact from which recusal follows (dossier §11.1)."""

    enforcement_case = models.ForeignKey(EnforcementCase, models.PROTECT, related_name="officers")
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=8)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enforcement_case", "name", "role", "person"], name="case_officer_once")
        ]


class CaseLink(Row):
    """Numbers born on the way (执恢, 执监 …): each is found by any of the others."""

    origin = models.ForeignKey(EnforcementCase, models.PROTECT, related_name="links_out")
    born = models.ForeignKey(EnforcementCase, models.PROTECT, related_name="links_in")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["origin", "born"], name="case_link_once")]


class Clue(Subject):
    KIND = "clue"
    undoubted = False
    """No column: true while the clue is being registered and the search has found no likely repeat."""

    court = models.ForeignKey(Court, models.PROTECT, related_name="+", help_text="the court in whose space it is kept")
    received_by = models.ForeignKey(Body, models.PROTECT, related_name="+")
    inspection_body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    registrar = models.ForeignKey(Person, models.PROTECT, related_name="+")
    number = models.CharField("登记号", max_length=40)
    source = models.CharField("线索来源", max_length=24)
    source_facts = models.TextField(default="{}", help_text="canonical JSON: the fields that this source needs")
    received_on = models.DateField("收到日期")
    subject_court = models.ForeignKey(Court, models.PROTECT, related_name="+", verbose_name="被反映法院")
    about_head = models.BooleanField(
        default=False, help_text="about a head of the court complained of: never enters it"
    )
    named = models.BooleanField("实名", default=False)
    identity = models.UUIDField(null=True, blank=True, help_text="handle into the vault")
    mask = models.CharField(max_length=20, blank=True)
    title = models.CharField("标题", max_length=120)
    summary = models.TextField("内容摘要")
    urgent = models.BooleanField("加急", default=False)
    revisit_on = models.DateField(null=True, blank=True)
    find_text = models.CharField(max_length=600, default="")
    edition = models.CharField(max_length=10, default="2020-05-20")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["court", "number"], name="clue_number_once")]
        indexes: ClassVar = [
            models.Index(fields=["received_by", "stage", "id"], name="clue_body_stage"),
            models.Index(fields=["court", "stage", "id"], name="clue_court_stage"),
            models.Index(fields=["subject_court", "stage", "id"], name="clue_subject_stage"),
            models.Index(fields=["received_on"], name="clue_received"),
        ]


class ClueCase(Row):
    clue = models.ForeignKey(Clue, models.PROTECT, related_name="case_links")
    enforcement_case = models.ForeignKey(EnforcementCase, models.PROTECT, related_name="clue_links")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["clue", "enforcement_case"], name="clue_case_once")]


class ClueSubject(Row):
    """被反映人. `person` is filled when the name is that of one or more persons known to the court;
    all of them are recused."""

    clue = models.ForeignKey(Clue, models.PROTECT, related_name="subjects")
    name = models.CharField(max_length=40)
    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    title = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")


class Repeat(Row):
    """疑似重复反映: a clue that may be about the same thing as an earlier one, and what became of the doubt.

    `verdict`: hinted (nobody has looked), merged 并入, distinct 不是同一事, undone 并入已撤销. `reasons`: canonical JSON list of
    why it was hinted (same case, same officer, near-same text). Neither row shows the other to who may not see it.
    """

    clue = models.ForeignKey(Clue, models.PROTECT, related_name="repeats")
    other = models.ForeignKey(Clue, models.PROTECT, related_name="repeated_by")
    verdict = models.CharField(max_length=8, default="hinted")
    reasons = models.TextField(default="[]")
    reason = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clue", "other"], name="repeat_once"),
            models.CheckConstraint(condition=~models.Q(clue=models.F("other")), name="repeat_of_another"),
        ]
        indexes: ClassVar = [models.Index(fields=["other", "verdict"], name="repeat_other_verdict")]


class Allegation(Row):
    """反映事项, typed 办案/管理/人员 (法〔2019〕232号第1条): fixes who leads the feedback (方案四(十))."""

    clue = models.ForeignKey(Clue, models.PROTECT, related_name="allegations")
    n = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["clue", "n"], name="allegation_n")]


class Screening(Row):
    """筛选意见 of the receiving body (方案四(二))."""

    clue = models.ForeignKey(Clue, models.PROTECT, related_name="screenings")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    conclusion = models.CharField(max_length=16)
    reason = models.TextField()
    basis = models.TextField(blank=True)
    on = models.DateField()


class InspectionOpinion(Row):
    """巡查组、督察组或联合检查组意见 (方案四(四))."""

    clue = models.ForeignKey(Clue, models.PROTECT, related_name="inspection_opinions")
    team = models.CharField(max_length=60)
    leader = models.CharField(max_length=40)
    proposal = models.CharField(max_length=16)
    text = models.TextField()
    on = models.DateField()
