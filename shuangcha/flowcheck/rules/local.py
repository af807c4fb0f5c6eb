"""Local rules from a YAML file: change parameters, switch off, ask for extra rules, add rules of the known kinds.

    off: [F07, C09]                       # 停用
    use: [X02]                            # 启用备选规则
    change:
      P06: {limit: 10日, severity: high, mark: L}      # 参数及其来源标记
      P10: {limit_2: 10日}                             # 第二项检查的参数加编号，名称见 do flowcheck-rules
    add:
      - id: L01
        title: 移交案卷超3日
        family: 消极执行
        severity: low
        law: plan_flow                    # 引用的依据（laws.py），或写明 source
        kind: Within
        with: {limit: 3日, target: {nodes: [N03]}}
        reason: "{start}立案，应于{due}前移交，{done}才移交，超期{days}日。"
        mark: L

Every error is one Chinese sentence that names file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from ...periods import Period, PeriodError, Unit
from ..kinds import KINDS, Kind
from ..laws import LAWS
from ..model import FAMILIES, SEVERITIES, Rule, RulesError, RuleSet
from ..nodes import LIST_A, LIST_PAUSE, LIST_SIX_MONTHS, STOP_KINDS
from ..say import teller
from ..schema import CASES, EVENTS
from ..select import EXCUSED, Cond, Sel
from . import builtin, extra

TOP = ("off", "use", "change", "add")
RULE_KEYS = ("id", "title", "family", "severity", "law", "kind", "with", "reason", "reason_open", "innocent", "mark")
MARKS = "SVLMD"
LISTS = {"A": LIST_A, "six_months": LIST_SIX_MONTHS, "pause": LIST_PAUSE}
_ID = re.compile(r"[A-Z][A-Za-z0-9_]{0,15}")
_NODE = re.compile(r"[^\s'\";]{1,40}")
LONGEST_DAYS, LONGEST_MONTHS = 3650, 120


class Reader:
    """A YAML document as nodes with their lines; every complaint names file and line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise RulesError(f"规则文件{path.name}无法读取：{error.strerror}。") from None
        except UnicodeDecodeError:
            raise RulesError(f"规则文件{path.name}不是UTF-8编码，请另存为UTF-8。") from None
        try:
            self.root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            line = mark.line + 1 if mark else 1
            raise RulesError(f"规则文件{path.name}第{line}行：书写不合YAML格式，请检查缩进、冒号和引号。") from None

    def wrong(self, node: yaml.Node, sentence: str) -> RulesError:
        return RulesError(f"规则文件{self.path.name}第{node.start_mark.line + 1}行：{sentence}")

    def mapping(self, node: yaml.Node, allowed: Iterable[str], what: str) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """key → (key node, value node); every key among `allowed`, none twice."""
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, f"{what}须写成“名称: 值”的形式。")
        known = list(allowed)
        found: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = str(key.value)
            if name not in known:
                raise self.wrong(key, f"{what}中的“{name}”无法识别{_hint(name, known)}")
            if name in found:
                raise self.wrong(key, f"{what}中的“{name}”重复出现，请只留一处。")
            found[name] = (key, value)
        return found

    def plain(self, node: yaml.Node) -> Any:
        loader = yaml.SafeLoader("")
        try:
            return loader.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError):
            raise self.wrong(node, "此处的值无法识别。") from None

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, f"{what}须写成清单，例如：[F07, C09]。")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        value = self.plain(node)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(node, f"{what}须写文字。")
        return value


