"""The auditor's pages: the state of the ledger, what administrators changed. Nothing of any clue or matter."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from shuangcha.access import administered
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import NotFound
from shuangcha.audit import kept
from shuangcha.audit.models import Seal, Step, Stream
from shuangcha.audit.seal import SealProblem, load_public
from shuangcha.audit.verify import verify
from shuangcha.courts.models import Court, Person
from shuangcha.desk import tables
from shuangcha.desk.paging import BY_NEWEST, count_text, cut
from shuangcha.desk.shell import draw
from shuangcha.desk.templatetags.desk_tags import date_cn, moment_cn
from shuangcha.plan.moves import MOVES

from . import words
from .accounts import locked_logins
from .shared import COUNTED, SIZE, asked, audit_page, by, search_field, select_field

OFFICE = tuple(key for key, move in MOVES.items() if "administrator" in move.offices)
"""The acts of administrators, and of the program where it loads tables: their steps may be read here, no others'."""
COUNTED_ACTS = ("register.reveal", "register.export")
"""Acts that are counted here by court and month, without what they were about."""
ROWS_SHOWN = 4
ROWS_MOST = 1000
SEAL_LATE = dt.timedelta(hours=1)


def edges(keys: tuple[str, ...]) -> list[str]:
    return [f"{key}:>" for key in keys]


# --- the ledger -------------------------------------------------------------------------------------------------------
def health() -> dict[str, Any]:
    """Seals, unsealed steps, the last verification. Three statements and one small file."""
    seal = Seal.objects.order_by("-seq").first()
    open_steps = Stream.objects.filter(seq__gt=F("sealed_seq")).aggregate(
        n=Sum(F("seq") - F("sealed_seq")), chains=Count("pk")
    )
    chains = Stream.objects.aggregate(
        courts=Count("pk", filter=Q(key__startswith="court:")),
        court_steps=Sum("seq", filter=Q(key__startswith="court:"), default=0),
        files=Count("pk", filter=~Q(key__startswith="court:")),
        file_steps=Sum("seq", filter=~Q(key__startswith="court:"), default=0),
        longest=Max("seq"),
    )
    return {
        "seal": seal,
        "unsealed": open_steps["n"] or 0,
        "unsealed_chains": open_steps["chains"],
        "chains": chains,
        "verified": kept.last(settings.SEALS_DIR),
    }


def _verified_words(found: kept.Kept | None) -> tuple[str, str, str]:
    """(word, level, note) of the last verification."""
    if found is None:
        return "尚未核验", "soon", "请点“现在核验”"
    word = "通过" if found.ok else f"发现{found.found}处问题"
    return word, "ok" if found.ok else "late", moment_cn(found.at)


def overview(domain: Domain, now: dt.datetime) -> dict[str, Any]:
    state = health()
    seal = state["seal"]
    word, level, note = _verified_words(state["verified"])
    since = now - dt.timedelta(days=30)
    logins = set(administered.persons(domain).filter(login__isnull=False).values_list("login", flat=True))
    locked = len(locked_logins() & logins)
    changed = admin_steps(domain).filter(recorded_at__gte=since).count()
    late = bool(state["unsealed"]) and (seal is None or now - seal.sealed_at > SEAL_LATE)
    return {
        "scope": f"您审计{domain.post.court_name}"
        + ("和全部没有自设审计的法院" if domain.whole else "及其下级法院")
        + f"，共{len(domain.codes)}个。",
        "cards": [
            {"label": "最近一次核验", "value": word, "note": note, "level": level, "url": reverse("audit_ledger")},
            {
                "label": "最近一次封签",
                "value": f"第{seal.seq}号" if seal else "还没有",
                "note": moment_cn(seal.sealed_at) if seal else "",
                "level": "late" if late else "",
                "url": reverse("audit_ledger"),
            },
            {
                "label": "尚未封签的步骤",
                "value": state["unsealed"],
                "level": "soon" if late else "",
                "url": reverse("audit_ledger"),
            },
            {
                "label": "三十日内的管理操作",
                "value": changed,
                "level": "blue" if changed else "",
                "url": reverse("audit_steps"),
            },
            {
                "label": "现在被锁定的账号",
                "value": locked,
                "level": "late" if locked else "",
                "url": reverse("audit_signins"),
            },
        ],
        "steps": steps_table(domain, list(admin_steps(domain).order_by("-pk")[:8])),
    }


