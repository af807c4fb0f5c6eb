"""留痕: edges of the procedure, proposals and signatures, append-only steps in hash chains, seals, the read log.

The rows of `step` and `signature` are never updated or deleted; triggers on both engines hold that (see `guards.py`).
A step names its subject by kind and id, because this room lies below the rooms that own the subjects.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from shuangcha.courts.models import Body, Person, Post


class Edge(models.Model):
    """One stage change that the plan allows; loaded from `plan` at migrate, compared with it at start."""

    key = models.CharField(max_length=120, primary_key=True, help_text="move:from>to")
    edition = models.CharField(max_length=10)
    move = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=12)
    from_stage = models.CharField(max_length=24, blank=True)
    to_stage = models.CharField(max_length=24, blank=True)
    joint = models.BooleanField(help_text="方案中的联合: two signatures of two bodies are needed")
    raises = models.BooleanField(help_text="the subject's version rises by one")


class Stream(models.Model):
    """Head of one hash chain: `matter:ID` or `court:ID`. The row lock on it orders the steps of the chain."""

    key = models.CharField(max_length=40, primary_key=True)
    seq = models.PositiveIntegerField(default=0)
    head_sha = models.CharField(max_length=64, blank=True)
    sealed_seq = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["key"], condition=Q(seq__gt=models.F("sealed_seq")), name="stream_unsealed")
        ]


class Proposal(models.Model):
    """A proposed act with its content, bound to the version of its subject; it dies when the subject moves."""

    OPEN, EXECUTED, DEAD, WITHDRAWN = "open", "executed", "dead", "withdrawn"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    move = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    base_version = models.PositiveIntegerField()
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="+")
    content = models.TextField(help_text="canonical JSON, never with an identity")
    salt = models.CharField(max_length=32)
    content_sha = models.CharField(max_length=64)
    happened_on = models.DateField()
    proposer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposer_body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, default=OPEN)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "move", "base_version"],
                condition=Q(status="open"),
                name="proposal_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "executed", "dead", "withdrawn"]), name="proposal_status"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject_kind", "subject_id"], condition=Q(status="open"), name="proposal_open"),
            models.Index(fields=["proposer"], condition=Q(status="open"), name="proposal_open_mine"),
            models.Index(fields=["stream"], condition=Q(status="open"), name="proposal_open_stream"),
        ]


class Signature(models.Model):
    """One officer's signature for one body over the hash of a proposal's content."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="signatures")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    content_sha = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "body"], name="signature_one_per_body"),
            models.UniqueConstraint(fields=["proposal", "person"], name="signature_one_per_person"),
        ]


class Step(models.Model):
    """One executed act (办理步骤). `happened_on` is the business day, `recorded_at` the server's time;
    they differ for 补录."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    stream = models.ForeignKey(Stream, models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    edge = models.ForeignKey(Edge, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    subject_version = models.PositiveIntegerField()
    raised = models.BooleanField(help_text="this step raised the subject's version")
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, blank=True, related_name="steps")
    cause = models.UUIDField(null=True, blank=True, help_text="uid of the step whose `then` row this one is")
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", null=True, blank=True)
    happened_on = models.DateField()
    recorded_at = models.DateTimeField()
    backfilled = models.BooleanField(default=False, help_text="补录: recorded after the day on which it happened")
    content = models.TextField(help_text="canonical JSON of what the officers entered")
    facts = models.TextField(help_text="canonical JSON of what the act made of it: limits, numbers, new subjects")
    salt = models.CharField(max_length=32)
    content_sha = models.CharField(max_length=64)
    facts_sha = models.CharField(max_length=64)
    prev_sha = models.CharField(max_length=64, blank=True)
    sha = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "seq"], name="step_stream_seq"),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "subject_version"],
                condition=Q(raised=True),
                name="step_one_per_version",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "id"], name="step_subject")]


class Seal(models.Model):
    """A signed Merkle root over the heads of the chains that grew since the last seal;
    the file beside the data is the witness."""

    seq = models.PositiveIntegerField(unique=True)
    prev_root = models.CharField(max_length=64, blank=True)
    root = models.CharField(max_length=64)
    leaves = models.PositiveIntegerField()
    body = models.TextField(help_text="canonical JSON as published")
    signature = models.CharField(max_length=128)
    sealed_at = models.DateTimeField()


class ReadLog(models.Model):
    """Who looked at what, when. Unchained; sealed by count and digest."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField()
    what = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject_kind", "subject_id", "at"], name="readlog_subject")]


class RequestKey(models.Model):
    """One act per form: a double click, or a retry by the browser, finds the answer of the first."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    answer = models.TextField(default="", help_text="canonical JSON of the outcome")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="request_key_once")]
