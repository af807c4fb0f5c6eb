"""Which 核查要点 a report covers: by the answer of its round, or by its own text.
One rule for the page and for the script beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shuangcha.access.facts import Facts
from shuangcha.casefile import models as cf
from shuangcha.papers.document import ordinal

from .matter_parts import point_row


def mentions(point: cf.Point) -> list[str]:
    """Any of these in the text is a mention of the point."""
    numbers = (str(point.n), ordinal(point.n))
    ways = [
        text.format(n) for n in numbers for text in ("第{}项核查要点", "核查要点第{}项", "第{}项要点", "要点第{}项")
    ]
    return [*ways, point.text.strip().rstrip("。？?！!；;")]


def coverage(facts: Facts, round_: cf.Round, parts: Mapping[str, str]) -> list[dict[str, Any]]:
    """The points with their answers of this round; `open` where neither an answer nor the text covers it."""
    answers = facts.answers_in(round_)
    text = "\n".join(parts.values())
    found = []
    for point in facts.points:
        words = mentions(point)
        row = point_row(point, answers.get(point.pk))
        mentioned = any(word in text for word in words)
        found.append(
            {
                **row,
                "mentions": words,
                "mentioned": mentioned,
                "answered": "finding" in row,
                "open": "finding" not in row and not mentioned,
                "insert": _sentence(row),
            }
        )
    return found


def _sentence(row: Mapping[str, Any]) -> str:
    """What 插入答复 puts into the report: the point, its finding, the answer and where it is proven."""
    if "finding" not in row:
        return f"关于第{row['n']}项核查要点（{row['text'].rstrip('。')}）：经查，"
    proof = "；".join(one["label"] for one in row["evidence"])
    end = f"（证据：{proof}）" if proof else ""
    return f"关于第{row['n']}项核查要点（{row['text'].rstrip('。')}）：经查，{row['answer'].rstrip('。')}。结论：{row['finding']}。{end}"
