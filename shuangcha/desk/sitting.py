"""A joint meeting before one reader: one row an item, with both bodies' positions, recusals,
the decision and its reason.

Only what the reader may see is counted, numbered and asked of; everything is read in a fixed number of statements.
"""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import reverse

from shuangcha.access import children, reading, scope
from shuangcha.access.actions import Action, actions_on
from shuangcha.access.facts import Facts
from shuangcha.access.places import clue_of, matter_of, title_of
from shuangcha.acts.options import Offer
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.casefile.models.meeting import FROM_FACTS
from shuangcha.courts.people import Viewer
from shuangcha.papers.kinds.minutes import ENDS, Talk, decision_lines, talks_of
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import ITEM_KINDS, OFFICES, STANCES

from . import display, inline, links, parts
from .inline import Sent
from .labelled import labelled

BODIES = ("enforcement", "supervision")
STANCE_STATE = {"agree": "signed", "disagree": "returned", "reserve": "waiting"}
SAID = ("item.declare", "item.take_position")


def anchor(item: cf.Item) -> str:
    """Where the row of an item stands on the page."""
    return f"item-{str(item.uid)[:8]}"


class Sitting:
    """The agenda with what was said and decided, and the forms that this reader may send now."""

    def __init__(self, request: Any, meeting: cf.Meeting, sent: Sent | None = None) -> None:
        self.request, self.meeting, self.sent = request, meeting, sent
        self.viewer: Viewer = request.viewer
        talks = talks_of(meeting)
        rows = scope.visible(self.viewer, "item").filter(pk__in=[one.item.pk for one in talks])
        self.seen: dict[int, cf.Item] = {one.pk: one for one in rows}
        self.talks = [one for one in talks if one.item.pk in self.seen]
        self.whole = len(self.talks) == len(talks)
        self.items = [self.seen[one.item.pk] for one in self.talks]
        self.facts = Facts(meeting)
        self.facts.meeting_items = [one for one in self.items if one.meeting_id == meeting.pk]
        for one in self.facts.meeting_items:
            one.meeting = meeting
        self.positions, self.declarations = children.said_on(self.items)

    @property
    def live(self) -> bool:
        return self.meeting.stage in ("convened", "in_session")

    @cached_property
    def proposals(self) -> dict[int, list[Proposal]]:
        found: dict[int, list[Proposal]] = {}
        ids = [one.pk for one in self.items]
        for one in reading.open_proposals(Q(subject_kind="item", subject_id__in=ids)) if ids else ():
            found.setdefault(one.subject_id, []).append(one)
        return found

    @cached_property
    def allegations(self) -> dict[int, list[cf.Allegation]]:
        """反映事项 of each item: of its clue, or of the clues of its matter. Two statements."""
        by_clue, by_matter = children.allegations_of(self.items)
        return {
            one.pk: by_matter.get(one.matter_id or 0, []) if one.matter_id else by_clue.get(one.clue_id or 0, [])
            for one in self.items
        }

    @cached_property
    def reports(self) -> dict[int, list[cf.Report]]:
        return children.reports_of([one.matter_id for one in self.items if one.matter_id])

    @cached_property
    def opinions(self) -> dict[int, list[cf.InspectionOpinion]]:
        return children.inspection_opinions_of([one.clue_id for one in self.items if one.clue_id])

    def facts_of(self, item: cf.Item) -> Facts:
        """What the guards and choices of one item ask for, out of the lists read for all of them."""
        own = Facts(item)
        own.attendances, own.meeting_items = self.facts.attendances, self.facts.meeting_items
        own.positions, own.declarations = self.positions.get(item.pk, []), self.declarations.get(item.pk, [])
        own.allegations = self.allegations.get(item.pk, [])
        own.inspection_opinions = self.opinions.get(item.clue_id or 0, [])
        own.reports = self.reports.get(item.matter_id or 0, [])
        return own

    # --- rows ---
    def rows(self) -> list[dict[str, Any]]:
        return [self._row(n, talk, self.seen[talk.item.pk]) for n, talk in enumerate(self.talks, 1)]

    def _row(self, n: int, talk: Talk, item: cf.Item) -> dict[str, Any]:
        container = matter_of(item) or clue_of(item)
        here = item.meeting_id == self.meeting.pk
        facts = self.facts_of(item)
        on_it = self.proposals.get(item.pk, [])
        actions = (
            actions_on(item, self.viewer, self.request.on, facts=facts, proposals=on_it)
            if here and item.stage == "listed"
            else []
        )
        declared = _declared(talk)
        done = {one.person_id for one in self.declarations.get(item.pk, [])} if here else set()
        court = (
            container.target_court.name
            if isinstance(container, cf.Matter)
            else container.subject_court.name
            if container
            else ""
        )
        row: dict[str, Any] = parts.AGENDA | {
            "n": n,
            "anchor": anchor(item),
            "uid": str(item.uid),
            "version": item.version,
            "title": title_of(item),
            "kind": ITEM_KINDS[item.kind].label,
            "url": links.of(item),
            "about_url": links.of(container) if container is not None else "",
            "court": court,
            "urgent": bool(getattr(container, "urgent", False)),
            "allegations": [one.text for one in facts.allegations],
            "reports": [links.of(one) for one in facts.reports[-1:]],
            "stage": display.stage(item) if here else {"text": "暂缓", "css": "pill-amber"},
            "sides": sides(talk, self.positions.get(item.pk, []) if here else []),
            "declared": declared,
            "waiting": [one.person.name for one in self.facts.attendances if one.person_id not in done]
            if here and item.stage == "listed"
            else [],
            "decided": decision_lines(talk) if talk.decision is not None else [],
            "decided_on": display.moment_cn(talk.decision.recorded_at) if talk.decision is not None else "",
            "proposals": [self._proposal(one, actions) for one in on_it],
            "take_off": next(
                (
                    links.move_url(one.move.key, item.KIND, item.uid)
                    for one in actions
                    if one.move.key == "item.take_off" and one.enabled
                ),
                "",
            ),
            "open": here and item.stage == "listed",
            "done": talk.decision is not None,
        }
        if self.meeting.stage == "in_session" and actions:
            row |= self._forms(item, actions, Offer(item, self.viewer, self.request.on, facts))
        return row

    def _forms(self, item: cf.Item, actions: list[Action], offer: Offer) -> dict[str, Any]:
        by_key = {one.move.key: one for one in actions}
        found: dict[str, Any] = {"decisions": [], "why_not": []}
        for name, key in (("declare", SAID[0]), ("position", SAID[1])):
            action = by_key.get(key)
            if action is not None and action.enabled:
                found[name] = inline.drawn(action, item, offer, self._address(key, item), self.sent)
        mine = by_key.get(SAID[1])
        if mine is not None and not mine.enabled and "declare" not in found:
            found["position_not"] = mine.reason
        found["own"] = next(
            (
                post.body_kind
                for post in self.viewer.posts
                if post.body_kind in BODIES and post.court_id == item.court_id
            ),
            "",
        )
        for action in actions:
            if action.move.key not in ENDS or action.verb == "sign":
                continue
            if action.enabled:
                found["decisions"].append(
                    inline.drawn(action, item, offer, self._address(action.move.key, item), self.sent)
                )
            else:
                found["why_not"].append({"title": display.title(action.move), "reason": action.reason})
        reasons = {one["reason"] for one in found["why_not"]}
        if len(reasons) == 1 and not found["decisions"]:  # one sentence for all of them
            found["why_not"] = [{"title": "", "reason": reasons.pop()}]
        found["why_not"] = [{**one, "reason": display.full(one["reason"])} for one in found["why_not"]]
        found["any_open"] = any(one["open"] for one in found["decisions"])
        return found

    def _address(self, key: str, item: cf.Item) -> str:
        return reverse("meeting_item_act", args=[str(self.meeting.uid), str(item.uid), key])

    def _proposal(self, one: Proposal, actions: list[Action]) -> dict[str, Any]:
        """What one body lays before the other: content, who has signed, and this reader's signature."""
        move = MOVES[one.move]
        signed = {each.body.kind: each for each in one.signatures.all()}
        names = {each.body.kind: each.body.local_name for each in self.facts.attendances}
        marks = []
        for key in move.offices[:2]:
            kind = OFFICES[key].body_kind
            mark = signed.get(kind)
            name = names.get(kind, OFFICES[key].label)
            text = (
                f"{name}{mark.person.name}已于{display.moment_cn(mark.signed_at)}签署"
                if mark
                else f"{name}负责人待签署"
            )
            marks.append({"done": mark is not None, "text": text})
        action = next((each for each in actions if each.proposal is not None and each.proposal.pk == one.pk), None)
        mine = one.proposer_body_id in self.viewer.bodies() and all(
            each.person_id == one.proposer_id for each in signed.values()
        )
        return {
            "title": display.title(move),
            "marks": marks,
            "content": labelled(one.move, json.loads(one.content), {}),
            "opened": display.moment_cn(one.opened_at),
            "sha": one.content_sha,
            "request_key": uuid.uuid4().hex,
            "sign_url": reverse("meeting_sign", args=[str(self.meeting.uid), one.uid])
            if action is not None and action.enabled
            else "",
            "reason": display.full(action.reason) if action is not None and action.reason else "",
            "withdraw_url": reverse("meeting_withdraw", args=[str(self.meeting.uid), one.uid]) if mine else "",
        }

    # --- before the meeting ---
    def queue(self) -> list[dict[str, Any]]:
        """Items of this court that wait and that the reader may see."""
        may = any(post.body_kind in BODIES and post.court_id == self.meeting.court_id for post in self.viewer.posts)
        return [
            {
                "uid": str(one.uid),
                "version": one.version,
                "title": title_of(one),
                "kind": ITEM_KINDS[one.kind].label,
                "url": links.of(one),
                "anchor": anchor(one),
                "urgent": bool(getattr(matter_of(one) or clue_of(one), "urgent", False)),
                "may": may,
                "revisit": display.date_cn(one.revisit_on) if one.revisit_on else "",
            }
            for one in children.queued_items(self.meeting.court_id, self.viewer)
        ]

    def may_order(self) -> bool:
        own = any(post.body_kind in BODIES and post.court_id == self.meeting.court_id for post in self.viewer.posts)
        return self.live and own

    def confirmations(self) -> list[dict[str, Any]]:
        """传签: what each who takes part has confirmed in writing, over the items that the reader may see."""
        found = []
        for one in self.facts.attendances:
            declared = [each for talk in self.talks for each in talk.declared if each.actor_id == one.person_id]
            recused = sum(1 for each in declared if json.loads(each.content)["recused"])
            spoken = sum(1 for talk in self.talks if any(step.actor_id == one.person_id for step in talk.positions))
            left = sum(1 for talk in self.talks if talk.decision is None and one.person_id not in self._said_on(talk))
            parts = [
                f"声明无应当回避情形{len(declared) - recused}项" if len(declared) > recused else "",
                f"声明回避{recused}项" if recused else "",
                f"提出本机构意见{spoken}项" if spoken else "",
            ]
            found.append(
                {
                    "name": one.person.name,
                    "body": one.body.local_name,
                    "done": not left,
                    "left": left,
                    "text": "，".join(filter(None, parts)) or "尚未确认",
                    "last": max((display.moment_cn(each.recorded_at) for each in declared), default=""),
                }
            )
        return found

    def _said_on(self, talk: Talk) -> set[int]:
        return {one.person_id for one in self.declarations.get(talk.item.pk, [])} | {
            step.actor_id for step in talk.declared
        }

    def to_declare(self, rows: list[dict[str, Any]]) -> int:
        """How many items still wait for this reader's own declaration."""
        return sum(1 for one in rows if one.get("declare"))


