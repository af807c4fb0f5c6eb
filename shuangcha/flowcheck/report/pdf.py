"""The 体检表 as a PDF: A4, with charts, page numbers, the sources of its rules, and what the signs are not.

Set by typst from `checkup.typ` (docs/decisions/0012). All texts travel as data (JSON), never as markup. The fonts lie
beside this file and nothing else is looked at, so that a machine without fonts, and any other machine, makes the same
bytes. The file is PDF/A-2a and PDF/UA-1: under these standards typst refuses a character that no font has,
instead of drawing a box.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import typst

from ..laws import LAWS
from ..model import FlowError, RuleSet
from ..read import read_manifest
from . import shown
from .checkup import Checkup, Officers, checkup
from .counts import OFFICERS_MARK
from .shown import Chart

FONTS = Path(__file__).parent / "fonts"
TEMPLATE = Path(__file__).parent / "checkup.typ"
FAMILY, WEIGHTS = "Noto Sans CJK SC", {400, 700}
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
MARKS = {"S": "方案原文", "V": "已核对", "V~": "部分核对", "L": "地方规定", "M": "待核对", "D": "系统约定"}
LONGEST, BREAK_AFTER = 300, 16
EVERY = "全部"
STYLE = (
    "<style>text{font-family:'Noto Sans CJK SC';font-size:14px;fill:#1f2430}.chart-bar{fill:#7ea6d8}.chart-mark{stroke:#a61b1b;stroke-width:3}"
    ".chart-axis{stroke:#d5dae2}.chart-line{fill:none;stroke:#0b4ea2;stroke-width:2}.chart-dot{fill:#0b4ea2}.chart-area{fill:#e8f1fc}</style>"
)
"""The colours of the page (static/app/flow.css)."""
_MISSING = re.compile(r'the text `"(.*?)"` could not be displayed')
_LONG = re.compile(rf"[!-~]{{{BREAK_AFTER + 1},}}")
_SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
_DAMAGED = "生成PDF所用的字体{}，请重新取得程序；网页上的体检表仍可直接打印。"


@dataclass(frozen=True)
class Origin:
    """Where the figures come from, in words: the court's name, the data set's name, the moment of its snapshot."""

    court: str
    data_set: str
    taken: str


def checkup_pdf(
    found: Checkup, rules: RuleSet, origin: Origin, officers: Officers | None = None, fonts: Path | None = None
) -> bytes:
    """The PDF; the same figures give the same bytes. `officers` only for who may see officers: the paper then says so.
    `fonts`: a folder in place of FONTS.

    FlowError where the fonts are damaged or lack a character.
    """
    told = json.dumps(_told(found, rules, origin, officers), ensure_ascii=False)
    try:
        made = typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=opened_fonts(fonts or FONTS),
            ignore_system_fonts=True,
            sys_inputs={"told": told},
            format="pdf",
            pdf_standards=STANDARDS,
            timestamp=0,
        )
    except typst.TypstError as error:
        raise FlowError(_sentence(error)) from error
    return bytes(made)


def _sentence(error: typst.TypstError) -> str:
    missing = _MISSING.search(error.message)
    if missing is None:
        return f"PDF没有生成：{error.message.splitlines()[0][:200]}。网页上的体检表仍可直接打印。"
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), missing[1])
    codes = "、".join(f"U+{ord(one):04X}" for one in text)
    return (
        f"随附的字体中没有“{text}”（{codes}），没有生成PDF，以免印出空白；网页上的体检表可以直接打印，由本机字体显示。"
    )


@lru_cache(maxsize=4)
def opened_fonts(folder: Path) -> typst.Fonts:
    """The fonts of a folder, each compared with MANIFEST.json. FlowError where one is absent,
    damaged or not what it is named.

    typst says nothing when a font is missing: it would draw the text in another face, or not at all.
    """
    try:
        manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
        for name, its in manifest["files"].items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != its["sha256"]:
                raise FlowError(_DAMAGED.format(f"“{name}”已损坏"))
    except FileNotFoundError as error:
        raise FlowError(_DAMAGED.format(f"缺少“{Path(str(error.filename)).name}”")) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise FlowError(_DAMAGED.format("无法读取")) from None
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
    if WEIGHTS - {one.weight for one in fonts.fonts() if one.family == FAMILY}:
        raise FlowError(_DAMAGED.format(f"缺少“{FAMILY}”"))
    return fonts


# --- files of a run ---------------------------------------------------------------------------------------------------


def wanted_courts(folder: Path, asked: Sequence[str]) -> list[str]:
    """The courts of the data set whose 体检表 is asked for; with EVERY, all of them. FlowError for one without a case,
    or for damaged fonts."""
    if not asked:
        return []
    opened_fonts(FONTS)
    try:
        rows = duckdb.execute(
            "SELECT DISTINCT court FROM read_parquet($1) WHERE court IS NOT NULL ORDER BY court",
            [str(folder / "cases.parquet")],
        ).fetchall()
    except duckdb.Error:
        raise FlowError(f"“{folder}”中没有可以读取的案件表，请重新读入数据。") from None
    courts = [row[0] for row in rows]
    for one in asked:
        if one != EVERY and one not in courts:
            raise FlowError(
                f"数据中没有法院“{one}”的案件，请核对法院代码；数据中的法院：{'、'.join(courts[:20])}{'等' if len(courts) > 20 else ''}。"
            )
    return courts if EVERY in asked else list(dict.fromkeys(asked))


def write_checkups(folder: Path, out: Path, rules: RuleSet, courts: Sequence[str]) -> list[str]:
    """体检表-COURT.pdf of each court into the run's folder `out`, without persons; their names. `folder`: the data set."""
    if not courts:
        return []
    manifest = read_manifest(folder)
    source = manifest["source"]
    name = source.get("description") or ("虚构数据" if source.get("kind") == "generated" else folder.name)
    names: list[str] = []
    taken: Counter[str] = Counter()
    for court in courts:
        made = checkup_pdf(
            checkup(folder, out, court, rules),
            rules,
            Origin(court, str(name), _taken(str(manifest.get("taken_at", "")))),
        )
        safe = re.sub(r"[^\w（）-]", "_", court)[:60]
        taken[safe] += 1
        names.append(f"体检表-{safe}{f'-{taken[safe]}' if taken[safe] > 1 else ''}.pdf")
        (out / names[-1]).write_bytes(made)
    return names