def _hint(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"，是否为“{near[0]}”？" if near else f"，可用：{'、'.join(known[:12])}{'等' if len(known) > 12 else ''}。"


def load_rules(path: Path | None = None) -> RuleSet:
    """The built-in rules, as a local file changes and extends them. RulesError names file and line."""
    if path is None:
        return builtin()
    reader = Reader(path)
    if reader.root is None:
        return builtin()
    rules = {rule.id: rule for rule in builtin().rules}
    spare = {rule.id: rule for rule in extra().rules}
    top = reader.mapping(reader.root, TOP, "规则文件")
    if "use" in top:
        for node in reader.items(top["use"][1], "use"):
            name = reader.text(node, "规则编号")
            if name not in spare:
                raise reader.wrong(node, f"备选规则“{name}”不存在{_hint(name, list(spare))}")
            rules[name] = spare[name]
    if "change" in top:
        for name, (key, value) in reader.mapping(top["change"][1], rules, "change").items():
            rules[name] = _changed(reader, rules[name], key, value)
    if "add" in top:
        for node in reader.items(top["add"][1], "add"):
            rule = _added(reader, node, rules)
            rules[rule.id] = rule
    if "off" in top:
        for node in reader.items(top["off"][1], "off"):
            name = reader.text(node, "规则编号")
            if name not in rules:
                raise reader.wrong(node, f"规则“{name}”不存在{_hint(name, list(rules))}")
            del rules[name]
    if not rules:
        raise reader.wrong(reader.root, "所有规则都已停用，没有可检查的内容。")
    return RuleSet(tuple(rules.values()))


def _changed(reader: Reader, rule: Rule, key: yaml.Node, node: yaml.Node) -> Rule:
    places = rule.places()
    told = reader.mapping(node, [*sorted(places), "severity", "mark", "title"], f"规则{rule.id}")
    if not told:
        raise reader.wrong(key, f"规则{rule.id}没有写明要改的参数。")
    mark = _mark(reader, told["mark"][1]) if "mark" in told else "L"
    marks = {one: rule.mark_of(one) for one in places}
    checks = list(rule.checks)
    for name, (_, value) in told.items():
        if name in ("severity", "mark", "title"):
            continue
        marks[name] = mark
        place, own = places[name]
        checks[place] = replace(checks[place], **{own: _value(reader, type(checks[place]), own, value)})
    severity = _severity(reader, told["severity"][1]) if "severity" in told else rule.severity
    title = reader.text(told["title"][1], "标题") if "title" in told else rule.title
    return replace(rule, checks=tuple(checks), severity=severity, title=title, marks=marks)


def _added(reader: Reader, node: yaml.Node, rules: Mapping[str, Rule]) -> Rule:
    told = reader.mapping(node, RULE_KEYS, "新增规则")
    for name in ("id", "title", "family", "severity", "kind", "reason"):
        if name not in told:
            raise reader.wrong(node, f"新增规则缺少“{name}”。")
    identity = reader.text(told["id"][1], "id")
    if not _ID.fullmatch(identity):
        raise reader.wrong(told["id"][1], f"规则编号“{identity}”不合格式，请用大写字母开头的字母和数字，例如：L01。")
    if identity in rules:
        raise reader.wrong(told["id"][1], f"规则编号“{identity}”已被使用，请另取编号。")
    family = reader.text(told["family"][1], "family")
    if family not in FAMILIES:
        raise reader.wrong(told["family"][1], f"类别“{family}”无法识别，可用：{'、'.join(FAMILIES)}。")
    kind_name = reader.text(told["kind"][1], "kind")
    if kind_name not in KINDS:
        raise reader.wrong(told["kind"][1], f"规则种类“{kind_name}”无法识别{_hint(kind_name, list(KINDS))}")
    kind = KINDS[kind_name]
    given: dict[str, Any] = {}
    marks: dict[str, str] = {}
    mark = _mark(reader, told["mark"][1]) if "mark" in told else "L"
    place = told["with"][1] if "with" in told else node
    if "with" in told:
        for name, (_, value) in reader.mapping(
            place, [one.name for one in fields(kind)], f"种类{kind_name}的参数"
        ).items():
            given[name] = _value(reader, kind, name, value)
            marks[name] = mark
    for one in fields(kind):
        if one.name not in given and one.default is MISSING and one.default_factory is MISSING:
            raise reader.wrong(place, f"种类{kind_name}缺少参数“{one.name}”。")
    check = kind(**given)
    if isinstance(check, KINDS["Within"]) and not (getattr(check, "target", None) or getattr(check, "to_day", "")):
        raise reader.wrong(place, "种类Within须写明target（目标节点）或者to_day（案件日期栏）。")
    law = reader.text(told["law"][1], "law") if "law" in told else ""
    if law and law not in LAWS:
        raise reader.wrong(told["law"][1], f"依据“{law}”无法识别{_hint(law, list(LAWS))}")
    sentences = {}
    for name in ("reason", "reason_open"):
        sentences[name] = reader.text(told[name][1], name) if name in told else ""
        try:
            teller(sentences[name], check)
        except RulesError as error:
            raise reader.wrong(told[name][1], str(error)) from None
    innocent = (
        tuple(reader.text(one, "innocent") for one in reader.items(told["innocent"][1], "innocent"))
        if "innocent" in told
        else ()
    )
    # fmt: off
    return Rule(
        identity, reader.text(told["title"][1], "title"), family, _severity(reader, told["severity"][1]), (check,), law,
        sentences["reason"], sentences["reason_open"], marks, innocent,
    )
    # fmt: on


def _severity(reader: Reader, node: yaml.Node) -> str:
    value = reader.text(node, "severity")
    if value not in SEVERITIES:
        raise reader.wrong(node, f"程度“{value}”无法识别，可用：high（高）、medium（中）、low（低）。")
    return value


def _mark(reader: Reader, node: yaml.Node) -> str:
    value = reader.text(node, "mark")
    if len(value) != 1 or value not in MARKS:
        raise reader.wrong(node, f"来源标记“{value}”无法识别，可用：S、V、L、M、D。")
    return value


# --- values ---------------------------------------------------------------------------------------------------------


def _value(reader: Reader, kind: type[Kind], name: str, node: yaml.Node) -> Any:
    """The value of a parameter, of the type that the kind declares."""
    wanted = next(str(one.type) for one in fields(kind) if one.name == name)
    if name.startswith("limit"):
        return _limit(reader, node)
    if name == "stops":
        return _stops(reader, node)
    if "Sel" in wanted:
        return _sel(reader, node)
    if name in ("levels", "within"):
        return _levels(reader, node)
    if name in ("pairs", "instead"):
        pairs = [tuple(_nodes(reader, one)) for one in reader.items(node, name)]
        if not pairs or any(len(pair) != 2 for pair in pairs):
            raise reader.wrong(
                node, f"{name}须写成{'[先, 后]' if name == 'pairs' else '[先, 代替]'}的清单，例如：[[N25, N29]]。"
            )
        return tuple(pairs)
    if wanted == "tuple[str, ...]":
        values = reader.plain(node)
        if not isinstance(values, list) or not values or not all(isinstance(one, str) for one in values):
            raise reader.wrong(node, f"参数“{name}”须写成文字的清单。")
        if name == "nodes" and not all(re.fullmatch(r"\w+(\|\w+)*(\*\d+)?", one) for one in values):
            raise reader.wrong(node, "nodes须写节点代码，例如：N06、N06|N06a、N15*2。")
        return tuple(values)
    value = reader.plain(node)
    plain: dict[str, tuple[type, str]] = {"int": (int, "整数"), "bool": (bool, "true或false"), "str": (str, "文字")}
    expected, shown = plain[wanted]
    if type(value) is not expected or (isinstance(value, int) and not 0 <= value <= 10**12):
        raise reader.wrong(node, f"参数“{name}”须为{shown}。")
    # fmt: off
    choices: dict[str, tuple[str, ...]] = {
        "from_day": _days(), "to_day": _days(), "what": ("filed_on", "closed_on"), "unit": ("second", "minute"),
        "column": tuple(one.name for one in EVENTS.columns), "who": ("operator", "approver"), "when": ("entered_at", "approved_at", "changed_at"),
        "closing": ("fulfilled", "ended_this_time", "ended", "withdrawn", "cancelled", "refused"),
        "favoured": ("bank", "enterprise", "person"), "other": ("bank", "enterprise", "person"),
    }
    # fmt: on
    if name in choices and value not in choices[name]:
        raise reader.wrong(node, f"参数“{name}”的值“{value}”无法识别{_hint(str(value), list(choices[name]))}")
    return value


def _days() -> tuple[str, ...]:
    return tuple(one.name for one in CASES.columns if one.kind == "day")


def _limit(reader: Reader, node: yaml.Node) -> str:
    try:
        period = Period.parse(str(reader.plain(node)))
    except PeriodError as error:
        raise reader.wrong(node, str(error)) from None
    most = {Unit.MONTH: LONGEST_MONTHS, Unit.YEAR: LONGEST_MONTHS // 12}.get(period.unit, LONGEST_DAYS)
    if period.count > most:
        raise reader.wrong(node, f"期限“{period}”过长，最长十年。")
    return str(period)


def _stops(reader: Reader, node: yaml.Node) -> tuple[str, ...]:
    value = reader.plain(node)
    if isinstance(value, str) and value in LISTS:
        return LISTS[value]
    known = [kind.key for kind in STOP_KINDS]
    if not isinstance(value, list):
        raise reader.wrong(node, f"stops须写清单名（{'、'.join(LISTS)}）或者扣除事由的清单。")
    for one in value:
        if one not in known:
            raise reader.wrong(node, f"扣除事由“{one}”无法识别{_hint(str(one), known)}")
    return tuple(value)


def _levels(reader: Reader, node: yaml.Node) -> tuple[tuple[int, str], ...]:
    value = reader.plain(node)
    good = (
        isinstance(value, list)
        and value
        and all(
            isinstance(one, list)
            and len(one) == 2
            and type(one[0]) is int
            and 0 <= one[0] <= LONGEST_DAYS
            and one[1] in SEVERITIES
            for one in value
        )
    )
    if not good or [one[0] for one in value] != sorted({one[0] for one in value}):
        raise reader.wrong(node, "分级须写成由小到大的[日数, 程度]清单，例如：[[3, medium], [15, high]]。")
    return tuple((one[0], one[1]) for one in value)


def _nodes(reader: Reader, node: yaml.Node) -> tuple[str, ...]:
    value = reader.plain(node)
    if not isinstance(value, list) or not all(isinstance(one, str) and _NODE.fullmatch(one) for one in value):
        raise reader.wrong(node, "节点须写成代码的清单，例如：[N06, N06a]。")
    return tuple(value)


def _sel(reader: Reader, node: yaml.Node) -> Sel:
    """{nodes: [...], but: [...], where: {outcome: done, reason: null, kind: {not: [...]}}, excused: true}"""
    told = reader.mapping(node, ("nodes", "but", "where", "excused"), "节点选择")
    nodes = _nodes(reader, told["nodes"][1]) if "nodes" in told else ()
    but = _nodes(reader, told["but"][1]) if "but" in told else ()
    conds: list[Cond] = []
    named: list[str] = []
    if "where" in told:
        texts = [one.name for one in EVENTS.columns if one.kind in ("text", "money")]
        for column, (_, value) in reader.mapping(told["where"][1], texts, "where").items():
            named.append(column)
            conds.append(_cond(reader, column, value))
    if "excused" in told:
        if reader.plain(told["excused"][1]) is not True:
            raise reader.wrong(told["excused"][1], "excused只能写true。")
        conds += EXCUSED
    return Sel(nodes, tuple(conds), tuple(named), but)


def _cond(reader: Reader, column: str, node: yaml.Node) -> Cond:
    if isinstance(node, yaml.MappingNode):
        told = reader.mapping(node, ("not", "present"), "条件")
        if "present" in told:
            return Cond(column, "present")
        if "not" not in told:
            raise reader.wrong(node, "条件须写not或者present。")
        return Cond(column, "is_not", _values(reader, told["not"][1]))
    if reader.plain(node) is None:
        return Cond(column, "empty")
    return Cond(column, "is", _values(reader, node))


def _values(reader: Reader, node: yaml.Node) -> tuple[str | int, ...]:
    value = reader.plain(node)
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(one, (str, int)) and not isinstance(one, bool) for one in values):
        raise reader.wrong(node, "条件的值须为文字、整数或者它们的清单。")
    return tuple(values)
