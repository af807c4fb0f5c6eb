"""其他途径: a letter about the judgment itself, set aside with reason and basis."""

from __future__ import annotations

from ..cast import cast
from ..scenes import Teller
from ..story import Story


def play(t: Teller) -> None:
    mid = cast("豫03")
    t.on("2026-09-14").register(
        mid.enforcement_clerk,
        subject_court="豫0326",
        source="other",
        source_facts={"way": "市长热线转来", "on": "2026-09-11"},
        received_on="2026-09-14",
        title="对生效判决不服",
        summary="来电人对判决结果不服，没有反映执行行为或者执行人员的问题。",
        allegations=[{"kind": "handling", "text": "认为判决不公"}],
    )
    t.on("2026-09-17").act(
        mid.enforcement_clerk,
        "clue.set_aside",
        t.clue,
        reason="不反映执行问题，已告知申请再审途径",
        basis="方案四(一)所列来源均指涉执行问题",
    )
    t.register_papers()


STORY = Story("set_aside_letter", "热线转来：不涉执行，搁置存查", play, ends="set_aside")
