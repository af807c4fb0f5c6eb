"""The tables of `bench` over made-up figures: ratios by round, what is marked, exempt, compared or only named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import table
from bench.sides import Side, Taken, four, p50, ratio, served_ratio


def taken(*rounds: list[float], a_second: float = 50.0, p95: float = 20.0, status: int = 200) -> Taken:
    """So many seconds in each round, the SELECTs a tenth of it."""
    web = [{"per_second": a_second, "p95": p95} for _ in rounds]
    raw = [[one / 10 for one in part] for part in rounds]
    return Taken(status, 7, list(rounds), [list(part) for part in rounds], raw, web)


def side(name: str, **pages: Taken) -> Side:
    return Side(name, {}, "", Path(), {}, Path(), pages)


SMALL = side("small", shell=taken([0.004], [0.004]), matters=taken([0.010], [0.020]), figures=taken([0.010], [0.010]))
LARGE = side("large", shell=taken([0.004], [0.004]), matters=taken([0.013], [0.026]), figures=taken([0.086], [0.086]))


def test_a_ratio_is_of_each_round_so_a_slow_minute_falls_out() -> None:
    found = ratio([[0.010], [0.100], [0.030]], [[0.005], [0.050], [0.010]])
    assert (round(found.mid, 6), round(found.least, 6), round(found.most, 6)) == (2.0, 2.0, 3.0)
    assert str(found) == "2.00 (2.00–3.00)"


def test_more_served_is_a_ratio_above_one() -> None:
    assert served_ratio(taken([1.0], a_second=90.0), taken([1.0], a_second=30.0)).mid == pytest.approx(3.0)


def test_growth_marks_what_passes_the_target_and_exempts_by_name() -> None:
    text = " ".join(table.growth(SMALL, LARGE, (10, 1000)))
    assert "growth 10 → 1000, * above 1.2: shell 1.00, matters 1.30 *, figures 8.60 (exempt)" in text
    assert f"exempt: figures, which {table.EXEMPT['figures']}" in text


def test_a_page_at_the_target_is_not_marked() -> None:
    large = side("large", shell=taken([0.004]), matters=taken([0.012]))
    small = side("small", shell=taken([0.004]), matters=taken([0.010]))
    assert "*" not in " ".join(table.growth(small, large, (1, 2))).partition(": ")[2]
    assert [line for line in table.pages(large, small) if line.endswith("*")] == []


def test_pages_are_multiples_of_the_shell_and_marked() -> None:
    lines = {line.split()[0]: line.split() for line in table.pages(LARGE, SMALL)[1:]}
    #                              SQL  raw    page    p95    /raw   shell   growth (least–most)     served  p95
    assert " ".join(lines["matters"]) == "matters 7 1.9 19.5 26.0 10.0 4.9 1.30 (1.30–1.30) 50.0 20 *"
    assert lines["figures"][-1] != "*", "exempt"
    assert lines["shell"][6] == "1.0"


def test_a_page_that_keeps_four_clients_waiting_is_marked() -> None:
    slow = side("large", shell=taken([0.004]), matters=taken([0.010], p95=201.0))
    small = side("small", shell=taken([0.004]), matters=taken([0.010]))
    assert [line.split()[0] for line in table.pages(slow, small) if line.endswith("*")] == ["matters"]


def test_only_what_both_revisions_have_is_compared_and_the_rest_is_named() -> None:
    old = side("old", shell=taken([0.008]), matters=taken([0.020], a_second=25.0), gone=taken([0.1]))
    new = side("new", shell=taken([0.004]), matters=taken([0.010]), gone=Taken(404), figures=taken([0.086]))
    old.pages["figures"] = Taken(status=404)
    new.acts["clue.put_forward"], old.acts["clue.put_forward"] = taken([0.01]), Taken(status=409)
    lines = table.against(new, old, "v1")
    compared = {line.split()[0]: line.split() for line in lines[1:] if "→" in line}
    assert set(compared) == {"shell", "matters"}
    said = "matters 7→7 20.0 10.0 0.50 (0.50–0.50) 0.50 25→50 2.00 (2.00–2.00) 2.5"
    assert " ".join(compared["matters"]) == said
    assert lines[-2:] == [
        "only here, so not compared: figures, clue.put_forward",
        "only in v1, so not compared: gone",
    ]
    assert table.refused(new) == ["new: gone answered 404"]


def test_the_median_is_of_all_rounds() -> None:
    assert p50([[1.0, 2.0], [3.0]]) == 2.0


def test_four_connections_ask_as_often_as_they_must_and_a_wrong_status_is_no_figure() -> None:
    asked: list[int] = []

    def answers(status: int) -> int:
        asked.append(status)
        return status

    assert four(lambda: lambda: answers(200), 0, least=2)["per_second"] > 0
    assert len(asked) == 8
    with pytest.raises(RuntimeError, match="answered 503"):
        four(lambda: lambda: answers(503), 0, least=1)
