"""Who sees what: kind × group of fields × relation → reach. The one table; `docs/access.md` is generated from it.

Whole: every field of the group. Part: what the group's note says. Existence: that there is such a thing, and no field of it.
What stands nowhere here is shown to nobody. Sources: dossier §11.3, 方案三、四(二)–(十一).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from shuangcha.plan.words import RELATIONS


class Reach(IntEnum):
    """The wider of two reaches holds."""

    NOTHING = 0
    EXISTENCE = 1
    PART = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of one kind that are shown together. `fields`: columns and facts by the name they are recorded under."""

    kind: str
    key: str
    label: str
    fields: tuple[str, ...]
    reach: dict[str, Reach]
    note: str = ""
    """What Part means here."""


def _group(
    kind: str, key: str, label: str, fields: str, whole: str, part: str = "", existence: str = "", note: str = ""
) -> Group:
    reach = dict.fromkeys(whole.split(), Reach.WHOLE)
    reach |= dict.fromkeys(part.split(), Reach.PART) | dict.fromkeys(existence.split(), Reach.EXISTENCE)
    assert set(reach) <= set(RELATIONS), set(reach) - set(RELATIONS)
    return Group(kind, key, label, tuple(fields.split()), reach, note)


_ABOVE = "assigner office group approver"
_BELOW = "assignee signer team"
_HEARING = "receiver joint attendee office"
_OWN = "只限本人或者本组交来的"
_CITED = "只限报告引为证据的"
_REVEALED = "只见“原件”及其序号，写明理由后查看并留痕"
# fmt: off
GROUPS: tuple[Group, ...] = (
    # --- 线索 ---
    _group("clue", "number", "登记号和法院", "number court subject_court",
           f"{_HEARING} registrar inspection preparing team"),
    _group("clue", "head", "环节", "stage version received_by urgent revisit_on created_at about_head edition", f"{_HEARING} team"),
    _group("clue", "content", "线索内容", "title summary source source_facts received_on named allegations cases",
           f"{_HEARING} registrar inspection team"),
    _group("clue", "people", "被反映人和承办人", "subjects officers", f"{_HEARING} registrar inspection team"),
    _group("clue", "identity", "反映人身份", "identity mask", "receiver", "joint",
           note="联席会议决定之后，写明理由查看并留痕"),
    _group("clue", "originals", "原始信访件", "originals", "receiver", "joint attendee registrar inspection",
           note=f"{_REVEALED}；登记人、巡查督察组{_OWN}"),
    _group("clue", "evidence", "其他附件", "materials", f"{_HEARING} team"),
    _group("clue", "inner", "筛选和重复核对", "screenings repeats", _HEARING),
    _group("clue", "opinion", "巡查督察意见", "inspection_opinions", f"{_HEARING} inspection team"),
    _group("clue", "course", "办理经过、期限和待办", "steps limits todos papers", _HEARING),
    # --- 会议议题 ---
    _group("item", "head", "议题", "court kind order stage version revisit_on meeting clue matter created_at",
           f"receiver joint attendee {_ABOVE}"),
    _group("item", "content", "声明和意见", "declarations positions", f"receiver joint attendee {_ABOVE}"),
    _group("item", "course", "办理经过、期限和待办", "steps limits todos papers", f"receiver joint attendee {_ABOVE}"),
    # --- 双查案件 ---
    _group("matter", "number", "案件编号", "number owner_court", f"{_ABOVE} {_BELOW} recipient sender disclosed addressed"),
    _group("matter", "head", "案件概况",
           "title target_court mode urgent about_head stage version started_on closed_on edition created_at",
           f"{_ABOVE} {_BELOW}"),
    _group("matter", "points", "核查要点", "points", f"{_ABOVE} {_BELOW}"),
    _group("matter", "clues", "所据线索", "clues allegations sources", _ABOVE),
    _group("matter", "evidence", "附件", "materials", _ABOVE),
    _group("matter", "papers", "应出文书", "papers", _ABOVE, _BELOW, note="只限本院应出的"),
    _group("matter", "course", "办理经过、期限和待办", "steps limits todos", _ABOVE, _BELOW,
           note="不含上级法院会商、形成检查意见、审批的经过和期限，只含本院应守的期限"),
    # --- 交办 ---
    _group("assignment", "head", "交办", "from_court to_court parent handed_on due stage version created_at",
           f"{_ABOVE} {_BELOW}"),
    _group("assignment", "content", "交办内容和附件", "content contact materials", f"{_ABOVE} {_BELOW}"),
    _group("assignment", "extension", "延期", "extensions", f"{_ABOVE} {_BELOW}"),
    _group("assignment", "course", "办理经过、期限和待办", "steps limits todos papers reminders", f"{_ABOVE} {_BELOW}"),
    # --- 调查轮次 ---
    _group("round", "head", "调查轮次", "assignment court n kind gaps started_on stage version created_at",
           f"{_ABOVE} {_BELOW}"),
    _group("round", "team", "联合调查组", "team", f"{_ABOVE} {_BELOW}"),
    _group("round", "answers", "要点答复", "answers", f"{_ABOVE} {_BELOW}"),
    _group("round", "course", "办理经过、期限和待办", "steps limits todos papers", f"{_ABOVE} {_BELOW}"),
    # --- 调查记录 ---
    _group("record", "head", "记录目录", "round method n title held_on stage version created_at", f"{_ABOVE} team", "signer",
           note=_CITED),
    _group("record", "content", "记录内容和附件", "payload materials", f"{_ABOVE} team", "signer", note=_CITED),
    _group("record", "course", "办理经过", "steps limits todos papers", f"{_ABOVE} team"),
    # --- 调查报告 ---
    _group("report", "head", "调查报告", "round version_no thin issued_by submitted_on stage version created_at",
           f"{_ABOVE} {_BELOW}"),
    _group("report", "content", "报告各稿", "versions", f"{_ABOVE} {_BELOW}"),
    _group("report", "verification", "核查意见", "verification", _ABOVE),
    _group("report", "course", "办理经过、期限和待办", "steps limits todos papers", _ABOVE, _BELOW,
           note="不含上级法院核查、会商的经过和期限"),
    # --- 检查意见 ---
    _group("opinion", "head", "检查意见", "version_no approved_on stage version created_at", _ABOVE),
    _group("opinion", "content", "检查意见各稿", "versions conclusions dispositions", _ABOVE),
    _group("opinion", "approvals", "审批", "approvals", _ABOVE),
    _group("opinion", "course", "办理经过、期限和待办", "steps limits todos papers", _ABOVE),
    # --- 处理、反馈、澄清 ---
    _group("duty", "head", "处理事项", "kind n from_court to_court lead_body parent period due stage version created_at",
           f"{_ABOVE} discipline recipient sender", "addressed", note="只限已办的澄清"),
    _group("duty", "content", "要求和结果", "demand details allegation", f"{_ABOVE} discipline recipient sender", "addressed",
           note="只限澄清内容"),
    _group("duty", "referral", "移送处分的内容", "demand details allegation", "discipline group approver",
           existence="assigner office"),
    _group("duty", "replies", "回复、证明和核验", "replies materials", f"{_ABOVE} discipline recipient sender"),
    _group("duty", "course", "办理经过、期限和待办", "steps limits todos papers reminders",
           f"{_ABOVE} discipline recipient sender"),
    # --- 公开 ---
    _group("disclosure", "head", "向相关法院公开", "to_court subject level on", f"{_ABOVE} disclosed"),
    _group("disclosure", "content", "公开内容", "text", f"{_ABOVE} disclosed"),
)
# fmt: on
AUDIENCE: dict[tuple[str, str], Group] = {(one.kind, one.key): one for one in GROUPS}
EXISTS_BY = "head"
"""The group that decides whether there is such a thing at all for a reader. Of a clue: its number."""
LISTED: dict[tuple[str, str], str] = {
    **{("matter", one): "full" for one in ("assigner", "office", "group", "approver", "assignee", "team")},
    **{("clue", one): "full" for one in ("receiver", "joint", "office", "attendee", "team")},
    **{("clue", one): "own" for one in ("registrar", "inspection")},
    ("clue", "preparing"): "brief",
}
"""By what relation a file stands in the lists, and how: full; own, without what followed; brief, number and court only."""


def listed(file: str, relation: str) -> str:
    """full, own, brief; empty where the relation puts the file into no list."""
    return LISTED.get((file, relation), "")


def by(kind: str, group: str, least: Reach = Reach.WHOLE) -> frozenset[str]:
    """Relations by which the group of a kind is seen at least so far."""
    return frozenset(relation for relation, reach in AUDIENCE[kind, group].reach.items() if reach >= least)


def reach(kind: str, group: str, relations: Iterable[str]) -> Reach:
    """The widest reach of these relations."""
    table = AUDIENCE[kind, group].reach
    return max((table.get(one, Reach.NOTHING) for one in relations), default=Reach.NOTHING)
