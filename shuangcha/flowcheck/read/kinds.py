"""SQL that turns a text into a day, an instant, money … or says why it cannot:
one expression and one code per column."""

from __future__ import annotations

import re
from datetime import date

from ..schema import Column
from .mapping import UNITS, Spec

ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("cases", "kind"): ("enforcement", "unlitigated", "restored", "preservation", "objection", "review"),
    ("money", "direction"): ("in", "out"),
    ("parties", "role"): ("applicant", "debtor", "outsider"),
}
"""Columns whose words decide how a row is read: an unknown word is an error. Other words are kept as they stand."""
KNOWN_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("cases", "closing"): ("fulfilled", "ended_this_time", "ended", "withdrawn", "cancelled", "refused"),
    ("cases", "applicant_kind"): ("bank", "enterprise", "person"),
    ("events", "change"): ("edited", "deleted", "re-entered"),
    ("events", "property_kind"): ("deposit", "movable", "immovable", "other"),
    ("events", "served_by"): ("direct", "post", "notice", "electronic"),
    ("events", "attachment_kind"): ("document", "signature", "stamp"),
}
"""Words that the rules know; others are kept and counted in the report, since no rule will look at them."""
FORWARD = (("events", "due_on"), ("cases", "extension_until"), ("suspensions", "end_on"))
"""Days that rightly lie in years whose calendar is not published yet."""
PERSONS = (("cases", "debtor"), ("events", "party"), ("money", "payee"), ("parties", "party"))
"""Columns that may name a private person: replaced by keyed digests unless the reader is told otherwise."""
OLDEST = date(1990, 1, 1)
NODE = re.compile(r"N(?:0[1-9]|[1-3][0-9]|4[0-6])|N06a|N33a|N34a")
TIMES = ("", " %H:%M:%S", " %H:%M")
FORMATS = [day + time for day in ("%Y-%m-%d", "%Y%m%d") for time in TIMES]


def is_node(code: str) -> bool:
    """Is it one of our node codes?"""
    return NODE.fullmatch(code) is not None


