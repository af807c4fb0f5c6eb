"""The form of a move as it is drawn: the person before it, what is typed, what is wrong, the limits it would start."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.access import attachments
from shuangcha.access.facts import Facts
from shuangcha.access.places import title_of
from shuangcha.access.situation import Situation
from shuangcha.acts.contents.base import Content
from shuangcha.acts.foresee import Foreseen, foresee
from shuangcha.acts.options import Offer
from shuangcha.casefile import models as cf
from shuangcha.plan.limits import LIMITS
from shuangcha.plan.model import Move
from shuangcha.plan.stages import label as stage_label
from shuangcha.plan.words import OFFICES, SUBJECT_KINDS

from . import display, drafts, faces, files, links, parts
from .forms import Form, bare
from .shell import draw
from .templatetags.desk_tags import date_cn
from .typed import Typed, specs
from .wording import full, spoken

LONG_WIDGETS = frozenset({"textarea", "rows", "lines"})
"""A form with such a field is kept as a draft while it is typed."""
SHORT_FORM = 4
"""Up to so many fields the working of the limits stands unfolded above them; a long form is not pushed down by it."""
HINTS = {
    "item.declare": "没有应当回避情形的，不勾选，直接点“议题回避声明”，即声明无须回避。出席人员都声明后，两机构才能提出意见。"
}
"""What a form cannot say with its fields."""


@dataclass(slots=True)
class Asked:
    """One person before the form of one move. `target` is the subject, for a creating move its parent, or nothing."""

    request: Any
    row: Move
    model: type[Content]
    target: Any
    facts: Facts
    situation: Situation

    @property
    def address(self) -> str:
        kept = {"kind": self.target.KIND, "uid": str(self.target.uid)} if self.target is not None else {}
        return reverse("move", args=[self.row.key]) + (f"?{urlencode(kept)}" if kept else "")

    @property
    def registers(self) -> bool:
        return self.row.subject == "register"

    @property
    def place(self) -> str:
        """Under which this form's draft is kept; empty for a form too short to lose, and for 查看反映人身份."""
        if self.row.key == "register.reveal" or all(one.widget not in LONG_WIDGETS for one in specs(self.model)):
            return ""
        face = faces.of(self.row.key)
        part = face.part(self) if face is not None else ""
        return drafts.place_of(
            self.row.key, *((self.target.KIND, f"{self.target.uid}{part}") if self.target is not None else ())
        )


def day_typed(text: str) -> tuple[dt.date | None, dict[str, str]]:
    if not text.strip():
        return None, {}
    try:
        return dt.date.fromisoformat(text.strip()), {}
    except ValueError:
        return None, {"happened_on": "日期请写成 2026-11-24 的样子。"}


def drawn(
    asked: Asked,
    typed: Typed,
    errors: dict[str, str] | None = None,
    *,
    status: int = 200,
    sentence: str = "",
    kept: drafts.Kept | None = None,
    draft: dict[str, Any] | None = None,
) -> HttpResponse:
    request, row, target = asked.request, asked.row, asked.target
    posted = request.POST if request.method == "POST" else kept.typed if kept is not None else {}
    if status in (409, 422) and target is not None:
        _brought_up_to_date(asked, typed)
    uids = [uid for one in specs(asked.model) if one.widget == "files" for uid in typed.get(one.name, [])]
    sent_ahead = attachments.staged(request.viewer.id, uids)
    form = _form(asked, typed, errors or {}, sent_ahead)
    fields = form.drawn()
    happened = posted.get("happened_on", "")
    backdate = _backdate(happened, form.errors.get("happened_on", ""))
    whole = [bare(text) for key, text in form.errors.items() if key not in form.placed and key != "happened_on"]
    if backdate["error"]:
        form.summary.append({"field_id": "id_happened_on", "label": "实际办理日期", "text": backdate["error"]})
    limits = foresee(
        row, target, request.viewer, asked.facts, _start(happened, request.on), str(typed.get("period", ""))
    )
    context = {
        **subject_of(target),
        "crumbs": crumbs_of(target, full(row.title)),
        "title": full(row.title),
        "article": display.article(row.article),
        "row": row,
        "joint": row.joint,
        "signs": bool(asked.situation.signing),
        "address": asked.address,
        "offices": "、".join(OFFICES[key].label for key in row.offices[:2]),
        "fields": fields,
        "backdate": backdate,
        "backdate_open": bool(happened or backdate["error"]),
        "errors": form.summary,
        "form_error": " ".join(part for part in (sentence, *whole) if part),
        "request_key": posted.get("request_key") or uuid.uuid4().hex,
        "multipart": form.multipart,
        "seen_version": None if target is None or asked.registers or row.creates else target.version,
        "hint": HINTS.get(row.key, ""),
        "limits": limits_shown(limits, unfolded=status == 200 and len(fields) <= SHORT_FORM),
        "computes": any(one.name == "period" for one in specs(asked.model)) and bool(row.starts or row.then),
        "reveals": row.key == "register.reveal",
        "stale": status == 409,
        "draft": draft or (asked.place and _draft_of(asked, kept, len(uids) - len(sent_ahead))),
    }
    face = faces.of(row.key)
    if face is not None:
        context |= face.about(asked, typed, fields)
    return draw(request, face.template if face is not None else "move_form", context, status=status)


