"""What a person had typed and not yet sent: kept on the server, sealed for that person and that form,
dropped after 30 days.

A draft is the form's own fields as pairs of name and text, so any form can be kept. `place` names the form: `MOVE
KEY|SUBJECT KIND|UID`, the last two empty for what has no subject yet. A page puts `of(…)` into its context as `draft`,
includes parts/draft_line.html and parts/draft_buttons.html inside its form, and calls `drop` once the act is done;
static/app/drafts.js does the rest. Nothing of a draft is ever in a log, an address or a sentence.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.debug import sensitive_variables

from shuangcha.access.refusals import Invalid, NotAllowed, Stale
from shuangcha.vault import crypto, keys

from .models import Draft
from .templatetags.desk_tags import moment_cn

DAYS = 30
MOST_BYTES = 1024 * 1024
"""Of one draft as it is sealed; the longest report is a fifth of this."""
MOST_FIELDS = 2000
PLACE_LENGTH = 120
OF_THE_PAGE = frozenset(
    {
        "csrfmiddlewaretoken",
        "request_key",
        "seen_version",
        "draft",
        "draft_place",
        "draft_version",
        "draft_owner",
        "refresh",
    }
)
"""Fields that belong to one opening of the form and not to what was typed."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it was found. `typed` is a QueryDict: it reads like what a browser sends."""

    typed: Any
    version: int
    saved_at: dt.datetime


class Overtaken(Stale):
    """Another window has saved, sent or thrown away this draft since. `version` is what stands now, 0 for nothing."""

    def __init__(self, sentence: str, version: int) -> None:
        super().__init__(sentence)
        self.version = version


def place_of(move_key: str, kind: str = "", uid: object = "") -> str:
    return f"{move_key}|{kind}|{uid}"[:PLACE_LENGTH]


@sensitive_variables()
def pairs_of(post: Any) -> Pairs:
    """What was typed, of a QueryDict."""
    return [(name, str(value)) for name in post for value in post.getlist(name) if not _of_the_page(name)]


@sensitive_variables()
def keep(person_id: int, place: str, pairs: Iterable[tuple[str, str]], *, version: int, now: dt.datetime) -> int:
    """Keep what was typed; returns the draft's new version. `version` is the one that the window knows, 0 for none.

    Raises Overtaken where another window was faster, Invalid for a draft that is too large. At most three statements.
    """
    kept = [(name, text) for name, text in pairs if not _of_the_page(name)]
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
    if len(kept) > MOST_FIELDS or len(text) > MOST_BYTES:
        raise Invalid("草稿太长，未能保存，内容仍在本页；请先提交一部分，或把长文作为附件上传。")
    sealed = crypto.encrypt(
        _key(), text, aad=_aad(person_id, place), algorithm=getattr(settings, "VAULT_ALGORITHM", crypto.AES)
    )
    mine = Draft.objects.filter(person_id=person_id, place=place)
    if version and mine.filter(version=version).update(sealed=sealed, version=version + 1, saved_at=now):
        return version + 1
    if not version:
        try:
            with transaction.atomic():
                Draft.objects.create(person_id=person_id, place=place, sealed=sealed, version=1, saved_at=now)
            return 1
        except IntegrityError:
            pass  # another window has begun this draft meanwhile
    stands = mine.values_list("version", "saved_at").first()
    if stands is None:
        raise Overtaken("这份草稿已在另一个窗口提交或放弃，本页不再自动保存。", 0)
    raise Overtaken(f"另一个窗口已于{_clock(stands[1], now)}保存了这张表单，本页不再自动保存，以免覆盖。", stands[0])


@sensitive_variables()
def load(person_id: int, place: str) -> Kept | None:
    """The person's draft of this form, or None; one that does not open any more (another key) is no draft.
    One statement."""
    row = Draft.objects.filter(person_id=person_id, place=place).first()
    if row is None:
        return None
    try:
        pairs = json.loads(crypto.decrypt(_key(), bytes(row.sealed), aad=_aad(person_id, place)))
    except crypto.CryptoProblem:
        return None
    typed = QueryDict(mutable=True)
    for name, text in pairs:
        typed.appendlist(name, text)
    return Kept(typed, row.version, row.saved_at)


def begun(person_id: int, most: int) -> list[tuple[str, dt.datetime]]:
    """(place, last saved) of what the person has begun and not sent, newest first. One statement."""
    return list(Draft.objects.filter(person_id=person_id).order_by("-saved_at").values_list("place", "saved_at")[:most])


def drop(person_id: int, place: str) -> None:
    """The form was sent, or its draft thrown away. One statement."""
    Draft.objects.filter(person_id=person_id, place=place).delete()


def purge(now: dt.datetime) -> int:
    """Forget what has lain for 30 days; returns how many. Called by the minute's job."""
    return Draft.objects.filter(saved_at__lt=now - dt.timedelta(days=DAYS)).delete()[0]


def owner(person_id: int) -> str:
    """Says whose window it is: one left open while another person signed in does not save under that person's name."""
    return salted_hmac("shuangcha.desk.drafts", str(person_id)).hexdigest()[:20]


def check_owner(person_id: int, told: str) -> None:
    """Raises NotAllowed where the window was opened by another person."""
    if not constant_time_compare(told, owner(person_id)):
        raise NotAllowed("现在登录的是另一个账号，本页内容不能保存到该账号名下。")


def of(
    person_id: int, place: str, kept: Kept | None, now: dt.datetime, *, version: int | None = None, note: str = ""
) -> dict[str, Any]:
    """For the templates: place, version, and the line that says what was restored.
    `version` for a form that was sent back."""
    told = f"已恢复{_clock(kept.saved_at, now)}的草稿" if kept is not None else ""
    known = version if version is not None else kept.version if kept is not None else 0
    return {"place": place, "owner": owner(person_id), "version": known, "restored": told, "note": note}


def version_of(text: str) -> int:
    """The version that a window names; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _of_the_page(name: str) -> bool:
    return name in OF_THE_PAGE or name.startswith(("add-", "remove-")) or name.endswith("-next")


def _clock(moment: dt.datetime, now: dt.datetime) -> str:
    """7月3日 14:05, with the year where it is another."""
    text = moment_cn(moment)
    year = moment_cn(now)[:5]
    return text.removeprefix(year)


@sensitive_variables()
def _key() -> bytes:
    """A key of its own, so that no key bytes serve both the identities and this."""
    return HKDF(algorithm=SHA256(), length=crypto.KEY_BYTES, salt=None, info=b"shuangcha desk drafts").derive(
        keys.current().vault
    )


def _aad(person_id: int, place: str) -> bytes:
    return crypto.place("desk_draft", person_id, place)