def quote(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''").replace("\x00", "") + "'"


def name(text: str) -> str:
    """An SQL name."""
    return '"' + text.replace('"', '""') + '"'


SENTENCES: dict[str, str] = {
    "empty": "必填内容为空，请补填后重新导入",
    "day": "不是日期，请写成2024-05-20或2024年5月20日",
    "instant": "不是时间，请写成2024-05-20 09:30:00",
    "range": "日期早于1990年或晚于9999年，请核对年份",
    "beyond": "日期超出已公布的放假安排（截至{last}年），期限无法计算，请核对年份，或更新休息日表后再导入",
    "money": "不是金额，请写成12345.67，至多两位小数",
    "negative": "金额为负，请核对；退款请记为支出",
    "integer": "不是整数",
    "number": "不是数字",
    "flag": "不是是否，请写是或否",
    "word": "取值不在映射之列，请在映射文件的values中写明对应的值",
    "order": "结束日早于开始日，请核对两个日期",
    "duplicate": "案号重复，只保留最先出现的一行，请核对是否重复导出",
    "orphan": "案件表中没有这一案号，请核对案号或补充案件",
    "width": "列数与表头不符，内容中的逗号须加双引号",
    "quotes": "引号不成对，请补齐双引号",
    "garbled": "含无法识别的字符，请以UTF-8或GB18030重新导出",
    "long": "内容超过一百万字，请核对",
}
WARNINGS: dict[str, str] = {
    "free_number": "案号不合现行规则，按原样保留",
    "before_calendar": "日期早于休息日表的第一年（{first}年），当年只知周末，所算期限为暂定",
    "unknown_word": "取值不是规则所认识的，按原样保留，相关规则不会用到",
}


def text_of(raw: str) -> str:
    return f"nullif(trim({raw}), '')"


def tidy(raw: str) -> str:
    """Chinese and slashed dates to dashes, full-width digits to plain ones, the T and fractions of ISO taken off."""
    plain = f"translate(trim({raw}), '０１２３４５６７８９：－／．', '0123456789:-/.')"
    dashed = f"regexp_replace({plain}, '^(\\d{{4}})[年/.-](\\d{{1,2}})[月/.-](\\d{{1,2}})日?[T ]?', '\\1-\\2-\\3 ')"
    return f"trim(regexp_replace({dashed}, '(:\\d\\d)\\.\\d+', '\\1'))"


def instant_of(raw: str, form: str | None) -> str:
    """SQL timestamp from text: the forms of people, ISO with an offset (turned to Beijing time),
    Excel's serial days."""
    if form is not None:
        return f"try_strptime(trim({raw}), {quote(form)})"
    text = tidy(raw)
    formats = "[" + ", ".join(quote(one) for one in FORMATS) + "]"
    zone = "(?: ?Z| ?[+-]\\d\\d:?\\d\\d)$"
    sign = f"CASE WHEN contains(regexp_extract({text}, {quote(zone)}), '-') THEN -1 ELSE 1 END"
    offset = (
        f"coalesce({sign} * (60 * TRY_CAST(regexp_extract({text}, '[+-](\\d\\d):?(\\d\\d)$', 1) AS INTEGER)"
        f" + TRY_CAST(regexp_extract({text}, '[+-](\\d\\d):?(\\d\\d)$', 2) AS INTEGER)), 0)"
    )
    zoned = (
        f"try_strptime(regexp_replace({text}, {quote(zone)}, ''), {formats}) + to_minutes((480 - {offset})::INTEGER)"
    )
    serial = f"TRY_CAST({text} AS DOUBLE)"
    excel = f"TIMESTAMP '1899-12-30' + to_seconds(round({serial} * 86400)::BIGINT)"
    return (
        f"CASE WHEN regexp_matches({text}, '^[2-7]\\d{{4}}(\\.\\d+)?$') THEN {excel}"
        f" WHEN regexp_matches({text}, ':\\d\\d{zone}') THEN {zoned} ELSE try_strptime({text}, {formats}) END"
    )


def money_of(raw: str, unit: str) -> str:
    plain = (
        f"regexp_replace(translate(trim({raw}), '０１２３４５６７８９．，－', '0123456789.,-'), '[,¥￥ 元]', '', 'g')"
    )
    return f"TRY_CAST({plain} AS DECIMAL(24,6)) * {UNITS[unit]}"


FLAG_TRUE, FLAG_FALSE = "('是', 'true', 't', '1', 'y', 'yes', '有')", "('否', 'false', 'f', '0', 'n', 'no', '无')"


def converted(table: str, column: Column, spec: Spec, raw: str, years: tuple[int, int]) -> tuple[str, str]:
    """(SQL of the value, SQL of the error code or NULL) of a column read from the text expression `raw`.

    `years`: first and last published year of the calendar.
    """
    text = text_of(raw)
    if spec.values:
        whens = " ".join(f"WHEN {quote(theirs)} THEN {quote(ours)}" for theirs, ours in spec.values.items())
        text = f"CASE {text} {whens} ELSE {text if spec.default is None else quote(spec.default)} END"
    if spec.default is not None:
        text = f"coalesce({text}, {quote(spec.default)})"
    value, code = _value(table, column, spec, text, years)
    missing = f"CASE WHEN {text} IS NULL THEN {quote('empty') if column.required else 'NULL'} ELSE {code} END"
    return value, missing


def _value(table: str, column: Column, spec: Spec, text: str, years: tuple[int, int]) -> tuple[str, str]:
    kind = column.kind
    if kind in ("day", "instant"):
        moment = instant_of(text, spec.format)
        beyond = (
            "NULL" if (table, column.name) in FORWARD else f"CASE WHEN year({moment}) > {years[1]} THEN 'beyond' END"
        )
        code = f"CASE WHEN {moment} IS NULL THEN '{kind}' WHEN {moment} < TIMESTAMP '{OLDEST}' THEN 'range' ELSE {beyond} END"
        return (f"CAST({moment} AS DATE)" if kind == "day" else f"date_trunc('second', {moment})"), code
    if kind == "money":
        amount = money_of(text, spec.unit)
        code = f"CASE WHEN {amount} IS NULL OR {amount} <> trunc({amount}) OR abs({amount}) > 1e17 THEN 'money' WHEN {amount} < 0 THEN 'negative' END"
        return f"TRY_CAST({amount} AS BIGINT)", code
    if kind == "flag":
        low = f"lower({text})"
        return (
            f"CASE WHEN {low} IN {FLAG_TRUE} THEN true WHEN {low} IN {FLAG_FALSE} THEN false END",
            f"CASE WHEN {low} NOT IN {FLAG_TRUE} AND {low} NOT IN {FLAG_FALSE} THEN 'flag' END",
        )
    if kind == "integer":
        return f"TRY_CAST({text} AS BIGINT)", f"CASE WHEN TRY_CAST({text} AS BIGINT) IS NULL THEN 'integer' END"
    if kind == "number":
        return f"TRY_CAST({text} AS DOUBLE)", f"CASE WHEN TRY_CAST({text} AS DOUBLE) IS NULL THEN 'number' END"
    if allowed := ALLOWED.get((table, column.name)):
        return text, f"CASE WHEN {text} NOT IN ({', '.join(map(quote, allowed))}) THEN 'word' END"
    return text, "NULL"
