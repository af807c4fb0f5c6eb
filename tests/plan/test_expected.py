"""The table against what the plan's text demands (expected.csv, written before the table),
and against mutated copies of itself."""

from __future__ import annotations

import dataclasses

import pytest

from shuangcha.acts.contents.base import CONTENTS
from shuangcha.plan.dispositions import DISPOSITIONS, WAYS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import ALLEGATION_KINDS, DECISIONS, FINDINGS, METHODS, REPORT_PARTS, REVIEW_ASPECTS, SOURCES
from tests.plan.comparing import LIMIT_NAMES, Mapped, closure, differences, effects, listed, mapped, read

EXTRA = {
    "clue.refer_out": "方案四(二)的筛选不能把不属一案双查的线索留在池中:转其他机关也是筛选的一种结论(dossier CLUE 转信访)",
    "clue.take_up_again": "搁置存查的线索有了新情况可以重新筛选;搁置不是最终决定",
    "clue.merge": "同一事的重复反映并入已有线索一并办理,可以撤销;分别收集筛选(方案四(二))不等于重复办理(办案台 §2)",
    "clue.unmerge": "并入错了可以撤销,线索回到待筛选(办案台 §2)",
    "clue.not_repeat": "疑似重复而不是同一事的,由能同时看到两条线索的机构说明理由(办案台 §2)",
    "meeting.circulate": "联席会议的传签方式:议题、回避、意见、决定与开会相同,书面进行(办案台 §3)",
    "assignment.remind": "上级法院对未签收、未报告的交办催办,不改变期限(办案台)",
    "duty.remind": "上级法院对未回复、未提交证明的处理事项催办,不改变期限(办案台)",
    "meeting.cancel": "召集的会议可以取消,议题回到待议",
    "round.change_team": "成员调离或声明回避后调查组须能调整,两机构联合决定(方案四(六))",
    "matter.link_number": "办理途中产生的执恢、执异、执监等案号须与原案号相联,按任一案号可查(议题 §2 案号)",
    "register.order_agenda": "会议按议程逐项研究,次序由召集的机构排定,纪要照此排列;不改变任何阶段",
    "item.take_off": "议题可以单独退出议程回到待议,否则一个机构的出席人员全部回避时会议无法结束",
    "register.court": "法院、机构、人员的登记,与登记任职同属系统管理",
    "register.account": "账号管理由系统管理员登记,留痕",
    "register.flow_data": "执行案件流程数据由系统管理员读入和撤回(方案四(七)2 系统检查的数据),留痕",
    "register.assign_todo": "待办属于机构,由机构负责人分派到人,留痕(议题 §7 批量分派)",
}
"""Moves that no expected row names, each with its reason."""

ROWS = {one.id: one for one in mapped()}
COMPARED = [one for one in ROWS.values() if one.moves]


def changed(key: str, **values: object) -> dict[str, Move]:
    """A copy of the table with one row changed."""
    return {**MOVES, key: dataclasses.replace(MOVES[key], **values)}  # type: ignore[arg-type]


def refused(one: Mapped, table: dict[str, Move]) -> bool:
    return differences(one, table) != set(one.accepts)


@pytest.mark.parametrize("one", COMPARED, ids=lambda one: one.id)
def test_the_table_says_what_the_plan_demands(one: Mapped) -> None:
    assert differences(one, MOVES) == set(one.accepts)


def test_every_expected_row_is_mapped_or_its_absence_explained() -> None:
    unmapped = {one.id: one.realised_by for one in ROWS.values() if not one.moves}
    assert set(unmapped) == {"E097", "E098", "E099"}
    assert all(len(reason) > 10 for reason in unmapped.values())
    assert all(len(reason) >= 6 for one in ROWS.values() for reason in one.accepts.values())


def test_every_move_that_is_offered_is_expected_or_listed_as_extra() -> None:
    named = {key for one in ROWS.values() for key in one.moves}
    offered = {key for key, move in MOVES.items() if not move.hidden}
    assert offered - named == set(EXTRA)
    assert not named - offered


