"""Tables as parts/table.html draws them: a cell carries its column, and every key is there, so that drawing looks up nothing in vain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Cell = dict[str, Any]
EMPTY: Cell = {
    "text": "",
    "url": "",
    "code": "",
    "strong": False,
    "note": "",
    "due": None,
    "pill": "",
    "pill_css": "pill-grey",
    "links": (),
}
"""What a cell may say. Beside the text: an address, a code in fixed width, a second line, a due badge, a pill, further links."""
ROW = {"level": "", "pick": "", "pick_label": ""}
"""`level`: late or soon; `pick`: what the row's tick box carries."""

NONE: dict[str, Any] = {"rows": ()}
"""Where this reader has no such table."""


def table(
    caption: str, columns: Iterable[tuple[str, str]], rows: Iterable[dict[str, Any]], *, picks: bool = False
) -> dict[str, Any]:
    """`columns`: (label, css) in order; `rows`: {cells, level, pick, pick_label}, cells in the order of the columns."""
    heads = [{"head": label, "css": css} for label, css in columns]
    return {
        "caption": caption,
        "columns": heads,
        "picks": picks,
        "rows": [
            ROW | row | {"cells": [EMPTY | cell | head for cell, head in zip(row["cells"], heads, strict=True)]}
            for row in rows
        ],
    }
