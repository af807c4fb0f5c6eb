"""Both bodies' joint acts in a matter: who signed which content when, that very content,
and what changed since the time before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from shuangcha.access import children, chronicle, reading, scope
from shuangcha.access.actions import Action
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.courts.people import Viewer

from . import differing, display
from .labelled import labelled, uids_in
from .matter_parts import Parts
from .matter_tabs import heading
from .shell import business_page, draw
from .templatetags.desk_tags import moment_cn

STATUS = {
    Proposal.OPEN: ("等待签署", "pill-amber"),
    Proposal.EXECUTED: ("两机构均已签署，已生效", "pill-green"),
    Proposal.WITHDRAWN: ("已撤回，未生效", "pill-grey"),
    Proposal.DEAD: ("因情况变化失效，未生效", "pill-grey"),
}
SINCE = {
    Proposal.EXECUTED: "上一次生效的",
    Proposal.WITHDRAWN: "撤回的",
    Proposal.DEAD: "失效的",
    Proposal.OPEN: "上一次提请的",
}


def names_in(proposals: Iterable[Proposal]) -> dict[str, str]:
    """Words for persons and courts that the contents point at; two statements, or none."""
    wanted = {uid for one in proposals for uid in uids_in(one.move, json.loads(one.content))}
    return (
        {**reading.people_named(wanted), **reading.courts_named(uid for uid in wanted if len(uid) != 36)}
        if wanted
        else {}
    )


def panel(
    proposal: Proposal, before: Proposal | None, actions: Iterable[Action], viewer: Viewer, names: dict[str, str]
) -> dict[str, Any]:
    """Both bodies over one content, with what it changed of the content before it."""
    text, css = STATUS[proposal.status]
    found = display.bodies_panel(proposal, actions, viewer, names)
    return {
        **found,
        "status": text,
        "status_css": css,
        "closed": moment_cn(proposal.closed_at),
        "open": proposal.status == Proposal.OPEN,
        "since": since(proposal, before, names),
    }


def since(proposal: Proposal, before: Proposal | None, names: dict[str, str]) -> dict[str, Any] | None:
    """What differs from the content before it of the same act on the same subject; None where there was none."""
    if before is None:
        return None
    old, new = (labelled(one.move, json.loads(one.content), names) for one in (before, proposal))
    return {
        "label": f"{moment_cn(before.opened_at)}{SINCE[before.status]}内容",
        "sha": display.fingerprint(before.content_sha),
        "rows": differing.of_contents(old, new),
        "signed": [one.body.local_name for one in before.signatures.all()],
    }


def before_of(proposals: list[Proposal]) -> dict[int, Proposal]:
    """For each proposal the newest before it of the same act on the same subject. `proposals` stand newest first."""
    found: dict[int, Proposal] = {}
    last: dict[tuple[str, str, int], Proposal] = {}
    for one in reversed(proposals):
        key = (one.move, one.subject_kind, one.subject_id)
        if key in last:
            found[one.pk] = last[key]
        last[key] = one
    return found


def text_changes(proposal: Proposal, reports: Iterable[cf.Report]) -> dict[str, Any] | None:
    """A report is signed by its version: where it stands at another one now, the two texts can be compared."""
    if proposal.subject_kind != "report" or proposal.move not in ("report.sign", "report.sign_own"):
        return None
    signed = int(json.loads(proposal.content).get("version", 0))
    for n, report in enumerate(reports, 1):
        if report.pk == proposal.subject_id and signed and report.version_no != signed:
            query = f"?left={n}-{signed}&right={n}-{report.version_no}"
            return {
                "signed": signed,
                "now": report.version_no,
                "url": reverse("matter_compare", args=[str(report.matter.uid)]) + query,
            }
    return None


@business_page
def joint(request: Any, uid: str) -> HttpResponse:
    """All joint acts of a matter that this reader is told, newest first."""
    viewer: Viewer = request.viewer
    found: cf.Matter = scope.find(viewer, "matter", uid)
    facts = children.matter_facts(found, viewer)
    proposals = chronicle.joint_acts(found, viewer)
    reading.looked(viewer, found, "两机构签署", request.now)
    parts = Parts(found, facts, proposals, viewer, request.on, [], [])
    names, before = names_in(proposals), before_of(proposals)
    rows = []
    for one in proposals:
        subject = parts.named.get((one.subject_kind, one.subject_id))
        if subject is not None:
            acts = parts.acts_on(subject) if one.status == Proposal.OPEN else []
            rows.append(
                {
                    **panel(one, before.get(one.pk), acts, viewer, names),
                    "about": parts.name(subject),
                    "text_changes": text_changes(one, facts.reports),
                }
            )
    return draw(request, "matter_joint", {**heading(found, "matter_joint"), "panels": rows})