def _mutants() -> list[tuple[str, str, str, dict[str, object]]]:
    """(expected id, move, what is done, changed fields): one for every guard, sign-off, article, side, office,
    paper, then."""
    found: list[tuple[str, str, str, dict[str, object]]] = []
    for one in COMPARED:
        for key in one.moves:
            row = MOVES[key]
            for name in row.guards:
                left = tuple(guard for guard in row.guards if guard != name)
                found.append((one.id, key, f"without {name}", {"guards": left}))
            other = "one" if row.sign_off != "one" else "both"
            found.append((one.id, key, f"sign_off {other}", {"sign_off": other}))
            found.append((one.id, key, "article", {"article": "方案九"}))
            found.append((one.id, key, "side", {"side": "assignee" if row.side != "assignee" else "assigner"}))
            found.append((one.id, key, "office", {"offices": row.offices[1:] or ("president", "administrator")}))
            for name in row.papers:
                found.append(
                    (one.id, key, f"without paper {name}", {"papers": tuple(p for p in row.papers if p != name)})
                )
            for name in row.then:
                found.append((one.id, key, f"without then {name}", {"then": tuple(t for t in row.then if t != name)}))
    return found


MUTANTS = _mutants()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one[0]}-{one[1]}-{one[2]}")
def test_a_changed_row_is_noticed(mutant: tuple[str, str, str, dict[str, object]]) -> None:
    row_id, key, _, values = mutant
    assert refused(ROWS[row_id], changed(key, **values))


LIMIT_MUTANTS = [
    (one.id, field, kind)
    for one in COMPARED
    for field, kinds in zip(("starts", "stops"), effects([MOVES[key] for key in one.moves], MOVES), strict=True)
    for kind in sorted(kinds)
]


@pytest.mark.parametrize(("row_id", "field", "kind"), LIMIT_MUTANTS)
def test_a_removed_limit_is_noticed(row_id: str, field: str, kind: str) -> None:
    one = ROWS[row_id]
    table = dict(MOVES)
    for key in one.moves:
        for row in closure(MOVES[key], MOVES):
            left = tuple(name for name in getattr(row, field) if name != kind)
            table[row.key] = dataclasses.replace(table[row.key], **{field: left})
    assert refused(one, table)


@pytest.mark.parametrize("one", COMPARED, ids=lambda one: one.id)
def test_a_needless_limit_or_guard_is_noticed(one: Mapped) -> None:
    key = one.moves[0]
    row = MOVES[key]
    guard = "agenda_not_empty" if "agenda_not_empty" not in row.guards else "not_relayed"
    assert refused(one, changed(key, guards=(*row.guards, guard)))
    starts, _ = effects([row], MOVES)
    kind = next(kind for kind in LIMITS if kind not in starts)
    assert refused(one, changed(key, starts=(*row.starts, kind)))


# --- limits ---------------------------------------------------------------------------------------------------------
LIMITS_EXTRA = frozenset(
    {
        "meeting",
        "revisit",
        "consultation",
        "opinion",
        "approval",
        "duty_issue",
        "clarification",
        "duty_check",
        "archive",
    }
)
"""The plan names no period here; a setting with its mark gives every open subject one (issue:
where the plan names none)."""
PERIODS_DECIDED = {"direct": ("1月", "方案未定,比照方案四(五)给设定,启动时可以另行指定")}


def test_limits_are_the_expected_ones_with_their_periods_and_marks() -> None:
    rows = {row["name"]: row for row in read("expected_limits.csv")}
    assert set(rows) == set(LIMIT_NAMES)
    assert set(LIMITS) - set(LIMIT_NAMES.values()) == LIMITS_EXTRA
    for name, row in rows.items():
        limit = LIMITS[LIMIT_NAMES[name]]
        decided = PERIODS_DECIDED.get(limit.key)
        wanted = decided[0] if decided else ("" if row["period"] == "指定" else row["period"])
        assert (limit.key, limit.period, limit.mark) == (limit.key, wanted, row["mark"])


