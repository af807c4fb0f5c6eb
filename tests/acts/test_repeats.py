"""重复反映, from 办案台 §2: hints only among what one may see, other hits become the task of who may; 并入 can be taken back."""

from __future__ import annotations

import pytest

from shuangcha.access.refusals import Invalid
from shuangcha.acts import rebuild
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from tests.plan import scenes
from tests.plan.worlds import E, S, World, Worlds


def waiting(clue: cf.Clue) -> set[str]:
    """Bodies in whose worklist the doubt about this clue stands."""
    rows = cf.Todo.rows.filter(subject_kind="clue", subject_id=clue.pk, kind="clue.not_repeat")
    return set(rows.values_list("body__kind", flat=True))


def touch(w: World, clue: cf.Clue) -> None:
    """An act on the clue works out anew whose turn it is."""
    w.act(w.clerk(clue.received_by.kind), "clue.put_forward", clue, reason="反映事项具体")


def test_the_doubt_waits_for_the_body_that_sees_both(worlds: Worlds) -> None:
    w = worlds.at("registered")
    newer, _ = scenes.doubtful(w)
    touch(w, newer)
    assert waiting(newer) == {E}


def test_nobody_is_told_of_a_clue_in_the_other_pool(worlds: Worlds) -> None:
    """执行局甲 received the older, 监察室乙 the newer: before the meeting neither learns of the other's, not even by a todo."""
    w = worlds.at("registered")
    newer, _ = scenes.doubtful(w, login=w.clerk(S))
    touch(w, newer)
    assert waiting(newer) == set()


def test_once_one_of_them_is_on_the_agenda_who_sees_both_is_asked(worlds: Worlds) -> None:
    w = worlds.at("convened")
    newer, older = scenes.doubtful(w, login=w.clerk(S))
    w.act(w.clerk(), "item.list", "item", meeting=str(w.got("meeting").uid))
    assert waiting(newer) == {S}
    w.act(w.clerk(S), "clue.not_repeat", newer, other=str(older.uid), reason="另一次查封")
    assert waiting(newer) == set()
    assert cf.Repeat.rows.get(clue=newer).verdict == "distinct"
    assert not rebuild.check(w.player.day)


def test_merged_and_taken_back_both_with_reason(worlds: Worlds) -> None:
    w = worlds.at("registered")
    newer, older = scenes.doubtful(w)
    w.act(w.clerk(), "clue.merge", newer, into=str(older.uid), reason="同一案件、同一事项")
    newer.refresh_from_db()
    assert newer.stage == "merged"
    assert not cf.Todo.rows.filter(subject_kind="clue", subject_id=newer.pk).exists()
    assert not cf.Limit.rows.filter(clue=newer, stopped_on__isnull=True).exists()
    assert not rebuild.check(w.player.day)
    w.act(w.clerk(), "clue.unmerge", newer, reason="经核对不是同一次查封")
    newer.refresh_from_db()
    assert newer.stage == "registered"
    assert cf.Limit.rows.filter(clue=newer, kind="screening", stopped_on__isnull=True).count() == 1
    told = (
        Step.objects.filter(subject_kind="clue", subject_id=newer.pk)
        .order_by("id")
        .values_list("edge__move", flat=True)
    )
    assert list(told) == ["clue.register", "clue.merge", "clue.unmerge"]
    assert cf.Repeat.rows.get(clue=newer, other=older).verdict == "undone"


@pytest.mark.parametrize("which", ["itself", "unseen", "random", "merged away"])
def test_what_nothing_is_merged_into(worlds: Worlds, which: str) -> None:
    w = worlds.at("registered")
    newer, older = scenes.doubtful(w)
    into = {
        "itself": newer.uid,
        "unseen": scenes.second_clue(w, login=w.clerk(S)).uid,
        "random": "7b0f0d9e-0000-4000-8000-000000000000",
        "merged away": older.uid,
    }[which]
    if which == "merged away":
        w.act(w.clerk(), "clue.merge", older, into=str(scenes.second_clue(w).uid), reason="同一事")
    steps = Step.objects.count()
    with pytest.raises(Invalid) as refusal:
        w.act(w.clerk(), "clue.merge", newer, into=str(into), reason="同一事")
    assert set(refusal.value.errors) == {"into"} and Step.objects.count() == steps
    newer.refresh_from_db()
    assert newer.stage == "registered"


def test_into_which_others_were_merged_is_not_merged_itself(worlds: Worlds) -> None:
    w = worlds.at("registered")
    newer, older = scenes.doubtful(w)
    w.act(w.clerk(), "clue.merge", newer, into=str(older.uid), reason="同一事")
    with pytest.raises(Invalid):
        w.act(w.clerk(), "clue.merge", older, into=str(scenes.second_clue(w).uid), reason="同一事")