def ordered(rows: list[dict[str, Any]]) -> None:
    """Put into each open row before which neighbour the buttons 上移 and 下移 put it; an empty string is the end."""
    uids = [one["uid"] for one in rows]
    for n, one in enumerate(rows):
        if not one["open"]:
            continue
        if n > 0:
            one["up"] = {"before": uids[n - 1]}
        if n + 1 < len(rows):
            one["down"] = {"before": uids[n + 2] if n + 2 < len(rows) else ""}


def _declared(talk: Talk) -> list[dict[str, Any]]:
    found = [{"name": name, "recused": True, "text": FROM_FACTS} for name in talk.excused]
    for step in talk.declared:
        content = json.loads(step.content)
        found.append(
            {
                "name": step.actor.name,
                "recused": content["recused"],
                "text": f"声明回避：{content['reason']}" if content["recused"] else "无应当回避情形",
            }
        )
    return found


def sides(talk: Talk, rows: list[cf.Position]) -> list[dict[str, Any]]:
    """Both bodies' positions as they read today; of an item that was put off, as the ledger has them."""
    by_kind: dict[str, tuple[str, str, str, str]] = {}
    for step in talk.positions:
        if step.post is not None:
            content = json.loads(step.content)
            by_kind[step.post.body.kind] = (
                step.post.body.local_name,
                content["text"],
                step.actor.name,
                content["stance"],
            )
    for one in rows:
        by_kind[one.body.kind] = (one.body.local_name, one.text, one.person.name, one.stance)
    return [side(kind, by_kind.get(kind)) for kind in BODIES]


def side(kind: str, said: tuple[str, str, str, str] | None) -> dict[str, Any]:
    """One body for parts/bodies_panel.html: (name of the body, text, who spoke, stance), or not yet."""
    found: dict[str, Any] = parts.SIDE | {
        "kind": kind,
        "title": f"{OFFICES[kind].label}意见",
        "state": "waiting",
        "state_label": "待提出",
    }
    if said is not None:
        name, text, signer, stance = said
        found |= {
            "role_note": name,
            "text": text,
            "signer": signer,
            "state": STANCE_STATE.get(stance, "signed"),
            "state_label": STANCES[stance].label,
        }
    return found
