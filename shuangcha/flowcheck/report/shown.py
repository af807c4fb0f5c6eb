"""What a 体检表 shows, in words and in order: the page and the PDF draw the same, so both take it from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..model import RuleSet
from ..schema import BY_NAME
from .charts import bars, line
from .checkup import Checkup, Measure, Officers

CAUTION = "按规则提示的风险信号汇总，不是对法院和人员的评价结论"
OFFICERS_NOTE = "按信号所指的经办人统计，不表示问题由其造成"
SEVERITY: Mapping[str, str] = {"high": "重点核查", "medium": "应当核查", "low": "提示留意"}
RULE_COLUMNS = ("风险信号", "程度", "信号", "涉及案件", "每百件涉及", "各院中位数", "位次")
FAMILY_COLUMNS = ("类别", "信号", "涉及案件", "每百件涉及", "各院中位数", "位次")
NODE_COLUMNS = ("节点", "信号")
OFFICER_COLUMNS = ("人员", "承办案件", "信号", "涉及案件")
_PER_100 = "每百件案件涉及件数；短竖线为各院中位数"
_CHARTED = 8


@dataclass(frozen=True)
class Card:
    """A large number. `level`: blue, soon (above the median of all courts), ok or none."""

    label: str
    value: str
    note: str = ""
    level: str = ""


@dataclass(frozen=True)
class Chart:
    title: str
    note: str
    svg: str


def title(court: str) -> str:
    return f"{court}执行流程体检表"


def day(when: date) -> str:
    """A day with its weekday."""
    return f"{when.year}年{when.month}月{when.day}日 星期{'一二三四五六日'[when.weekday()]}"


def fingerprint(value: str) -> str:
    """A hash in twelve digits, to be compared by eye or over the telephone; what is no hash, as it is."""
    try:
        digits = f"{int(value, 16) % 10**12:012d}"
    except ValueError:
        return value
    return " ".join(digits[at : at + 4] for at in (0, 4, 8))


def facts(found: Checkup, data_set: str, taken: str) -> list[tuple[str, str]]:
    """(label, value). `taken`: the moment of the snapshot in words."""
    return [
        ("流程数据", data_set),
        ("取数时间", taken),
        ("检查截至", day(found.as_of)),
        ("案件", f"{found.cases}件，其中未结{found.open_cases}件"),
        ("数据校验值", fingerprint(found.data_hash)),
        ("规则版本", fingerprint(found.rule_version)),
    ]


def cards(found: Checkup) -> list[Card]:
    return [
        Card("风险信号", str(found.hits), level="blue"),
        Card("涉及案件", str(found.cases_hit), f"共{found.cases}件"),
        Card(
            "每百件案件涉及",
            f"{found.per_100:g}",
            f"各院中位数{found.median:g}",
            "soon" if found.per_100 > found.median else "ok",
        ),
        Card("由高到低位次", f"第{found.rank}", f"共{found.courts}个法院"),
    ]


def families_chart(found: Checkup) -> Chart:
    return Chart(
        "各类信号",
        _PER_100,
        bars("各类信号每百件案件涉及件数", [(one.title, one.per_100, one.median) for one in found.families]),
    )


def rules_chart(found: Checkup) -> Chart | None:
    """The rules farthest above the median; None where no rule fired."""
    rows = [(one.title, one.per_100, one.median) for one in found.worst_rules[:_CHARTED]]
    return Chart("高出各院最多的信号", _PER_100, bars("高出各院最多的信号", rows)) if rows else None


def months_chart(found: Checkup) -> Chart:
    first, last = (f"{int(one.month[:4])}年{int(one.month[5:])}月" for one in (found.months[0], found.months[-1]))
    drawn = line("各月的信号", [(f"{one.month[2:4]}年{int(one.month[5:])}月", one.hits) for one in found.months], "项")
    return Chart("各月的信号", f"{first}至{last}，按信号所指的日期", drawn)


def severity(key: str) -> str:
    return SEVERITY.get(key, SEVERITY["low"])


def rule_cells(one: Measure, found: Checkup) -> tuple[str, ...]:
    """The cells of RULE_COLUMNS."""
    return (one.title, severity(one.severity), *_numbers(one, found))


def family_cells(one: Measure, found: Checkup) -> tuple[str, ...]:
    """The cells of FAMILY_COLUMNS."""
    return (one.title, *_numbers(one, found))


def _numbers(one: Measure, found: Checkup) -> tuple[str, ...]:
    return (
        str(one.hits),
        str(one.cases_hit),
        f"{one.per_100:g}",
        f"{one.median:g}",
        f"第{one.rank}，共{found.courts}个法院",
    )


def node_cells(found: Checkup) -> list[tuple[str, str]]:
    return [(name, str(count)) for _, name, count in found.worst_nodes]


def officer_cells(officers: Officers) -> list[tuple[str, ...]]:
    """The cells of OFFICER_COLUMNS."""
    return [(one.name, str(one.cases), str(one.hits), str(one.cases_hit)) for one in officers.rows]


def unable(found: Checkup, rules: RuleSet) -> list[tuple[str, tuple[str, ...]]]:
    """(title of the rule, columns that the data lack), of the rules that could not run."""
    return [
        (rules.by_id[rule].title, column_titles(columns))
        for rule, columns in found.unable.items()
        if rule in rules.by_id
    ]


def column_titles(columns: Sequence[str]) -> tuple[str, ...]:
    """events.entered_at → 节点的录入时间."""
    said = []
    for one in columns:
        table, _, column = one.partition(".")
        said.append(f"{BY_NAME[table].title}的{BY_NAME[table].column(column).title}")
    return tuple(said)
