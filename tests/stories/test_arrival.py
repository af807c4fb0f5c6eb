"""Each whole matter arrives at its declared end, and together they go every way that 方案四 names."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db
KEYS = (
    "on_paper",
    "sealed_house",
    "slow_freeze",
    "ended_court",
    "old_number",
    "about_president",
    "three_levels",
    "reopened",
    "returned_opinion",
    "extended",
    "taken_over",
    "put_off",
    "own_court",
    "wages",
    "inspection_report",
    "set_aside_letter",
)
Told = dict[str, dict[str, Any]]


@pytest.mark.parametrize("key", KEYS)
def test_story_arrives(key: str, told: Told) -> None:
    one = told[key]
    assert one["error"] == ""
    assert (one["stage"], one["arrived"]) == (one["expected"], True)


def test_every_story_is_listed_here(told: Told) -> None:
    assert set(KEYS) == set(told)
    assert len(told) >= 12


def test_all_ten_sources(told: Told) -> None:
    """方案四(一): ten."""
    assert len({one["source"] for one in told.values()}) == 10


def _done(told: Told) -> list[dict[str, Any]]:
    return [line for one in told.values() for line in one["steps"] if line["status"] != "proposed"]


def test_all_six_ways_of_investigation(told: Told) -> None:
    """方案四(七)1–6."""
    articles = {line["article"] for line in _done(told) if line["subject"] == "record"}
    assert articles == {f"方案四(七){n}" for n in range(1, 7)}


def test_four_dispositions_in_nine_ways(told: Told) -> None:
    """方案四(九)1–4: each is issued, answered, proven, checked and closed."""
    closed = {line["kind"] for line in _done(told) if line["move"].endswith("_close")}
    assert closed == {
        "correct_self",
        "correct_filing",
        "urge",
        "improve",
        "refer_discipline",
        "refer_crime",
        "talk",
        "circular",
        "assess",
    }


@pytest.mark.parametrize(
    "move",
    [
        "item.start_directly",
        "item.defer",
        "item.decline",
        "clue.reopen",
        "clue.withdraw_submission",
        "clue.pass_on",
        "clue.set_aside",
        "clue.give_inspection_opinion",
        "assignment.recall",
        "assignment.grant_extension",
        "assignment.refuse_extension",
        "matter.supervise_on_site",
        "matter.take_over",
        "round.order_supplement",
        "round.change_team",
        "report.withdraw",
        "opinion.deputy_return",
        "opinion.deputy_change",
        "opinion.head_change",
        "opinion.superior_approve",
        "duty.relay",
        "duty.recall",
        "duty.send_back",
        "duty.appease",
        "duty.tell_unfounded",
        "duty.clarify",
        "matter.recuse_self",
        "matter.disclose",
        "report.sign_own",
        "register.paper",
    ],
)
def test_branches_are_walked(move: str, told: Told) -> None:
    assert any(line["move"] == move for line in _done(told))


def test_three_levels_of_courts(told: Told) -> None:
    """One matter with hops, never a tree of matters: 高院, 中院 and 基层 act in it."""
    posts = {line["post"].split(" ")[0] for line in told["three_levels"]["steps"]}
    assert {"河南省高级人民法院", "洛阳市中级人民法院", "洛阳市涧西区人民法院"} <= posts


def test_joint_acts_are_signed_by_two_persons_of_two_bodies(told: Told) -> None:
    """方案四(五) 联合."""
    from shuangcha.audit.models import Step

    joint = Step.objects.filter(edge__joint=True).prefetch_related("proposal__signatures__body")
    assert joint.count() > 100
    for step in joint:
        signatures = list(step.proposal.signatures.all())
        assert len({one.person_id for one in signatures}) == 2
        assert {one.body.kind for one in signatures} == {"enforcement", "supervision"}