@audit_page
def ledger(request: Any) -> HttpResponse:
    """The state of the ledger, and the length of each chain without what is in it."""
    domain: Domain = request.domain
    state = health()
    seal, chains, found = state["seal"], state["chains"], state["verified"]
    word, level, note = _verified_words(found)
    names = {f"court:{pk}": name for pk, name in Court.objects.filter(pk__in=domain.ids).values_list("pk", "name")}
    names["court:0"] = "各院共用（人员、日历、参数）"
    held = Stream.objects.filter(key__in=domain.streams)
    lengths, urls = cut(held, by("seq", down=True), request.GET, SIZE)
    rows = [
        {
            "cells": [
                {"text": names[one.key], "strong": True},
                {"text": str(one.seq)},
                {"text": str(one.seq - one.sealed_seq)},
            ]
        }
        for one in lengths
    ]
    pager = {"count_text": count_text(held.count(), COUNTED, "条链"), **urls}
    return draw(
        request,
        "admin/ledger",
        {
            "cards": [
                {"label": "最近一次核验", "value": word, "note": note, "level": level},
                {
                    "label": "最近一次封签",
                    "value": f"第{seal.seq}号" if seal else "还没有",
                    "note": moment_cn(seal.sealed_at) if seal else "",
                },
                {"label": "尚未封签的步骤", "value": state["unsealed"], "note": f"在{state['unsealed_chains']}条链中"},
                {"label": "法院链", "value": chains["courts"], "note": f"共{chains['court_steps']}步"},
                {"label": "案件链", "value": chains["files"], "note": f"共{chains['file_steps']}步，内容不在此显示"},
            ],
            "problem": found is not None and not found.ok,
            "seals_note": _seals_note(seal),
            "pager": pager,
            "table": tables.table("各法院的链", [("链", ""), ("步数", "num"), ("尚未封签", "num")], rows),
            "counts": _counted_acts(domain),
        },
    )


def _counted_acts(domain: Domain) -> dict[str, Any]:
    """How often identities were revealed and files exported, by court and month. One statement."""
    counted = Step.objects.filter(edge__in=edges(COUNTED_ACTS), post__body__court__in=domain.ids).annotate(
        month=TruncMonth("happened_on")
    )
    by_month = (
        counted.values("month", "post__body__court__name", "edge__move")
        .annotate(n=Count("pk"))
        .order_by("-month", "post__body__court__name")
    )
    rows = [
        {
            "cells": [
                {"text": f"{one['month'].year}年{one['month'].month}月"},
                {"text": one["post__body__court__name"]},
                {"text": MOVES[one["edge__move"]].title},
                {"text": str(one["n"])},
            ]
        }
        for one in by_month[:200]
    ]
    columns = [("月份", "nowrap"), ("法院", ""), ("办理", ""), ("次数", "num")]
    return tables.table("查看身份和导出的次数", columns, rows)


def _seals_note(seal: Seal | None) -> str:
    if seal is None:
        return "还没有封签。后台任务每分钟封签一次；长时间没有封签的，请运维人员检查后台任务是否在运行。"
    return f"最近的封签含{seal.leaves}条链的末端。封签文件在数据目录之外，另存一份可以证明数据没有被整体改写。"


@require_POST
@audit_page
def verify_now(request: Any) -> HttpResponse:
    """Verify everything now and keep the result; needs the public key only."""
    folder = settings.SEALS_DIR
    try:
        key = load_public(folder)
    except SealProblem:
        messages.error(request, "封签目录中没有可用的公钥，无法核验；请联系运维人员。")
        return redirect("audit_ledger")
    report = verify(folder=folder, public_key=key)
    kept.keep(folder, report, request.now)
    if report.ok:
        messages.success(request, "核验通过：链、签名、环节与封签一致。")
    else:
        messages.error(request, f"核验发现{report.found}处问题，请立即报告并保全数据，由运维人员用核验命令查看位置。")
    return redirect("audit_ledger")


# --- what administrators changed --------------------------------------------------------------------------------------
def admin_steps(domain: Domain) -> QuerySet[Step]:
    """Steps of administrators in the domain's chains, and in the common chain those of its own administrators."""
    here = Q(stream__in=domain.streams) | Q(stream="court:0", post__body__court__in=domain.ids)
    return Step.objects.filter(here, edge__in=edges(OFFICE)).select_related("actor", "post__body__court")


def _person_names(contents: list[dict[str, Any]]) -> dict[str, str]:
    """Names of the persons whose uid stands in these steps. One statement."""
    uids: set[str] = set()
    for one in contents:
        if one.get("person"):
            uids.add(one["person"])
        for row in one.get("rows", [])[:ROWS_MOST]:
            uids.add(row["key"].split(" ")[0])
            uids |= {side["deputy_of"] for side in (row["before"], row["after"]) if side and side.get("deputy_of")}
    found = [uid for uid in uids if len(uid) == 36 and uid.count("-") == 4]
    return (
        {str(uid): name for uid, name in Person.objects.filter(uid__in=found).values_list("uid", "name")}
        if found
        else {}
    )


