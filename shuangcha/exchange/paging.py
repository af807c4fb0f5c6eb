"""Pages by key: a page costs the same wherever it stands, and nothing is shown twice when rows come in between."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

from shuangcha.access.refusals import Invalid

from .opaque import seal, unseal

STALE_CURSOR = "翻页位置无效，请从第一页重新开始。"


class Paged(Schema):
    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", description="上一页的 next", max_length=400)
    size: int = Field(20, ge=1, le=100, description="每页条数")


def only_named(request: HttpRequest, model: type[Schema]) -> None:
    """A misspelt filter would answer another question than the one asked: it is refused at its name."""
    unknown = [name for name in request.GET if name not in model.model_fields]
    if unknown:
        raise Invalid("没有这个查询条件，请核对。", errors=dict.fromkeys(unknown, "没有这个查询条件。"))


def place(paged: Paged, purpose: str) -> Any:
    """Where the page begins; None for the first."""
    return unseal(purpose, paged.cursor, field="cursor", sentence=STALE_CURSOR) if paged.cursor else None


def keyset(rows: QuerySet[Any], paged: Paged, purpose: str, *, newest_first: bool = True) -> tuple[list[Any], str]:
    """The page by id and the cursor of the next one. `purpose` binds cursors to this list, its filters and this person."""
    last = place(paged, purpose)
    if last is not None:
        rows = rows.filter(pk__lt=last) if newest_first else rows.filter(pk__gt=last)
    found = list(rows.order_by("-pk" if newest_first else "pk")[: paged.size + 1])
    following = seal(purpose, found[paged.size - 1].pk) if len(found) > paged.size else ""
    return found[: paged.size], following
