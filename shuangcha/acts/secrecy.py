"""What leaves the receiving bodies may not name the complainant (处理检举控告工作规则第47条; dossier §11.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shuangcha.access.refusals import Invalid
from shuangcha.vault.identities import IdentityErased, open_identity
from shuangcha.vault.models import Identity

from .act import Act
from .contents.base import Content, plain

TOLD = {"name": "姓名", "phone": "电话", "id_number": "证件号码", "address": "住址"}
SHORTEST = {"name": 2, "phone": 7, "id_number": 8, "address": 6}
"""Shorter values would be found everywhere by chance."""


def free_of_identity(act: Act, content: Content) -> None:
    """Refuse a text that names the complainant. The identity is opened in memory only;
    the refusal does not repeat it."""
    handles = {one.clue.identity for one in act.facts.allegations if one.clue.identity}
    if not handles:
        return
    for identity in Identity.objects.filter(handle__in=handles, erased_at__isnull=True):
        try:
            known = open_identity(identity)
        except IdentityErased:
            continue
        for path, text in _texts(plain(content)):
            for field, label in TOLD.items():
                value = known.get(field, "")
                if len(value) >= SHORTEST[field] and value in text:
                    raise Invalid(f"文字中出现了反映人的{label}，请删去后再提交。", field=path)


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from _texts(inner, f"{path}.{n}")