@pytest.mark.parametrize("field", ["starts", "stops"])
def test_limits_are_started_and_stopped_by_the_expected_moves(field: str) -> None:
    """Read from the limit's side: what expected_limits.csv names,
    the mapped moves do (what else does stands in mapping.csv)."""
    column = {"starts": "started_by", "stops": "stopped_by"}[field]
    for row in read("expected_limits.csv"):
        for row_id in listed(row[column]):
            moves = [MOVES[key] for key in ROWS[row_id].moves]
            starts, stops = effects(moves, MOVES)
            found = starts if field == "starts" else stops
            assert LIMIT_NAMES[row["name"]] in found, (row["name"], row_id)


# --- words ----------------------------------------------------------------------------------------------------------
def words(kind: str) -> list[dict[str, str]]:
    return [row for row in read("expected_words.csv") if row["kind"] == kind]


BESIDE_THE_SOURCE = {"收到日期": "received_on", "反映人姓名或匿名标记": "named"}
"""Fields that every source has, on the form of registration itself."""


def test_the_ten_sources_carry_their_fields() -> None:
    rows = words("source")
    assert [row["label"] for row in rows] == [one.label for one in sorted(SOURCES.values(), key=lambda one: one.no)]
    form = CONTENTS["clue.register"].model_fields
    for row, source in zip(rows, sorted(SOURCES.values(), key=lambda one: one.no), strict=True):
        assert source.article == row["article"]
        wanted = {need for need in listed(row["needs"]) if BESIDE_THE_SOURCE.get(need) not in form}
        assert {one.label for one in source.needs} == wanted


def test_the_six_methods_ask_what_they_must() -> None:
    rows = words("method")
    assert [(row["label"], row["article"]) for row in rows] == [(one.label, one.article) for one in METHODS.values()]
    asked = {
        "file_review": ("cases", "number", "lawful", "timely", "complete", "civil", "kind"),
        "system_check": ("system", "complete", "overdue", "falsified"),
        "hearing_out": ("form", "who", "transcript"),
        "interview": ("interviewers", "who", "post", "transcript"),
        "hearing": ("parties", "statements"),
        "other_way": ("way", "text"),
    }
    for method, fields in asked.items():
        model = CONTENTS[f"record.{method}"]
        inner = [part for one in model.model_fields.values() for part in getattr(one.annotation, "__args__", ())]
        known = set(model.model_fields) | {name for part in inner for name in getattr(part, "model_fields", {})}
        assert set(fields) <= known, method


def test_dispositions_and_their_ways() -> None:
    assert [row["label"] for row in words("disposition")] == list(DISPOSITIONS.values())
    for row in words("disposition_way"):
        no, n = (int(part) for part in row["no"].split("."))
        way = [one for one in WAYS.values() if one.no == no][n - 1]
        assert (way.label, way.article) == (row["label"], row["article"])
    needs = {
        "correct_self": "error",
        "correct_filing": "supervision_number",
        "urge": "period",
        "improve": "gap",
        "refer_discipline": "ground",
        "refer_crime": "crime",
        "talk": "ground",
        "circular": "scope",
        "assess": "year",
    }
    for key, field in needs.items():
        assert field in CONTENTS[f"duty.issue_{key}"].model_fields


@pytest.mark.parametrize(
    ("kind", "found"),
    [("report_part", REPORT_PARTS), ("review_aspect", REVIEW_ASPECTS), ("finding", FINDINGS), ("decision", DECISIONS)],
)
def test_the_short_lists(kind: str, found: dict[str, object]) -> None:
    assert [row["label"] for row in words(kind)] == [one.label for one in found.values()]  # type: ignore[attr-defined]


def test_who_leads_the_feedback() -> None:
    """方案四(十): handling and management by the enforcement body, conduct by the supervision body."""
    assert MOVES["duty.feed_back_handling"].offices == ("enforcement",)
    assert MOVES["duty.feed_back_conduct"].offices == ("supervision",)
    assert set(ALLEGATION_KINDS) == {"handling", "management", "conduct"}
    assert len(words("feedback_lead")) == 3
