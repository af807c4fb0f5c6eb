"""The flow data of enforcement cases that 系统检查 reads (方案四(七)2): tables, columns, units and what a column means.

One place for the reader of files, the generator, the engine and the documentation (`do flowcheck-schema`). Days are
days in Asia/Shanghai; instants are naive local timestamps of second precision; money is whole 分 (BIGINT); `case_id`
is a surrogate number given on reading, the 案号 stays in `cases.case_number`. A column that a source does not have is
left out of its table: the rules that need it are then reported as unable, with its name. A NULL in a column that is
there is data: the row is judged as it stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "day", "instant", "text", "money", "flag", "number"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, the usual Chinese heading, and whether a row is useless without it."""

    name: str
    kind: Kind
    title: str
    about: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `required` columns must be mapped or the table cannot be read;
    only `cases` and `events` must exist."""

    name: str
    title: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


CASES = Table(
    "cases",
    "案件",
    (
        Column("case_id", "integer", "序号", "surrogate, dense from 1, given on reading", required=True),
        Column(
            "case_number",
            "text",
            "案号",
            "as `numbers` normalises it; as written where it cannot be parsed",
            required=True,
        ),
        Column("court", "text", "法院", "court code (dossier §8) or the name as written", required=True),
        Column(
            "kind",
            "text",
            "案件类别",
            "enforcement | unlitigated (非诉) | restored (恢复) | preservation | objection | review",
            required=True,
        ),
        Column("filed_on", "day", "立案日期", "", required=True),
        Column("amount", "money", "申请执行标的", ""),
        Column("paid_amount", "money", "到位金额", "as entered at closing"),
        Column("handler", "text", "承办人", ""),
        Column("applicant_kind", "text", "申请执行人类别", "bank | enterprise | person"),
        Column("debtor", "text", "被执行人", "one key per debtor, the same in all cases; names need not be given"),
        Column("trust_account", "text", "一案一账号", "the account of this case"),
        Column(
            "closing",
            "text",
            "结案方式",
            "fulfilled | ended_this_time (终本) | ended (终结) | withdrawn (撤回申请) | cancelled (销案) | refused (不予执行)",
        ),
        Column("closed_on", "day", "结案日期", "NULL while open"),
        Column(
            "origin_case",
            "text",
            "原案号",
            "of a restored case: the case that was ended; of an objection: the case objected to",
        ),
        Column("extension_until", "day", "批准延长至", "the day until which the period was extended with approval"),
        Column("death_on", "day", "被执行人死亡日期", ""),
    ),
)

EVENTS = Table(
    "events",
    "节点",
    (
        Column("event_id", "integer", "节点序号", "dense from 1, given on reading", required=True),
        Column("case_id", "integer", "案件序号", "", required=True),
        Column(
            "node",
            "text",
            "节点",
            "N01 … N46 of nodes.py; an unknown activity is kept under its own name",
            required=True,
        ),
        Column("event_at", "instant", "发生时间", "midnight where the source has days only", required=True),
        Column("entered_at", "instant", "录入时间", "when the row was typed or imported"),
        Column("changed_at", "instant", "修改时间", "of the last change or deletion after submission"),
        Column("change", "text", "修改情况", "edited | deleted | re-entered"),
        Column("reason", "text", "说明", "a recorded reason: for late entry, change, delay or deviation"),
        Column("import_job", "text", "导入批次", "set where a system imported the row, no person typed it"),
        Column("operator", "text", "经办人", "who entered the row"),
        Column("approver", "text", "审批人", ""),
        Column("approved_at", "instant", "审批时间", ""),
        Column(
            "subject",
            "text",
            "对象",
            "key of the property, clue, request, person or payment the node is about; joins nodes of one thing",
        ),
        Column("property_kind", "text", "财产类别", "deposit | movable | immovable | other"),
        Column(
            "outcome",
            "text",
            "结果",
            "done | none_found | failed_sale (流拍) | sold | released | not_disposable_legal | rejected | signed | ...",
        ),
        Column("amount", "money", "金额", "of a control, a sale, a receipt or a payment"),
        Column("due_on", "day", "载明期限", "a day written in the paper itself: control expiry, report due"),
        Column("served_by", "text", "送达方式", "direct | post | notice (公告) | electronic"),
        Column("served_on", "day", "送达日期", ""),
        Column("party", "text", "当事人", "key of the person acted upon or paid"),
        Column("account", "text", "账户", "account through which money went"),
        Column("body_hash", "text", "附件校验值", "hex SHA-256 of the attachment"),
        Column("attachment_kind", "text", "附件类别", "document | signature | stamp"),
        Column("text", "text", "正文", "text of the record or paper"),
    ),
)

SUSPENSIONS = Table(
    "suspensions",
    "扣除期间",
    (
        Column("case_id", "integer", "案件序号", "", required=True),
        Column("kind", "text", "扣除事由", "key of periods list A (dossier §5.2)", required=True),
        Column("start_on", "day", "起", "first day that does not run", required=True),
        Column("end_on", "day", "止", "first day that runs again; NULL while open"),
    ),
)

MONEY = Table(
    "money",
    "案款",
    (
        Column("case_id", "integer", "案件序号", "", required=True),
        Column("direction", "text", "收支", "in | out", required=True),
        Column("booked_on", "day", "日期", "", required=True),
        Column("amount", "money", "金额", "", required=True),
        Column("receipt", "text", "款项序号", "joins a payment to the receipt it pays out"),
        Column("payee", "text", "收款人", ""),
        Column("account", "text", "账户", ""),
        Column("delay_reason", "text", "延缓发放事由", "an approved delay"),
    ),
)

PARTIES = Table(
    "parties",
    "当事人",
    (
        Column("case_id", "integer", "案件序号", "", required=True),
        Column("party", "text", "当事人", "", required=True),
        Column("role", "text", "地位", "applicant | debtor | outsider (案外人)", required=True),
        Column("named", "flag", "执行依据列明", "named in the 执行依据"),
        Column("added_by_ruling", "flag", "裁定追加", ""),
        Column("priority", "flag", "优先权", "has a right of priority"),
    ),
)

ALERTS = Table(
    "alerts",
    "预警",
    (
        Column("case_id", "integer", "案件序号", "", required=True),
        Column("raised_on", "day", "预警日期", "", required=True),
        Column("handled_on", "day", "处理日期", "NULL: ignored"),
    ),
)

PETITIONS = Table(
    "petitions",
    "信访",
    (
        Column("case_id", "integer", "案件序号", "", required=True),
        Column("received_on", "day", "收到日期", "", required=True),
        Column("entered_on", "day", "录入日期", ""),
        Column("about_withdrawal", "flag", "否认撤回申请", "the applicant denies having withdrawn"),
    ),
)

SUPERVISED = Table(
    "supervised",
    "既往督办",
    (
        Column("court", "text", "法院", "", required=True),
        Column("operator", "text", "人员", "NULL: the whole court"),
        Column("rule", "text", "规则", "id of the sign that was supervised", required=True),
        Column("supervised_on", "day", "督办日期", "", required=True),
    ),
)

TABLES: tuple[Table, ...] = (CASES, EVENTS, SUSPENSIONS, MONEY, PARTIES, ALERTS, PETITIONS, SUPERVISED)
BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
REQUIRED_TABLES = ("cases", "events")
SQL_TYPES: dict[Kind, str] = {
    "integer": "BIGINT",
    "day": "DATE",
    "instant": "TIMESTAMP",
    "text": "VARCHAR",
    "money": "BIGINT",
    "flag": "BOOLEAN",
    "number": "DOUBLE",
}
"""DuckDB's type of each kind of column; the Parquet files have the same."""