def _form(asked: Asked, typed: Typed, errors: dict[str, str], sent_ahead: Mapping[str, Mapping[str, Any]]) -> Form:
    offer = Offer(asked.target, asked.request.viewer, asked.request.on, asked.facts)
    return Form(
        asked.model,
        typed,
        offer.of,
        errors=dict(errors),
        uploads=sent_ahead,
        suggest_url=reverse("court-suggest"),
        rules=files.rules(),
        accept=files.ACCEPT,
    )


def _brought_up_to_date(asked: Asked, typed: Typed) -> None:
    """After a refusal the form stands on the subject as it is now."""
    asked.target.refresh_from_db(fields=["stage", "version"])
    for one in specs(asked.model):
        if one.widget == "current_version":
            typed[one.name] = str(getattr(asked.target, "version_no", ""))


def _backdate(happened: str, error: str) -> dict[str, Any]:
    return parts.FIELD | {
        "id": "id_happened_on",
        "name": "happened_on",
        "label": "实际办理日期",
        "kind": "date",
        "value": happened,
        "help": "以前已在纸面办理、现在补录的才填；当天办理的不填。补录的办理经过会加注“补录”。",
        "error": error,
    }


def _draft_of(asked: Asked, kept: drafts.Kept | None, lost: int) -> dict[str, Any]:
    """The draft of this form; `lost` of its attachments were not sent in time."""
    request = asked.request
    note = f"草稿中有{lost}个附件已超过24小时，请重新上传" if kept is not None and lost > 0 else ""
    return drafts.of(request.viewer.id, asked.place, kept, request.now, version=_known_draft(request), note=note)


def _known_draft(request: Any) -> int | None:
    return drafts.version_of(request.POST.get("draft_version", "")) if request.method == "POST" else None


def _start(text: str, on: dt.date) -> dt.date:
    day = day_typed(text)[0]
    return day if day is not None and day <= on else on


def subject_of(subject: cf.Subject | None) -> dict[str, Any]:
    if subject is None:
        return {"subject": None}
    return {
        "subject": {
            "kind": SUBJECT_KINDS[subject.KIND].label,
            "title": title_of(subject),
            "stage": stage_label(subject.KIND, subject.stage),
            "url": links.of(subject),
        }
    }


def crumbs_of(subject: cf.Subject | None, title: str) -> list[dict[str, str]]:
    first = [{"label": "工作台", "url": reverse("home")}]
    if subject is not None:
        first.append({"label": title_of(subject) or SUBJECT_KINDS[subject.KIND].label, "url": links.of(subject)})
    return [*first, {"label": title, "url": ""}]


def limits_shown(found: list[Foreseen], *, unfolded: bool = True) -> list[dict[str, Any]]:
    """With their working in sight; folded when the reader first has something to mend."""
    return [
        {
            "label": LIMITS[one.limit.kind].label,
            "period": spoken(one.period),
            "due": date_cn(one.limit.due),
            "mark": display.MARKS.get(one.limit.mark, ""),
            "note": full(LIMITS[one.limit.kind].note),
            "working": {**display.working(one.limit), "open": unfolded and len(found) <= 2},
        }
        for one in found
    ]
