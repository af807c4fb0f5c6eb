"""保管: sealed identities of complainants. No other table holds one; nothing here can be read without the key file."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shuangcha.courts.models import Court


class Identity(models.Model):
    """One complainant's identity, encrypted with a data key of its own that is wrapped by the vault's key.

    `handle` is what a clue keeps; `mask` is what people see instead (举报人甲). Erasing = destroying `wrapped_key`.
    """

    handle = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    court = models.ForeignKey(Court, models.PROTECT, related_name="+")
    mask = models.CharField(max_length=20)
    algorithm = models.CharField(max_length=16)
    key_id = models.CharField(max_length=16)
    wrapped_key = models.BinaryField()
    ciphertext = models.BinaryField()
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)


class BlindIndex(models.Model):
    """Keyed digest of a phone, id number or name+unit: tells a repeat without telling who."""

    identity = models.ForeignKey(Identity, models.CASCADE, related_name="blinds")
    field = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["digest"], name="blind_digest")]
