"""Sealed handles: what a client gets to page on, or to name a token by, shows no row id and cannot be altered.

Deterministic authenticated encryption (AES-SIV) under a key derived from the instance's secret; `purpose` binds a handle
to one list of one person, so that a handle of another list or of another person is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from shuangcha.access.refusals import Invalid

LONGEST = 400


def _cipher() -> AESSIV:
    return AESSIV(hmac.new(settings.SECRET_KEY.encode(), b"shuangcha.exchange.opaque", hashlib.sha512).digest())


def seal(purpose: str, value: Any) -> str:
    """A handle in letters that an address may carry."""
    data = json.dumps(value, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_cipher().encrypt(data, [purpose.encode()])).decode().rstrip("=")


def unseal(purpose: str, handle: str, *, field: str, sentence: str) -> Any:
    """What was sealed. Raises Invalid with the sentence at the field for anything else."""
    if len(handle) <= LONGEST and handle.isascii():
        try:
            data = base64.urlsafe_b64decode(handle + "=" * (-len(handle) % 4))
            return json.loads(_cipher().decrypt(data, [purpose.encode()]))
        except (binascii.Error, ValueError, InvalidTag):
            pass
    raise Invalid(sentence, field=field)
