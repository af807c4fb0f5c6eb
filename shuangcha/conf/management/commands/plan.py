"""`manage.py plan`: the procedure as the program knows it, for people (docs/moves.md) and for machines (JSON)."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management.base import BaseCommand

from shuangcha.access.guards import GUARDS
from shuangcha.plan.dispositions import DUTY_KINDS
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import EDITION, SAME, Move
from shuangcha.plan.moves import MOVES, ROWS
from shuangcha.plan.papers import PAPERS
from shuangcha.plan.stages import STAGES, label
from shuangcha.plan.words import ITEM_KINDS, OFFICES, ROUND_KINDS, SIDES, SIGN_OFFS, SUBJECT_KINDS

MARKS = {"S": "方案明文", "D": "设计默认", "M": "待核", "V": "已查证"}
_SUB_KINDS = {
    **DUTY_KINDS,
    **{key: word.label for key, word in ROUND_KINDS.items()},
    **{key: word.label for key, word in ITEM_KINDS.items()},
}


class Command(BaseCommand):
    requires_system_checks = ()  # reads the code only
    help = "输出办理流程表：默认逐行列出，--json 供程序读取，--markdown 生成 docs/moves.md。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="以JSON输出全部办理动作、阶段和期限")
        form.add_argument("--markdown", action="store_true", help="输出 docs/moves.md 的内容")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(as_json(), ensure_ascii=False, indent=1))
        elif options["markdown"]:
            self.stdout.write(markdown(), ending="")
        else:
            for move in ROWS:
                self.stdout.write(
                    f"{move.key}\t{move.title}\t{move.article}\t{_path(move)}\t{SIGN_OFFS[move.sign_off].label}"
                )


def as_json() -> dict[str, list[dict[str, Any]]]:
    """The whole table as plain data; `to` is "=" where the act changes no stage, `from` is [""] where it creates."""
    return {
        "moves": [
            {
                "key": move.key,
                "title": move.title,
                "article": move.article,
                "subject": move.subject,
                "from": list(move.froms),
                "to": move.to,
                "side": move.side,
                "offices": list(move.offices),
                "sign_off": move.sign_off,
                "guards": list(move.guards),
                "starts": list(move.starts),
                "stops": list(move.stops),
                "papers": list(move.papers),
                "then": list(move.then),
                "of": list(move.of),
                "parent": move.parent,
                "parent_at": list(move.parent_at),
                "hidden": move.hidden,
                "mark": move.mark,
                "touches": move.touches,
            }
            for move in ROWS
        ],
        "stages": [
            {"kind": stage.kind, "key": stage.key, "label": stage.label, "final": stage.final}
            for stage in STAGES.values()
        ],
        "limits": [
            {
                "key": limit.key,
                "label": limit.label,
                "period": limit.period,
                "article": limit.article,
                "mark": limit.mark,
                "note": limit.note,
            }
            for limit in LIMITS.values()
        ],
    }


def markdown() -> str:
    """docs/moves.md: generated, never written by hand."""
    lines = [
        "# 办理流程表",
        "",
        f"本文由 `manage.py plan --markdown` 从 `shuangcha/plan` 生成，请勿手工修改。方案版本：{EDITION}。",
        "",
        "每行是一个办理动作。标记：S 为方案明文，D 为设计默认。“自动”是由另一动作在同一事务中带出的，不作按钮提供。",
        "“两机构联合”须执行机构和监察机构各一人（负责人或副职）签署同一内容，两人不是同一人。",
    ]
    for kind, word in SUBJECT_KINDS.items():
        rows = [move for move in ROWS if move.subject == kind]
        if not rows:
            continue
        lines += ["", f"## {word.label}（{kind}）", ""]
        stages = [f"{one.label}{'（终）' if one.final else ''}" for one in STAGES.values() if one.kind == kind]
        lines += [f"阶段：{'、'.join(stages)}。", ""] if stages else []
        lines += [
            "| 办理动作 | 条款 | 起止阶段 | 由谁 | 签署 | 条件 | 期限 | 应出文书 | 同时 | 标记 |",
            "|---|---|---|---|---|---|---|---|---|---|",
        ]
        lines += [_row(move) for move in rows]
    lines += [
        "",
        "## 条件",
        "",
        "条件不成立时，按钮变灰，并显示下面的句子（“…”处为当时的具体情况）。",
        "",
        "| 条件 | 说明 |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | {'；'.join(sentences(name)).replace('。；', '；')} |" for name in _used_guards()]
    lines += ["", "## 期限", "", "| 期限 | 期间 | 条款 | 标记 | 说明 |", "|---|---|---|---|---|"]
    lines += [
        f"| {limit.label} | {limit.period or '办理时指定'} | {limit.article} |"
        f" {limit.mark} {MARKS[limit.mark]} | {limit.note} |"
        for limit in LIMITS.values()
    ]
    return "\n".join(lines) + "\n"


def _row(move: Move) -> str:
    who = f"{SIDES[move.side].label}：{'、'.join(OFFICES[key].label for key in move.offices)}"
    limits = [f"起{_limit(kind)}" for kind in move.starts] + [f"止{LIMITS[kind].label}" for kind in move.stops]
    kinds = f"（{'、'.join(_SUB_KINDS[key] for key in move.of)}）" if move.of else ""
    cells = [
        f"{'自动：' if move.hidden else ''}{move.title}{kinds}<br>`{move.key}`",
        move.article.replace(";", "<br>"),
        _path(move),
        who,
        SIGN_OFFS[move.sign_off].label,
        "<br>".join(f"`{name}`" for name in move.guards),
        "<br>".join(limits),
        "<br>".join(PAPERS[key].label for key in move.papers),
        "<br>".join(f"{MOVES[key].title}" for key in move.then),
        move.mark,
    ]
    return f"| {' | '.join(cells)} |"


def _path(move: Move) -> str:
    starts = "、".join(label(move.subject, stage) if stage else "新建" for stage in move.froms)
    if move.parent_at:
        stages = "、".join(label(move.parent, stage) for stage in move.parent_at)
        starts += f"（{SUBJECT_KINDS[move.parent].label}{stages}时）"
    if move.subject == "register":
        return "不涉阶段"
    if move.to == SAME:
        return f"{starts}（不变）"
    return f"{starts} → {label(move.subject, move.to)}"


def _limit(kind: str) -> str:
    limit = LIMITS[kind]
    return f"{limit.label}（{limit.period or '指定'}）"


def _used_guards() -> list[str]:
    return list(dict.fromkeys(name for move in ROWS for name in move.guards))


def sentences(name: str) -> list[str]:
    """The sentences with which a guard says no, read from its own code;
    what is filled in at the time is shown as “…”."""
    return list(dict.fromkeys(_sentences(GUARDS[name], set())))


def _sentences(function: Callable[..., Any], seen: set[str]) -> Iterator[str]:
    seen.add(function.__qualname__)
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    called: list[str] = []
    for node in ast.walk(tree):
        text = ""
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in within:
            text = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.append(node.func.id)
        elif isinstance(node, ast.ImportFrom):
            called += [one.name for one in node.names]
        if text.endswith("。"):
            yield text
    for one in called:
        other = _function(function, one)
        if other is not None and other.__qualname__ not in seen:
            yield from _sentences(other, seen)


def _function(near: Callable[..., Any], name: str) -> Callable[..., Any] | None:
    from shuangcha.access import scope

    found = near.__globals__.get(name) or getattr(scope, name, None)
    return found if inspect.isfunction(found) and found.__module__.startswith("shuangcha.access") else None
