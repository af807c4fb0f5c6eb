"""What runs beside the facts: limits, whose turn it is, owed papers, who belongs to a file and who is shut out of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from shuangcha.courts.models import Body, Court, Person

from .base import Row
from .clue import Clue
from .inquiry import Material
from .matter import Matter


class Limit(Row):
    """A running period with its working; whether it is late is derived, never stored."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="limits")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="limits")
    court = models.ForeignKey(Court, models.PROTECT, related_name="+", help_text="the court that must keep it")
    kind = models.CharField(max_length=24)
    period = models.CharField(max_length=12)
    extension = models.CharField(max_length=12, default="", help_text="延期,加在未顺延的届满日上")
    started_on = models.DateField()
    due = models.DateField()
    stopped_on = models.DateField(null=True, blank=True)
    working = models.TextField(help_text="canonical JSON: how the day was computed")
    calendar_version = models.CharField(max_length=20)
    source = models.CharField(max_length=120)
    mark = models.CharField(max_length=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "kind"],
                condition=Q(stopped_on__isnull=True),
                name="limit_one_open",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["court", "due"], condition=Q(stopped_on__isnull=True), name="limit_court_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="limit_subject"),
            models.Index(
                fields=["court", "due", "id"],
                condition=Q(stopped_on__isnull=True, matter__isnull=False),
                name="limit_matter_due",
            ),
            models.Index(fields=["subject_kind", "due"], name="limit_subject_due"),
        ]


class Todo(Row):
    """Whose turn it is: a projection written by the door, rebuilt and compared by `rebuild --check`."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="todos")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="todos")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    office = models.CharField(max_length=24)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    city = models.CharField(max_length=20, blank=True)
    province = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=60, help_text="key of the move that is awaited first")
    title = models.CharField(max_length=200)
    due = models.DateField(null=True, blank=True)
    urgent = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["body", "due", "-urgent", "id"], name="todo_body_due"),
            models.Index(fields=["body", "due"], condition=Q(urgent=True), name="todo_body_urgent"),
            models.Index(fields=["person", "due", "id"], condition=Q(person__isnull=False), name="todo_person_due"),
            models.Index(fields=["court", "due", "id"], name="todo_court_due"),
            models.Index(fields=["city", "due", "id"], name="todo_city_due"),
            models.Index(fields=["province", "due", "id"], name="todo_province_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="todo_subject"),
        ]


class Handling(Row):
    """承办人: the officer of the body to whom a todo was handed. The todo stays the body's; this is a fact beside it.

    One row for each awaited act of a body on a subject: handed on, it names the next officer (the steps keep who was before).
    It outlives the todo: where the same act is awaited again, the officer who had it is named again until it is handed on.
    """

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    move = models.CharField(max_length=60, help_text="key of the awaited move: `kind` of the todo")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id", "move", "body"], name="handling_once")
        ]


class Standing(Row):
    """How a holder stands to a clue or a matter, from the step that caused it to the step that ended it.

    A projection of the file's facts (`access/relations.py`), written by the door with the step, recomputed by `rebuild`.
    `holder`: who, as `access.relations` writes it; `part_kind` and `part_id` are empty where the standing is to the whole file.
    """

    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="standings")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="standings")
    holder = models.CharField(max_length=48)
    relation = models.CharField(max_length=12)
    part_kind = models.CharField(max_length=12, default="", blank=True)
    part_id = models.BigIntegerField(default=0)
    since_step = models.ForeignKey("audit.Step", models.PROTECT, null=True, blank=True, related_name="+")
    until_step = models.ForeignKey("audit.Step", models.PROTECT, null=True, blank=True, related_name="+")
    ended = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(clue__isnull=True, matter__isnull=False) | Q(clue__isnull=False, matter__isnull=True),
                name="standing_of_one",
            ),
            *(
                models.UniqueConstraint(
                    fields=[file, "holder", "relation", "part_kind", "part_id"],
                    condition=Q(ended=False, **{f"{file}__isnull": False}),
                    name=f"standing_{file}_once",
                )
                for file in ("clue", "matter")
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["holder", file],
                condition=Q(ended=False, **{f"{file}__isnull": False}),
                name=f"standing_holder_{file}",
            )
            for file in ("matter", "clue")
        ]


class Membership(Row):
    """One row for each holder and file that its lists show: derived from the standings in the same write.

    Several standings of one holder to one file would eat a page of a list; the lists walk these. `reach` is full, own
    (without what followed), or brief (number and court only).
    """

    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="memberships")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="memberships")
    holder = models.CharField(max_length=48)
    reach = models.CharField(max_length=8, default="full", help_text="full, own or brief")

    class Meta:
        constraints: ClassVar = [
            *(
                models.UniqueConstraint(
                    fields=["holder", file], condition=Q(**{f"{file}__isnull": False}), name=f"member_{file}_once"
                )
                for file in ("matter", "clue")
            ),
            models.CheckConstraint(
                condition=Q(clue__isnull=True, matter__isnull=False) | Q(clue__isnull=False, matter__isnull=True),
                name="member_of_one",
            ),
        ]
        # What `access.paging` walks: a list and its count read nothing but these, and pass over no brief grant.
        indexes: ClassVar = [
            models.Index(
                fields=["holder", file],
                condition=Q(**{f"{file}__isnull": False}, reach__in=["full", "own"]),
                name=f"member_holder_{file}_open",
            )
            for file in ("matter", "clue")
        ]


class Reminder(Row):
    """催办: one court asks another for what it owes. It changes nothing; the one who owes reads it beside the todo."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="reminders")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", help_text="who asks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    court = models.ForeignKey(Court, models.PROTECT, related_name="+", help_text="who is asked")
    text = models.TextField(blank=True)
    on = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id", "on"], name="reminder_subject"),
            models.Index(fields=["court", "id"], name="reminder_court"),
        ]


class Recusal(Row):
    """回避: a person shut out of a clue or matter, with the fact it follows from. Final; nothing overrides it."""

    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="recusals")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="recusals")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cause = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "clue"], condition=Q(clue__isnull=False), name="recusal_person_clue"
            ),
            models.UniqueConstraint(
                fields=["person", "matter"], condition=Q(matter__isnull=False), name="recusal_person_matter"
            ),
            models.CheckConstraint(
                condition=Q(clue__isnull=True, matter__isnull=False) | Q(clue__isnull=False, matter__isnull=True),
                name="recusal_of_one",
            ),
        ]


class Paper(Row):
    """An owed or issued paper; an owed one is met by registering the issued one (文号, date, scan or file)."""

    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="papers")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="papers")
    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24)
    owed_on = models.DateField()
    number = models.CharField("文号", max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    no = models.PositiveIntegerField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    material = models.ForeignKey(Material, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["court", "kind", "year", "no"], condition=Q(no__isnull=False), name="paper_number_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id"], name="paper_subject")]


class StagedUpload(Row):
    """A file sent ahead of the act that will use it; swept after 24 hours."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=160)
    media = models.CharField(max_length=80)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    at = models.DateTimeField()


class Outbox(Row):
    """A notice to be given once: `key` makes a repeated tick harmless. Carries no content of the file."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24)
    clue = models.ForeignKey(Clue, models.PROTECT, null=True, blank=True, related_name="+")
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    limit = models.ForeignKey(Limit, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    late = models.BooleanField(default=False)
