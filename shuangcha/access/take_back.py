"""撤回 of a proposal: one rule for the door, the pages and the interface."""

from __future__ import annotations

from shuangcha.audit.models import Proposal
from shuangcha.courts.people import Viewer

CLOSED = "该提请已经办结、撤回或失效。"


def why_not(proposal: Proposal, viewer: Viewer) -> str:
    """The sentence why this person cannot take the proposal back; empty where he can: anybody of the body that proposed, for
    as long as no other body has signed. The proposal's signatures are at hand."""
    if proposal.status != Proposal.OPEN:
        return CLOSED
    if proposal.proposer_body_id not in viewer.bodies():
        return "只有提请的机构可以撤回。"
    if any(one.body_id != proposal.proposer_body_id for one in proposal.signatures.all()):
        return "另一机构已经签署，不能撤回。"
    return ""
