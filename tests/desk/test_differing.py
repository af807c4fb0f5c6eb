"""Two texts compared: the pieces join to both, a small change is small, long texts take a moment."""

from __future__ import annotations

import pytest

from shuangcha.desk import differing


# --- differences ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", ""),
        ("查封后九个月未拍卖。", "查封后十个月未启动拍卖。"),
        ("甲。乙。丙。", "甲。丙。丁。"),
        ("", "新写的。"),
        ("删掉。", ""),
        ("第一段\n第二段\n", "第一段\n第二段改\n第三段"),
        ("完全不同的一句话。", "Zzzz"),
        ("瀍璟珺喆。" * 50, "瀍璟珺喆。" * 49),
    ],
)
def test_pieces_join_to_both_texts(old: str, new: str) -> None:
    pieces = differing.differences(old, new)
    assert "".join(one.text for one in pieces if one.kind != "new") == old
    assert "".join(one.text for one in pieces if one.kind != "gone") == new
    assert (differing.summed(pieces) == "没有变化") == (old == new)


def test_a_small_change_is_shown_small() -> None:
    pieces = differing.differences("本院查封后九个月未启动评估拍卖程序。", "本院查封后十个月未启动评估拍卖程序。")
    assert [(one.kind, one.text) for one in pieces if one.kind != "same"] == [("gone", "九"), ("new", "十")]


def test_two_long_texts_are_compared_in_a_moment() -> None:
    import random
    import time

    chance = random.Random(7)
    old = "".join(f"第{n}句{''.join(chance.choices('天地玄黄宇宙洪荒', k=30))}。" for n in range(500))
    new = "".join(f"第{n}句{''.join(chance.choices('日月盈昃辰宿列张', k=30))}。" for n in range(500))
    began = time.perf_counter()
    differing.differences(old, new)
    assert time.perf_counter() - began < 2
