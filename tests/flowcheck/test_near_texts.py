"""F08 on texts made to mislead it: one form in thousands of cases, chance phrases,
copies with a change in every sentence."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from random import Random
from time import process_time

import duckdb
import pytest

from shuangcha.flowcheck import builtin, check_folder, read_findings

from .tools import AS_OF, make_case, numbered, store

ONLY = builtin().subset(["F08"])
SIGNS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原"
FORM = ["".join(Random(n).choice(SIGNS) for _ in range(26)) for n in range(10)]


def prose(rnd: Random, least: int, longest: int = 24) -> list[str]:
    pieces: list[str] = []
    while sum(map(len, pieces)) < least:
        pieces.append("".join(rnd.choice(SIGNS) for _ in range(rnd.randint(6, longest))))
    return pieces


def changed(pieces: list[str], every: int = 20) -> list[str]:
    """One character of each piece changed, in pieces of `every` characters and more."""
    return [
        piece[: len(piece) // 2] + "鼎" + piece[len(piece) // 2 + 1 :] if len(piece) >= every else piece
        for piece in pieces
    ]


def hits(folder: Path, texts: Iterable[list[str]]) -> tuple[dict[int, int], float]:
    """(case → per cent, CPU seconds) of records that stand in a case each;
    many of them are written by DuckDB at once."""
    folder.mkdir()
    store(folder / "data", numbered([make_case([("N35", "2020-04-01T09:00", {"text": "x"})])]))
    rows = [(number, "，".join(text) + "。") for number, text in enumerate(texts, 1)]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE made (id BIGINT, body VARCHAR)")
        con.executemany("INSERT INTO made VALUES (?, ?)", rows[:1])
        lines = folder / "made.csv"
        lines.write_text("\n".join(f"{number}\t{body}" for number, body in rows[1:]))
        con.execute(
            f"INSERT INTO made SELECT * FROM read_csv('{lines}', delim='\t', header=false, quote='', columns={{'id': 'BIGINT', 'body': 'VARCHAR'}})"
        )
        for table, more in (
            ("cases", "m.id AS case_id, '（2020）豫0302执' || m.id || '号' AS case_number"),
            ("events", "m.id AS case_id, m.id AS event_id, m.body AS text"),
        ):
            path = folder / "data" / f"{table}.parquet"
            con.execute(
                f"CREATE TABLE {table} AS SELECT t.* REPLACE ({more}) FROM read_parquet('{path}') AS t, made AS m ORDER BY m.id"
            )
            con.execute(f"COPY {table} TO '{path}' (FORMAT parquet)")
    began = process_time()
    check_folder(folder / "data", folder / "out", rules=ONLY, as_of=AS_OF)
    return {
        one.case_id: int(one.facts["percent"] or 0) for one in read_findings(folder / "out")
    }, process_time() - began


def slotted(rnd: Random, number: int) -> list[str]:
    """A form with its blanks filled in: every sentence differs from that of any other case, by a few characters."""
    return [f"{piece[:9]}{rnd.randrange(60):02}{piece[9:]}" for piece in FORM] + [
        f"{piece[:12]}{rnd.randrange(900):03}号{piece[12:]}" for piece in FORM
    ]


def test_one_form_in_ten_thousand_cases(tmp_path: Path) -> None:
    """A form, filled in or followed by what is the case's own, is no copy; two copies among them are found; and the
    time does not grow with the square: four times the cases may cost eight times, not sixteen."""
    spent = {}
    for count in (2_500, 10_000):
        rnd = Random(count)
        texts = [[*FORM, *(slotted(rnd, n) if n % 2 else prose(rnd, 230))] for n in range(count)]
        copied = texts[100]
        texts[-1] = [*FORM, *changed(copied[len(FORM) :])]
        found, spent[count] = hits(tmp_path / str(count), texts)
        assert set(found) == {101, count}
    assert spent[10_000] < 8 * spent[2_500]


@pytest.mark.parametrize("seed", [1, 2])
def test_copies_among_prose_of_the_same_phrases(tmp_path: Path, seed: int) -> None:
    """Records put together from a thousand phrases that each stand in many: every copy with a change in each long
    sentence is found, and nothing else."""
    rnd = Random(seed)
    phrases = ["".join(rnd.choice(SIGNS) for _ in range(rnd.randint(5, 16))) for _ in range(1000)]
    texts = [["".join(rnd.choice(phrases) for _ in range(rnd.randint(1, 3))) for _ in range(22)] for _ in range(1500)]
    copies = rnd.sample(range(1500), 60)
    texts += [changed(texts[place]) for place in copies]
    found, _ = hits(tmp_path / "a", texts)
    assert set(found) == {place + 1 for place in copies} | set(range(1501, 1561))
    assert all(95 <= percent <= 99 for percent in found.values())