def told(content: dict[str, Any], names: dict[str, str], most: int) -> tuple[list[dict[str, Any]], int]:
    """(lines {about, changes}, how many are left out) of an administrator's step."""
    if "rows" not in content:
        who = names.get(content.get("person", ""), "")
        what = content.get("what", "")
        if not what and content.get("body"):  # the first administrators, from the command line
            what = f"任{content['body']}，自{date_cn(content.get('from'))}"
        return [{"about": who, "changes": [{"label": "办理", "old": "", "new": what}]}], 0
    kind = content.get("kind", "")
    lines = [
        {
            "about": words.key(kind, row["key"], names, row["after"]),
            "changes": words.changes(kind, row["before"], row["after"], names),
        }
        for row in content["rows"][:most]
    ]
    return lines, max(len(content["rows"]) - most, 0)


def _title(step: Step, content: dict[str, Any]) -> str:
    kind = words.KINDS.get(content.get("kind", ""), "")
    return f"{MOVES[step.edge_id.split(':')[0]].title}" + (f"：{kind}" if kind else "")


def steps_table(domain: Domain, steps: list[Step]) -> dict[str, Any]:
    contents = [json.loads(one.content) for one in steps]
    names = _person_names(contents)
    rows = []
    for step, content in zip(steps, contents, strict=True):
        lines, left = told(content, names, ROWS_SHOWN)
        rows.append(
            {
                "when": moment_cn(step.recorded_at),
                "who": step.actor.name,
                "whose": step.post.body.court.name if step.post else "程序载入",
                "title": _title(step, content),
                "lines": lines,
                "left": left,
                "url": reverse("audit_step", args=[step.uid]) if left else "",
            }
        )
    return {"rows": rows}


@audit_page
def steps(request: Any) -> HttpResponse:
    """Who changed which post, setting, day of the calendar or account, when, old → new."""
    domain: Domain = request.domain
    want = asked(request, "act", "who", "start", "end")
    rows = admin_steps(domain)
    if want["act"] in OFFICE:
        rows = rows.filter(edge=f"{want['act']}:>")
    if want["who"]:
        rows = rows.filter(actor__name__icontains=want["who"])
    for name, lookup in (("start", "happened_on__gte"), ("end", "happened_on__lte")):
        if (day := _day(want[name])) is not None:
            rows = rows.filter(**{lookup: day})
    total = rows.order_by()[: COUNTED + 1].count()
    found, urls = cut(rows, BY_NEWEST, request.GET, SIZE)
    options = [(key, MOVES[key].title) for key in OFFICE]
    dates = [
        {"id": f"id_{name}", "name": name, "label": label, "kind": "date", "value": want[name]}
        for name, label in (("start", "自"), ("end", "至"))
    ]
    return draw(
        request,
        "admin/steps",
        {
            "title": "管理操作",
            "steps": steps_table(domain, found),
            "reset_url": request.path,
            "filters": [
                select_field("act", "办理", want["act"], options),
                search_field("who", "操作人", want["who"]),
                *dates,
            ],
            "pager": {"count_text": count_text(total, COUNTED, "次"), **urls},
            "empty": {
                "title": "没有符合条件的管理操作",
                "text": "可以减少条件。",
                "url": request.path,
                "url_label": "清除全部条件",
                "icon": "funnel",
            },
        },
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


@audit_page
def step(request: Any, uid: str) -> HttpResponse:
    """One administrator's step with all its rows."""
    domain: Domain = request.domain
    try:
        found = admin_steps(domain).filter(uid=UUID(uid)).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    content = json.loads(found.content)
    lines, left = told(content, _person_names([content]), ROWS_MOST)
    return draw(
        request,
        "admin/step",
        {
            "title": _title(found, content),
            "lines": lines,
            "left": left,
            "facts": [
                {"label": "操作人", "value": found.actor.name},
                {"label": "时间", "value": moment_cn(found.recorded_at)},
                {"label": "身份", "value": found.post.body.court.name if found.post else "程序载入"},
                {"label": "文件", "value": content.get("file", "")},
                {"label": "行数", "value": len(content.get("rows", []))},
            ],
            "crumbs": [{"label": "管理操作", "url": reverse("audit_steps")}, {"label": _title(found, content)}],
        },
    )
