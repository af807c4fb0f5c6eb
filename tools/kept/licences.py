"""docs/licences.md: every third-party part with its licence, and what stands against it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tools.kept.parts import PROGRAM, ROOT, TESTS, Part, kept_files, packages

ALLOWED = {
    "0BSD": "宽松",
    "Apache-2.0": "宽松，与本项目相同",
    "BSD-2-Clause": "宽松",
    "BSD-3-Clause": "宽松",
    "ISC": "宽松",
    "MIT": "宽松",
    "MIT-0": "宽松",
    "MIT-CMU": "宽松",
    "MPL-2.0": "只及于其文件本身，未作修改",
    "OFL-1.1": "字体，可随软件分发，许可文本随附",
    "PSF-2.0": "宽松",
}
BY_NAME = {
    ("psycopg", "LGPL-3.0-only"): "独立安装、未作修改，使用者可以自行替换；LGPL 不及于调用它的程序",
    ("psycopg-binary", "LGPL-3.0-only"): "同 psycopg",
}
"""Licences that are allowed for one part only, with the reason."""


def problems(parts: Iterable[Part]) -> list[str]:
    """One sentence for each part whose licence is not allowed; what is not known is not allowed."""
    return [
        f"{part.name} {part.version} 的许可 {part.licence} 不在准许之列（AGPL、GPL 代码不得进入本项目）。"
        for part in parts
        if not _allowed(part)
    ]


def _allowed(part: Part) -> bool:
    """One alternative of a plain OR is enough; of anything else every licence that it names must do."""
    nested = "(" in part.licence
    alternatives = [part.licence] if nested else part.licence.split(" OR ")
    return any(
        all(
            one in ALLOWED or (part.name, one) in BY_NAME
            for one in re.split(r"[()\s]+(?:AND|OR)[()\s]+", alternative.strip("()"))
        )
        for alternative in alternatives
    )


def notice_problems(parts: Iterable[Part], notice: str) -> list[str]:
    """What lies in the tree must stand in NOTICE: name and version, the first file by its path, the others by name."""
    said = []
    for part in parts:
        first, *others = part.files
        lacking = [one for one in (first, *(Path(path).name for path in others)) if one not in notice]
        if _words(f"{part.name} {part.version}") not in _words(notice):
            lacking.append(f"{part.name} {part.version}")
        if lacking:
            said.append(f"NOTICE 中没有写明：{'、'.join(lacking)}。")
    return said


def _words(text: str) -> str:
    return text.lower().replace("-", " ")


def text(root: Path = ROOT) -> str:
    """The page: generated, never written by hand."""
    lines = [
        "# 第三方组件及其许可",
        "",
        "本文由 `.venv/bin/python -m tools.kept` 从锁定的依赖、已安装组件自述的许可和仓库中的文件生成，请勿手工修改。",
        "许可以 SPDX 写法列出。组件内另含的第三方代码，以其安装目录中随附的许可文本为准。AGPL、GPL 代码不得进入本项目，",
        "`tests/kept/test_licences.py` 对此核对。机器可读的清单见 `docs/sbom.cdx.json`。",
        "",
        "## 随程序安装（requirements.txt）",
        "",
        *_table(packages(PROGRAM, root)),
        "",
        "## 存放在仓库中（NOTICE）",
        "",
        "| 组件 | 版本 | 许可 | 文件 |",
        "|---|---|---|---|",
        *(
            f"| {one.name} | {one.version} | {one.licence} | {'<br>'.join(f'`{path}`' for path in one.files)} |"
            for one in kept_files(root)
        ),
        "",
        "## 只用于测试和检查，不随程序交付（requirements-dev.txt）",
        "",
        *_table(packages(TESTS, root)),
        "",
        "## 准许的许可",
        "",
        "| 许可 | 说明 |",
        "|---|---|",
        *(f"| {one} | {why} |" for one, why in ALLOWED.items()),
        *(f"| {one}（仅 {name}） | {why} |" for (name, one), why in BY_NAME.items()),
    ]
    return "\n".join(lines) + "\n"


def _table(parts: list[Part]) -> list[str]:
    return ["| 组件 | 版本 | 许可 |", "|---|---|---|", *(f"| {p.name} | {p.version} | {p.licence} |" for p in parts)]
