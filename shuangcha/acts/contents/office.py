"""更正、登记文书、查看身份、导出 (议题;plan/office.py)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from pydantic import Field, field_validator

from .base import Content, choice, content_of, day, files, line, long_text, pick

REVEAL_PURPOSES = {
    "contact": "联系反映人核实情况",
    "feedback": "反馈检查结果",
    "protect": "保护反映人",
    "other": "其他",
}


@content_of("register.correct")
class Correct(Content):
    field: str = pick("更正哪一项", "correctable")
    value: str = Field(
        title="更正为",
        description="日期写成 2026-11-24;是否类写 是 或 否",
        max_length=20_000,
        json_schema_extra={"widget": "textarea"},
    )
    reason: str = long_text("更正理由", most=2000)


@content_of("register.paper")
class RegisterPaper(Content):
    kind: str = pick("应出文书", "owed_paper")
    number: str = line("文号", most=60, example="洛中法〔2020〕12号")
    issued_on: dt.date = day("成文日期")
    files: list[UUID] = files("扫描件或文件", least=1)

    @field_validator("number")
    @classmethod
    def _shape(cls, value: str) -> str:
        if not ("〔" in value and "〕" in value and value.endswith("号")):
            raise ValueError("文号应如 洛中法〔2020〕12号")
        return value


@content_of("register.reveal")
class Reveal(Content):
    purpose: str = choice("用途", REVEAL_PURPOSES)
    reason: str = long_text("理由", most=1000, least=5)


@content_of("register.export")
class Export(Content):
    """What was taken out of the system: by whom and when stands in the step, how many rows and the file's hash in its facts."""

    scope: str = line("导出范围", most=2000)
    columns: list[str] = Field(title="导出的列", min_length=1, max_length=40, json_schema_extra={"widget": "lines"})
    reason: str = long_text("导出理由", most=1000, least=5, example="向院领导汇报本季度办理情况")
