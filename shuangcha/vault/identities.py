"""Identities of complainants: sealed from the first row, opened by one function, compared without being told.

Whoever calls `open_identity` must have been admitted by `access`, and the reveal is a step written before (方案四(一),
dossier on 保密). Nothing here puts an identity into a log, a repr or an exception.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
import unicodedata
import uuid

from django.conf import settings
from django.db import connection, transaction
from django.views.decorators.debug import sensitive_variables

from shuangcha.courts.models import Court

from . import crypto, keys
from .models import BlindIndex, Identity

FIELDS = ("name", "phone", "id_number", "address", "unit", "other")
STEMS = "甲乙丙丁戊己庚辛壬癸"
TABLE = "vault_identity"


class IdentityErased(RuntimeError):
    """The identity was erased: its data key is destroyed."""


def mask_of(ordinal: int) -> str:
    """What people see instead of the n-th complainant of a clue (from 0): 举报人甲 … 举报人癸, then 举报人11."""
    return "举报人" + (STEMS[ordinal] if ordinal < len(STEMS) else str(ordinal + 1))


@sensitive_variables()
def seal_identity(
    court: Court,
    *,
    name: str = "",
    phone: str = "",
    id_number: str = "",
    address: str = "",
    unit: str = "",
    other: str = "",
    now: dt.datetime,
    mask: str = "",
    ordinal: int = 0,
) -> Identity:
    """Seal an identity in `court`'s keeping, with its blind digests, in one transaction; the row has the handle.

    `mask` goes before `ordinal`. Raises KeyProblem or CryptoProblem.
    """
    values = dict(zip(FIELDS, (name, phone, id_number, address, unit, other), strict=True))
    held = keys.current()
    algorithm = getattr(settings, "VAULT_ALGORITHM", crypto.AES)
    handle, data_key = uuid.uuid4(), crypto.new_key()
    text = json.dumps(values, ensure_ascii=False, sort_keys=True).encode()
    with transaction.atomic():
        identity = Identity.objects.create(
            handle=handle,
            court=court,
            mask=mask or mask_of(ordinal),
            algorithm=algorithm,
            key_id=held.vault_id,
            wrapped_key=_seal(held.vault, data_key, handle, "wrapped_key", algorithm),
            ciphertext=_seal(data_key, text, handle, "ciphertext", algorithm),
            created_at=now,
        )
        digests = _digests(values, court.pk)
        BlindIndex.objects.bulk_create(
            [BlindIndex(identity=identity, field=field, digest=digest) for field, digest in digests]
        )
    return identity


@sensitive_variables()
def open_identity(identity: Identity) -> dict[str, str]:
    """The fields of an identity: the only function that decrypts one. Callers are held by `access`.

    Raises IdentityErased, CryptoProblem (changed, moved, other key) or KeyProblem.
    """
    if identity.erased_at is not None:
        raise IdentityErased("该举报人的身份信息已销毁，无法查看。")
    data_key = _open(keys.current().vault, identity.wrapped_key, identity.handle, "wrapped_key")
    values: dict[str, str] = json.loads(_open(data_key, identity.ciphertext, identity.handle, "ciphertext"))
    return values


def erase(identity: Identity, *, now: dt.datetime) -> None:
    """Destroy an identity: its data key, its ciphertext and its blind digests. The row and its mask stay.

    Backups made before still hold the wrapped key, until they are given up.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")  # freed bytes are overwritten, not merely forgotten
    with transaction.atomic():
        BlindIndex.objects.filter(identity=identity).delete()
        identity.wrapped_key = identity.ciphertext = b""
        identity.erased_at = now
        identity.save(update_fields=["wrapped_key", "ciphertext", "erased_at"])


def repeats(identity: Identity) -> int:
    """How many other identities of the same court share a phone, an id number, or name and unit with this one."""
    digests = BlindIndex.objects.filter(identity=identity).values("digest")
    others = BlindIndex.objects.filter(digest__in=digests).exclude(identity=identity)
    return others.values("identity_id").distinct().count()


def blind(field: str, value: str, *, court_id: int) -> str:
    """Keyed digest of a normalised value. Per court, so that the table does not tell who complained in two courts."""
    text = f"{court_id}|{field}|{normalise(field, value)}"
    return hmac.new(keys.current().blind, text.encode(), hashlib.sha256).hexdigest()


def normalise(field: str, value: str) -> str:
    """One spelling for what people write in many: width, case, spaces, invisible characters; of a phone the digits."""
    folded = unicodedata.normalize("NFKC", value).lower()
    # The categories Z (spaces), C (control, zero-width, joiners) say nothing about who somebody is.
    plain = "".join(sign for sign in folded if unicodedata.category(sign)[0] not in "ZC")
    if field == "phone":
        digits = re.sub(r"\D", "", plain)
        return re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)
    return plain


def _digests(values: dict[str, str], court_id: int) -> list[tuple[str, str]]:
    known = {field: values[field] for field in ("phone", "id_number") if normalise(field, values[field])}
    parts = [normalise(field, values[field]) for field in ("name", "unit")]
    if all(parts):  # a name alone tells of a namesake, not of a repeat
        known["name_unit"] = "\n".join(f"{len(part)}:{part}" for part in parts)
    return [(field, blind(field, value, court_id=court_id)) for field, value in known.items()]


def _seal(key: bytes, text: bytes, handle: uuid.UUID, field: str, algorithm: str) -> bytes:
    return crypto.encrypt(key, text, aad=crypto.place(TABLE, handle, field), algorithm=algorithm)


def _open(key: bytes, sealed: bytes | memoryview, handle: uuid.UUID, field: str) -> bytes:
    return crypto.decrypt(key, bytes(sealed), aad=crypto.place(TABLE, handle, field))
