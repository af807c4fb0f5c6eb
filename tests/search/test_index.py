"""The index finds what a look at every row finds: no row less for two characters, none more for punctuation."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from shuangcha.casefile import models as cf
from shuangcha.search import index
from shuangcha.search.grams import grams, pattern, written
from tests.search.conftest import Fill

PLAIN = "执行一案双查瀍河区人民法院终本违规0123488豫xs-. %_'\"\\*^:（）“”，　"
WIDE = PLAIN + "ＡaＢｂ１２３()㈠①ﬁßİıςΣ\u00e9e\u0301𠮷😀\ue020\u3000\t"


def texts(pool: str, count: int, longest: int, rng: random.Random) -> list[str]:
    return ["".join(rng.choices(pool, k=rng.randint(1, longest))) for _ in range(count)]


def queries(found: list[str], pool: str, count: int, rng: random.Random) -> list[str]:
    """Half are parts of texts that exist, half are thrown together; one to six characters."""
    parts = []
    for _ in range(count // 2):
        text = rng.choice(found)
        begin = rng.randrange(len(text))
        parts.append(text[begin : begin + rng.randint(1, 6)])
    return parts + texts(pool, count - len(parts), 6, rng)


def found_by(text: str) -> list[int]:
    return sorted(index.narrow(cf.Clue.rows.all(), "clue", text).values_list("pk", flat=True))


def test_three_thousand_texts_by_three_hundred_queries(fill: Fill) -> None:
    """Plain text: the very ids of LIKE over the rows."""
    rng = random.Random(20200520)
    made = fill(texts(PLAIN, 3000, 40, rng))
    hits = 0
    for text in queries([one.find_text for one in made], PLAIN, 300, rng):
        if written(text) == "":
            continue
        expected = sorted(cf.Clue.rows.filter(find_text__icontains=text).values_list("pk", flat=True))
        same = sorted({*expected, *_written_alike(made, text)})  # （ is found by ( too
        assert found_by(text) == same, text
        assert index.ids("clue", text, most=3000) == same[::-1], text
        hits += bool(same)
    assert 150 <= hits < 300


def test_every_writing_of_a_character_finds_every_other(fill: Fill) -> None:
    """Full width, case, ligatures, characters beyond the first plane, private ones."""
    rng = random.Random(88)
    made = fill(texts(WIDE, 3000, 40, rng))
    for text in queries([one.find_text for one in made], WIDE, 300, rng):
        same = _written_alike(made, text)
        assert index.ids("clue", text, most=3000) == same[::-1], text
        assert set(same) >= {one.pk for one in made if text in one.find_text} and found_by(text) == same


def _written_alike(made: list[Any], text: str) -> list[int]:
    return [one.pk for one in made if written(text) in written(one.find_text)]


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("瀍河", True),
        ("（2024）豫03执监", True),
        ("(2024)豫03执监", True),
        ("豫03执监88", True),
        ("ＸＳ２０２４", True),
        ("xs2024", True),
        ("查", True),
        ("8", True),
        ("号", True),
        ("3执监", True),
        ("豫03执监8号", False),
        ("河瀍", False),
        ("豫03执监 88", False),
        ("2024豫03", False),
        ("%", False),
        ("_", False),
        ("河 区", False),
        ("执监88号 洛阳市瀍河区", True),
    ],
)
def test_parts_of_a_number_a_title_and_a_court(fill: Fill, text: str, finds: bool) -> None:
    (one, *_) = fill(["XS2024-00001 “一案双查” （2024）豫03执监88号 洛阳市瀍河区人民法院", "别的"])
    assert found_by(text) == ([one.pk] if finds else [])


def test_a_pattern_is_exact() -> None:
    """`pattern(part)` stands in `grams(text)` where the part stands in the text, and nowhere else."""
    rng = random.Random(5)
    for _ in range(3000):
        text, part = ("".join(rng.choices("ab 法%", k=rng.randint(1, n))) for n in (12, 4))
        assert (pattern(part) in grams(text)) == (part in text), (text, part)


def test_several_texts_find_the_rows_of_any(fill: Fill) -> None:
    a, b, _ = fill(["（2019）豫0304执1号", "（2020）豫0304执恢2号", "（2021）豫0304执监3号"])
    numbers = ["（2019）豫0304执1号", "（2020）豫0304执恢2号", "没有"]
    assert index.ids("clue", numbers) == [b.pk, a.pk]
    assert set(index.narrow(cf.Clue.rows.all(), "clue", numbers)) == {a, b}


def test_an_empty_text_narrows_nothing(fill: Fill) -> None:
    fill(["一", "二"])
    assert index.narrow(cf.Clue.rows.all(), "clue", "").count() == 2
    assert index.ids("clue", "") == []


def test_a_common_word_is_looked_for_row_by_row(fill: Fill, monkeypatch: Any) -> None:
    made = fill([f"执行{n}" for n in range(30)] + ["别的"])
    assert index.ids("clue", "执行", most=29) is None
    assert index.ids("clue", "执行", most=30) == [one.pk for one in made[29::-1]]
    monkeypatch.setattr(index.ids, "__kwdefaults__", {"most": 5})
    assert index.ids("clue", "执行") is None
    assert found_by("执行") == [one.pk for one in made[:30]]
    assert found_by("执行2") == [made[n].pk for n in (2, *range(20, 30))]
    assert found_by("行") == [one.pk for one in made[:30]]
    assert set(index.narrow(cf.Clue.rows.all(), "clue", ["执行", "别的"])) == set(made)


def test_a_clue_and_a_matter_of_one_id_are_two(fill: Fill) -> None:
    (one,) = fill(["线索"])
    index.put("matter", one.pk, "案件")
    assert (index.ids("clue", "线索"), index.ids("matter", "线索")) == ([one.pk], [])
    assert (index.ids("clue", "案件"), index.ids("matter", "案件")) == ([], [one.pk])


def test_put_again_forgets_the_old_text(fill: Fill) -> None:
    (one,) = fill(["查封后未处置"])
    with CaptureQueriesContext(connection) as seen:
        index.put("clue", one.pk, "评估后未拍卖")
    assert len(seen) == 1
    assert (index.ids("clue", "查封"), index.ids("clue", "处"), index.ids("clue", "拍卖")) == ([], [], [one.pk])


def test_statements_are_constant(fill: Fill) -> None:
    fill([f"执行{n}" for n in range(60)])
    for text in ("执行5", "执行", "执"):
        with CaptureQueriesContext(connection) as seen:
            list(index.narrow(cf.Clue.rows.all(), "clue", text)[:20])
        assert len(seen) == 2, text


def test_rebuild_and_differences(fill: Fill) -> None:
    made = fill(["一案双查", "执行", "瀍河区", "", "%"])
    assert index.differences() == []
    index.put("clue", made[0].pk, "别的")
    index.put("clue", made[4].pk + 50, "没有这一行")
    with connection.cursor() as cursor:
        cursor.execute('DELETE FROM "search_clue" WHERE rowid = %s', [made[1].pk])
    told = index.differences()
    assert told == [
        ("clue", made[0].pk, "索引内容陈旧"),
        ("clue", made[1].pk, "未编入索引"),
        ("clue", made[4].pk + 50, "索引中多余"),
    ]
    assert index.rebuild() == 5 and index.differences() == []
    assert index.ids("clue", "案双") == [made[0].pk]


def test_a_rare_word_is_not_looked_for_in_every_row(fill: Fill) -> None:
    rng = random.Random(3)
    common = "执行违规终本查封未处置人民法院区县"
    made = fill([f"XS2020-{n:05d} " + "".join(rng.choices(common, k=20)) for n in range(20_000)])
    made += fill(["瀍河"])
    for text in ("瀍河", "瀍", "XS2020-01234", "没有"):
        sql, given = index._lookup("search_clue", [text])
        _reads_the_index(f"{sql} LIMIT 2001", given)
    assert index.ids("clue", "瀍") == [made[-1].pk]
    rows = index.narrow(cf.Clue.rows.all(), "clue", "瀍河").order_by("-pk")[:21]
    assert list(rows) == [made[-1]]
    plan = rows.explain()
    assert "SCAN casefile_clue" not in plan and "Seq Scan on casefile_clue" not in plan, plan
    common_page = index.narrow(cf.Clue.rows.filter(~Q(stage="never")), "clue", "人").order_by("-pk")[:21]
    assert len(common_page) == 21
    plan = common_page.explain()
    assert "Hash" not in plan and "Seq Scan" not in plan and "TEMP B-TREE" not in plan, plan


def _reads_the_index(sql: str, given: list[Any]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", given)
            plan = json.dumps(cursor.fetchone()[0])
            assert ("search_clue_pairs" in plan or "search_clue_singles" in plan) and "Seq Scan" not in plan, plan
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", given)
            plan = str(cursor.fetchall())
            assert "VIRTUAL TABLE INDEX 0:M" in plan, plan
