"""The tables that `bench` prints, made of what `bench.sides` took and of nothing else."""

from __future__ import annotations

import statistics
import textwrap
from typing import Any

from bench.pages import SHELL
from bench.sides import Side, Taken, p50, p95, ratio, served_ratio

GROWTH, SERVED = 1.2, 200
"""Targets that are marked where they are missed, and not judged: times flicker. A page's growth from the smaller size to
the larger, and its p95 in milliseconds when four clients ask at once."""
EXEMPT = {"figures": "sums the rows of a quarter anew at each look; the events to read instead are not kept yet"}
"""Pages from which no growth below the target is asked, and why."""


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def both(mine: dict[str, Taken], other: dict[str, Taken]) -> list[str]:
    """What both sides have, in the order of `mine`."""
    return [name for name, one in mine.items() if one.ok and name in other and other[name].ok]


def pages(side: Side, small: Side) -> list[str]:
    """One line a page of one side, with its growth since the smaller one."""
    shell = p50(side.pages[SHELL].wall)
    lines = [
        f"{'page':18}{'SQL':>4}{'raw ms':>9}{'page ms':>9}{'p95':>8}{'page/raw':>9}{'x shell':>9}"
        f"{'growth (least–most)':>21}{'served/s':>10}{'p95':>8}"
    ]
    for name, one in side.pages.items():
        if not one.ok:
            lines.append(f"{name:18}answered {one.status}")
            continue
        middle, raw = p50(one.wall), p50(one.raw)
        grown = ratio(one.wall, small.pages[name].wall) if small.pages[name].ok else None
        waited = statistics.median(turn["p95"] for turn in one.served)
        missed = (grown is not None and grown.mid > GROWTH and name not in EXEMPT) or waited > SERVED
        lines.append(
            f"{name:18}{one.statements:>4}{ms(raw):>9}{ms(middle):>9}{ms(p95(_all(one))):>8}"
            f"{middle / max(raw, 1e-6):>9.1f}{middle / shell:>9.1f}{grown or ''!s:>21}{_a_second(one):>10.1f}{waited:>8.0f}{'  *' if missed else ''}"
        )
    lines.append(f"* misses a target: growth up to {GROWTH}, p95 served to four clients up to {SERVED} ms")
    return lines


def acts(side: Side, small: Side) -> list[str]:
    shell = p50(side.pages[SHELL].wall)
    lines = [
        f"{'act, through the interface':34}{'SQL':>4}{'p50 ms':>9}{'p95':>8}{'x shell':>9}{'growth (least–most)':>21}"
    ]
    for name, one in side.acts.items():
        if not one.ok:
            lines.append(f"{name:34}answered {one.status}")
            continue
        grown = str(ratio(one.wall, small.acts[name].wall)) if name in both(side.acts, small.acts) else ""
        middle = p50(one.wall)
        lines.append(
            f"{name:34}{one.statements:>4}{ms(middle):>9}{ms(p95(_all(one))):>8}{middle / shell:>9.1f}{grown:>21}"
        )
    return lines


def against(new: Side, old: Side, revision: str) -> list[str]:
    """New beside old: below 1 the new one takes less, and above 1 it serves more a second."""
    shell = p50(new.pages[SHELL].wall)
    lines = [
        f"{'':34}{'SQL':>8}{'old ms':>9}{'new ms':>9}{'new/old (least–most)':>22}{'processor':>10}"
        f"{'served/s':>12}{'new/old (least–most)':>22}{'x shell':>8}"
    ]
    for mine, other in ((new.pages, old.pages), (new.acts, old.acts)):
        for name in both(mine, other):
            a, b = mine[name], other[name]
            line = (
                f"{name:34}{f'{b.statements}→{a.statements}':>8}{ms(p50(b.wall)):>9}{ms(p50(a.wall)):>9}"
                f"{ratio(a.wall, b.wall)!s:>22}{ratio(a.cpu, b.cpu).mid:>10.2f}"
            )
            web = f"{_a_second(b):.0f}→{_a_second(a):.0f}" if a.served else ""
            more = str(served_ratio(a, b)) if a.served else ""
            lines.append(f"{line}{web:>12}{more:>22}{p50(a.wall) / shell:>8.1f}")
    for title, mine, other in (
        ("only here", new, old),
        (f"only in {revision}", old, new),
    ):
        alone = [
            name
            for part in ("pages", "acts")
            for name, one in getattr(mine, part).items()
            if one.ok and name not in both(getattr(mine, part), getattr(other, part))
        ]
        if alone:
            lines.append(f"{title}, so not compared: {', '.join(alone)}")
    return lines


def growth(small: Side, large: Side, sizes: tuple[int, int]) -> list[str]:
    """Every page's growth, those above the target with a mark."""
    said = []
    for name in both(large.pages, small.pages):
        grown = ratio(large.pages[name].wall, small.pages[name].wall).mid
        over = grown > GROWTH
        said.append(f"{name} {grown:.2f}" + (" (exempt)" if over and name in EXEMPT else " *" if over else ""))
    text = f"growth {sizes[0]} → {sizes[1]}, * above {GROWTH}: " + ", ".join(said)
    why = [f"exempt: {name}, which {reason}" for name, reason in EXEMPT.items()]
    return [*textwrap.wrap(text, 120, subsequent_indent="  "), *why]


def touched(small: dict[str, Any], large: dict[str, Any], sizes: tuple[int, int], unit: str) -> list[str]:
    """What the reads behind the lists touch, and the same lists asked for by a condition on the whole table."""
    lines = [f"{'read (' + unit + ')':40}{sizes[0]:>10}{sizes[1]:>10}{'by condition':>14}{sizes[1]:>10}"]
    for name, after in large["touched"].items():
        before = small["touched"][name]
        plain = [str(one["conditions"].get(name, "")) for one in (small, large)]
        lines.append(f"{name:40}{before:>10}{after:>10}{plain[0]:>14}{plain[1]:>10}".rstrip())
    return lines


def refused(side: Side) -> list[str]:
    """Pages and acts of this checkout that did not answer 200."""
    parts = (*side.pages.items(), *side.acts.items())
    return [f"{side.name}: {name} answered {one.status}" for name, one in parts if one.status != 200]


def _all(one: Taken) -> list[float]:
    return [each for part in one.wall for each in part]


def _a_second(one: Taken) -> float:
    return statistics.median(turn["per_second"] for turn in one.served)