def _taken(text: str) -> str:
    try:
        return shown.day(date.fromisoformat(text[:10]))
    except ValueError:
        return "数据未载明"


# --- what the template is told ----------------------------------------------------------------------------------------


def _told(found: Checkup, rules: RuleSet, origin: Origin, officers: Officers | None) -> dict[str, Any]:
    """Everything that is printed, in texts; `checkup.typ` says how it looks."""
    families, worst, months = shown.families_chart(found), shown.rules_chart(found), shown.months_chart(found)
    return {
        "title": plain(shown.title(origin.court)),
        "court": plain(origin.court),
        "caution": f"{shown.CAUTION}。风险信号只提示需要核查，不是违法违纪的认定。",
        "date": [found.as_of.year, found.as_of.month, found.as_of.day],
        "persons": "" if officers is None else f"含人员信息，{OFFICERS_MARK}。",
        "facts": [[label, plain(value)] for label, value in shown.facts(found, origin.data_set, origin.taken)],
        "hashes": [["数据校验值（全文）", plain(found.data_hash)], ["规则版本（全文）", plain(found.rule_version)]],
        "cards": [asdict(one) for one in shown.cards(found)],
        "families": _chart(families)
        | {"columns": shown.FAMILY_COLUMNS, "rows": _cells(shown.family_cells(one, found) for one in found.families)},
        "rules": (_chart(worst) if worst else {})
        | {"columns": shown.RULE_COLUMNS, "rows": _cells(shown.rule_cells(one, found) for one in found.rules)},
        "nodes": {"columns": shown.NODE_COLUMNS, "rows": _cells(shown.node_cells(found))},
        "months": _chart(months),
        "officers": {
            "columns": shown.OFFICER_COLUMNS,
            "rows": _cells(shown.officer_cells(officers)),
            "more": officers.more,
            "note": f"{shown.OFFICERS_NOTE}。",
        }
        if officers is not None
        else {},
        "unable": [[plain(title), "、".join(columns)] for title, columns in shown.unable(found, rules)],
        "sources": _sources(found, rules),
    }


def _chart(one: Chart) -> dict[str, Any]:
    """With the colours inside, and the numbers of its <desc> for readers who do not see it."""
    numbers = re.search("<desc[^>]*>(.*?)</desc>", one.svg, re.DOTALL)
    head, _, rest = one.svg.partition(">")
    svg = "".join(map(_fit, f"{head}>{STYLE}{rest}"))
    return {
        "title": one.title,
        "note": one.note,
        "svg": svg,
        "alt": plain(f"{one.title}：{unescape(numbers[1]) if numbers else ''}", 4000),
    }


def _sources(found: Checkup, rules: RuleSet) -> list[list[str]]:
    """(title, citations in force on the as-of date or before, known innocent causes) of each rule with a sign here."""
    told = []
    for measure in found.rules:
        if rule := rules.by_id.get(measure.key):
            told.append(
                [plain(rule.title), _cited(rule.law, found.as_of), plain("；".join(rule.innocent) or "—", 1000)]
            )
    return told


def _cited(law: str, as_of: date) -> str:
    """The newest version first; the one in force on the day of the act applies."""
    versions = [(since, one) for since, one in LAWS.get(law, ()) if since <= as_of]
    parts = [f"{one}（{MARKS.get(one.mark, '待核对')}）" for _, one in reversed(versions)]
    return "；".join(parts) or "本地规则，没有写明依据"


def _cells(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in rows]


def plain(text: str, longest: int = LONGEST) -> str:
    """One line of what can be drawn: no control or direction marks, no variants of a character; long words may break.

    Characters that Python does not know yet, or of private use, stay: a name must not lose one in silence.
    """
    kept = " ".join("".join(map(_fit, text)).split())
    kept = kept if len(kept) <= longest else kept[: longest - 1] + "…"
    return _LONG.sub(
        lambda found: "\u200b".join(found[0][at : at + BREAK_AFTER] for at in range(0, len(found[0]), BREAK_AFTER)),
        kept,
    )


def _fit(one: str) -> str:
    if one in "\t\n\r\u2028\u2029":
        return " "
    return "" if unicodedata.category(one) in ("Cc", "Cf", "Cs") or ord(one) in _SELECTORS else one
