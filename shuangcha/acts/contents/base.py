"""What every content model shares: strict fields, Chinese errors, plain text only.

A move's content model is its form on the page, its body on the HTTP interface and what the signers sign.
Fields carry their label as `title`, help as `description`, and `widget` for the generic form; see `CONTENTS`.
"""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from shuangcha.access.refusals import Invalid

MARKUP = re.compile(r"<[/!?]?[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
JOINER = "\u200d"
STRAY_JOINER = re.compile(rf"(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]){JOINER}")
"""The joiner is part of an emoji of several; anywhere else it is a sign that nobody sees."""
LONG = 20_000
CONTENTS: dict[str, type[Content]] = {}


class Content(BaseModel):
    """Base of all contents: unknown fields are refused, text is stripped, markup and control characters are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str):
                if MARKUP.search(text):
                    raise ValueError("只能填写文字，不能含有网页标记（如 <b>）")
                if CONTROL.search(text) or (JOINER in text and STRAY_JOINER.search(text)):
                    raise ValueError("含有不可见的控制字符，请重新输入")
        return value


def content_of(*keys: str) -> Any:
    """Register the content model of one or more moves."""

    def register(model: type[Content]) -> type[Content]:
        for key in keys:
            assert key not in CONTENTS, key
            CONTENTS[key] = model
        return model

    return register


def line(title: str, *, help: str = "", most: int = 200, least: int = 1, example: str = "") -> Any:
    return Field(
        title=title,
        description=help,
        min_length=least,
        max_length=most,
        json_schema_extra={"widget": "text", "example": example},
    )


def long_text(
    title: str, *, help: str = "", least: int = 1, most: int = LONG, example: str = "", default: Any = ...
) -> Any:
    return Field(
        default,
        title=title,
        description=help,
        min_length=0 if default == "" else least,
        max_length=most,
        json_schema_extra={"widget": "textarea", "example": example},
    )


def optional_text(title: str, *, help: str = "", most: int = 200) -> Any:
    return Field("", title=title, description=help, max_length=most, json_schema_extra={"widget": "text"})


def day(title: str, *, help: str = "", default: Any = ...) -> Any:
    return Field(default, title=title, description=help, json_schema_extra={"widget": "date"})


def choice(title: str, words: Any, *, help: str = "", default: Any = ...) -> Any:
    """One of a fixed list: a mapping of key to label or Word."""
    options: list[Any] = [[key, getattr(word, "label", word)] for key, word in words.items()]
    keys = "|".join(re.escape(key) for key, _ in options)
    return Field(
        default,
        title=title,
        description=help,
        pattern=f"^({keys})?$" if default == "" else f"^({keys})$",
        json_schema_extra={"widget": "choice", "options": options},
    )


def pick(title: str, source: str, *, help: str = "", default: Any = ...) -> Any:
    """One of a list that depends on the situation; `source` names it in `acts/options.py` (court, person, allegation …)."""
    return Field(default, title=title, description=help, json_schema_extra={"widget": "pick", "source": source})


def flag(title: str, *, help: str = "", default: Any = False) -> Any:
    return Field(default, title=title, description=help, json_schema_extra={"widget": "flag"})


def rows(title: str, *, help: str = "", least: int = 0, most: int = 50) -> Any:
    """A repeated group of fields."""
    kwargs: dict[str, Any] = {"default_factory": list} if least == 0 else {}
    return Field(
        title=title, description=help, min_length=least, max_length=most, json_schema_extra={"widget": "rows"}, **kwargs
    )


def files(
    title: str = "附件", *, help: str = "先上传，再提交；每个文件不超过规定大小。", least: int = 0, most: int = 50
) -> Any:
    kwargs: dict[str, Any] = {"default_factory": list} if least == 0 else {}
    return Field(
        title=title,
        description=help,
        min_length=least,
        max_length=most,
        json_schema_extra={"widget": "files"},
        **kwargs,
    )


class Nothing(Content):
    """An act that needs no words."""


class Reasoned(Content):
    reason: str = long_text("理由", most=4000)


MESSAGES = {
    "missing": "必须填写",
    "string_too_short": "必须填写",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "string_too_long": "最多{max_length}个字",
    "extra_forbidden": "没有这个栏目",
    "string_pattern_mismatch": "请从列出的选项中选择",
    "date_from_datetime_parsing": "日期请写成 2026-11-24 的样子",
    "date_parsing": "日期请写成 2026-11-24 的样子",
    "date_type": "日期请写成 2026-11-24 的样子",
    "time_parsing": "时间请写成 09:30 的样子",
    "int_parsing": "请填写整数",
    "int_type": "请填写整数",
    "bool_parsing": "请选择是或否",
    "uuid_parsing": "附件编号无效，请重新上传",
    "string_type": "请填写文字",
    "list_type": "请逐项填写",
    "greater_than_equal": "不能小于{ge}",
    "less_than_equal": "不能大于{le}",
    "model_type": "请逐栏填写",
}


def read(move_key: str, raw: dict[str, Any]) -> Content:
    """The content of a move out of plain data. Raises Invalid with one sentence per wrong field."""
    model = CONTENTS[move_key]
    try:
        return model.model_validate(raw)
    except ValidationError as wrong:
        raise Invalid("有栏目需要修改，见各栏说明。", errors=_sentences(model, wrong)) from None


def _sentences(model: type[Content], wrong: ValidationError) -> dict[str, str]:
    errors: dict[str, str] = {}
    for one in wrong.errors(include_url=False):
        path = ".".join(str(part) for part in one["loc"])
        context = one.get("ctx", {})
        if one["type"] == "value_error":
            sentence = str(context.get("error", "")) or "填写有误"
        else:
            sentence = MESSAGES.get(one["type"], "填写有误，请核对").format(**context)
        title = _title(model, one["loc"])
        errors.setdefault(path, f"{title}：{sentence}。" if title else f"{sentence}。")
    return errors


def _title(model: Any, path: tuple[int | str, ...]) -> str:
    """The Chinese label of the field at the path; a field that is not declared is named as it was sent."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"第{part + 1}项"
            continue
        fields = getattr(model, "model_fields", {})
        if part not in fields:
            return name or "表单"
        found = fields[part]
        name += found.title or ""
        inner = [arg for arg in getattr(found.annotation, "__args__", ()) if isinstance(arg, type)]
        model = inner[0] if inner else found.annotation
    return name


def plain(content: Content) -> dict[str, Any]:
    """What is recorded and signed: JSON data, dates as YYYY-MM-DD, in the model's own fields."""
    return content.model_dump(mode="json", exclude=set(sealed_fields(type(content))))


def sealed_fields(model: type[Content]) -> list[str]:
    """Fields that go to the vault and never into a step, a log or a page."""
    return [
        name
        for name, one in model.model_fields.items()
        if isinstance(one.json_schema_extra, dict) and one.json_schema_extra.get("sealed")
    ]
