"""Canonical bytes, salted commitments and the append to a hash chain.

The chain entry is unkeyed and carries commitments only: whoever has the salt and the content can prove an entry,
whoever has the chain alone learns nothing of the content. Identities of complainants never enter content or facts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any
from zoneinfo import ZoneInfo

from .models import Edge, Proposal, Step, Stream

ZONE = ZoneInfo("Asia/Shanghai")
HEADER_FORMAT = 1
"""Number of the form that `header` writes; it rises when a column is added or written differently."""


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, UTF-8 characters kept: the only text that is ever hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def new_salt() -> str:
    return secrets.token_hex(16)


def commitment(salt: str, text: str) -> str:
    """SHA-256 over the length-framed salt and text, as 64 hex digits."""
    framed = f"{len(salt)}:{salt}{len(text)}:{text}"
    return hashlib.sha256(framed.encode()).hexdigest()


def header(step: Step) -> str:
    """Canonical JSON of every column that says what happened, and of the hash of the entry before it."""
    columns = {
        "uid": str(step.uid),
        "stream": step.stream_id,
        "seq": step.seq,
        "edge": step.edge_id,
        "kind": step.subject_kind,
        "subject": step.subject_id,
        "version": step.subject_version,
        "raised": step.raised,
        "proposal": step.proposal_id,
        "cause": str(step.cause) if step.cause else None,
        "actor": step.actor_id,
        "post": step.post_id,
        "happened_on": step.happened_on.isoformat(),
        "recorded_at": step.recorded_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "backfilled": step.backfilled,
        "content": step.content_sha,
        "facts": step.facts_sha,
        "prev": step.prev_sha,
    }
    return canonical(columns)


def entry_sha(step: Step) -> str:
    """Hash of a step's header."""
    return hashlib.sha256(header(step).encode()).hexdigest()


def lock_stream(key: str) -> Stream:
    """The head of chain `key`, locked until the transaction ends; made when the chain is new."""
    stream = Stream.objects.select_for_update().filter(pk=key).first()
    if stream is None:
        Stream.objects.bulk_create([Stream(key=key)], ignore_conflicts=True)
        stream = Stream.objects.select_for_update().get(pk=key)
    return stream


def prepared(
    stream: Stream,
    *,
    edge: Edge | str,
    subject_kind: str,
    subject_id: int,
    subject_version: int,
    raised: bool,
    actor_id: int,
    post_id: int | None,
    happened_on: dt.date,
    recorded_at: dt.datetime,
    content: str,
    salt: str,
    facts: dict[str, Any],
    proposal: Proposal | None = None,
    cause: Step | None = None,
) -> Step:
    """The next step of a locked chain, not yet written; `stream` already has it as its head.

    `content` is canonical JSON, already committed to by the signers with `salt`. The caller writes the steps in order,
    then the stages, then the head (`save_heads`), all in the same transaction.
    """
    facts_text = canonical(facts)
    step = Step(
        stream=stream,
        seq=stream.seq + 1,
        edge_id=edge if isinstance(edge, str) else edge.key,
        subject_kind=subject_kind,
        subject_id=subject_id,
        subject_version=subject_version,
        raised=raised,
        proposal=proposal,
        cause=cause.uid if cause else None,
        actor_id=actor_id,
        post_id=post_id,
        happened_on=happened_on,
        recorded_at=recorded_at,
        backfilled=happened_on < recorded_at.astimezone(ZONE).date(),
        content=content,
        facts=facts_text,
        salt=salt,
        content_sha=commitment(salt, content),
        facts_sha=commitment(salt, facts_text),
        prev_sha=stream.head_sha,
    )
    step.sha = entry_sha(step)
    stream.seq = step.seq
    stream.head_sha = step.sha
    return step


def append(stream: Stream, **entry: Any) -> Step:
    """Prepare one step, write it and the head."""
    step = prepared(stream, **entry)
    step.save(force_insert=True)
    save_heads([stream])
    return step


def new_stream(key: str) -> Stream:
    """A chain that begins in this transaction, so nobody else can hold it."""
    stream = Stream(key=key)
    stream.save(force_insert=True)
    return stream


def save_heads(streams: list[Stream]) -> None:
    """Write the heads after the last step of a transaction: one statement."""
    if len(streams) == 1:
        streams[0].save(update_fields=["seq", "head_sha"])
    elif streams:
        Stream.objects.bulk_update(streams, ["seq", "head_sha"])
