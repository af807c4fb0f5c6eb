"""SQL of a limit: nominal end, stops, roll. The same arithmetic as `days` (and so as `periods`)."""

from __future__ import annotations

from ...periods import Period, Unit
from ..bulk.plan import Plan, day_of
from ..select import Sel


def between(first: str, last: str) -> str:
    """SQL: natural days from one day to another."""
    return f"date_diff('day', {first}, {last})"


def nominal_sql(period: Period, start: str) -> tuple[str, str]:
    """(joins, expression) of the nominal end of a period that starts on the day `start`."""
    if period.unit is Unit.DAY:
        return "", f"({start} + {period.count})"
    if period.unit is Unit.WORKING_DAY:
        joins = f"JOIN cal AS cw ON cw.d = {start} JOIN workdays AS w ON w.n = cw.cum + {period.count}"
        return joins, "w.d"
    months = period.count * (12 if period.unit is Unit.YEAR else 1)
    return "", f"CAST({start} + INTERVAL {months} MONTH AS DATE)"


def least_days(period: Period) -> int:
    """Natural days that the period lasts at least: a cheap filter before any join."""
    if period.unit in (Unit.DAY, Unit.WORKING_DAY):
        return period.count
    return period.count * (12 if period.unit is Unit.YEAR else 1) * 28


def late_sql(plan: Plan, pairs: str, period: Period, stops: tuple[str, ...]) -> str:
    """CTEs ending in `judged`: the pairs whose `last` day lies after their due day.

    `pairs` selects case_id, key, start_on, ks, kt, last, done, ext (a day until which the period was extended, or
    NULL). `judged` adds nominal, due, lost (days deducted: working days where the limit is in working days).
    """
    joins, nominal = nominal_sql(period, "p.start_on")
    text = f"""
WITH pairs AS ({pairs}),
measured AS (SELECT p.*, {nominal} AS nominal FROM pairs AS p {joins} WHERE p.last > p.start_on + {least_days(period)}),
rolled AS (
  SELECT m.*, greatest(c1.next_wd, coalesce(c2.next_wd, c1.next_wd)) AS due
  FROM measured AS m JOIN cal AS c1 ON c1.d = m.nominal LEFT JOIN cal AS c2 ON c2.d = m.ext WHERE m.last > m.nominal),
late AS (SELECT * FROM rolled WHERE last > due)"""
    if not stops:
        return text + ",\njudged AS (SELECT *, 0 AS lost FROM late)"
    working = period.working
    begin = "greatest(s.a, l.start_on + 1)"
    if working:  # only the working days of a stop are made up; the running end is the working day number `reached`
        lost, joins = "cb.cum - ca.cum", f"JOIN cal AS ca ON ca.d = {begin} - 1 JOIN cal AS cb ON cb.d = s.b - 1"
        begun, reached = "ca.cum + 1", "cn.cum"
        joins += " JOIN cal AS cn ON cn.d = l.nominal"
    else:
        lost, joins, begun, reached = between(begin, "s.b"), "", begin, "l.nominal"
    end = "coalesce(w.d, s.nominal)" if working else "s.nominal + s.lost"
    moved = "JOIN cal AS cn ON cn.d = s.nominal LEFT JOIN workdays AS w ON w.n = cn.cum + s.lost" if working else ""
    return (
        text
        + f""",
pieces AS (
  SELECT l.case_id, l.key, l.start_on, {begin} AS a, {begun} AS begun, {reached} AS reached, {lost} AS n
  FROM late AS l JOIN {plan.stops(stops)} AS s ON s.case_id = l.case_id {joins} WHERE s.b > l.start_on + 1),
running AS (
  SELECT *, coalesce(sum(n) OVER (PARTITION BY case_id, key, start_on ORDER BY a ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
  FROM pieces),
losses AS (
  SELECT case_id, key, start_on, sum(n) AS lost FROM running WHERE begun <= reached + CAST(before AS INTEGER) GROUP BY case_id, key, start_on),
shifted AS (
  SELECT l.case_id, l.key, l.start_on, l.ks, l.kt, l.last, l.ext, l.done, l.nominal, CAST(coalesce(o.lost, 0) AS INTEGER) AS lost
  FROM late AS l LEFT JOIN losses AS o ON o.case_id = l.case_id AND o.key = l.key AND o.start_on = l.start_on),
ended AS (SELECT s.*, {end} AS stop_end FROM shifted AS s {moved}),
judged AS (
  SELECT s.*, greatest(c1.next_wd, coalesce(c2.next_wd, c1.next_wd)) AS due
  FROM ended AS s JOIN cal AS c1 ON c1.d = s.stop_end LEFT JOIN cal AS c2 ON c2.d = s.ext
  WHERE s.last > greatest(c1.next_wd, coalesce(c2.next_wd, c1.next_wd)))"""
    )


MIXED = """SELECT DISTINCT n.case_id FROM subjects AS n JOIN (SELECT case_id FROM subjects WHERE key = '') AS o ON o.case_id = n.case_id
WHERE n.key <> ''"""
"""Cases where beside rows that name a subject there are some that name none."""


def _standing_sql(undone: Sel | None) -> str:
    """The targets, each with the day on which it was taken back."""
    if not undone:
        return "SELECT * FROM t"
    return f"""SELECT t.case_id, t.key, t.own, t.k, t.d, min(r.d) AS gone FROM t
  LEFT JOIN (SELECT case_id, key, k, d FROM near WHERE own AND {undone.sql()}) AS r ON r.case_id = t.case_id AND r.key = t.key AND r.k > t.k
  GROUP BY t.case_id, t.key, t.own, t.k, t.d"""


def pairs_sql(
    plan: Plan,
    anchor: Sel,
    target: Sel,
    until: Sel | None,
    undone: Sel | None,
    by_subject: bool,
    least: int,
    when_done: bool,
) -> str:
    """SELECT case_id, key, start_on, ks, kt, ku: each anchor day with the first target (and end) on or after it.

    The first anchor of a case and key takes the first target whatever its day: what was done beforehand is done. With
    `undone` every anchor does, unless such an event lies between the target and the anchor's day. Where one of the two
    rows names no subject, they belong together from the anchor's day on.
    Where all anchors lie on one day the profile knows the answer; only the others, and of these only what may be late,
    are paired event by event. Pairs that cannot be late by `least` days are left out.
    """
    mixed = plan.stage("mixed", MIXED) if by_subject else ""
    source = (
        f"(SELECT s.*, o.case_id IS NOT NULL AS loose FROM subjects AS s LEFT JOIN {mixed} AS o ON o.case_id = s.case_id)"
        if by_subject
        else "profile"
    )
    a0, a1 = (f"x.{name}" for name in plan.ends(anchor, by_subject))
    t0, t1 = (f"x.{name}" for name in plan.ends(target, by_subject))
    u0 = f"x.{plan.begin(until, by_subject)}" if until else "CAST(NULL AS BIGINT)"
    key = "x.key" if by_subject else "''"
    single = f"{day_of(a0)} = {day_of(a1)} AND ({u0} IS NULL OR {day_of(u0)} >= {day_of(a0)})"
    if undone:
        r0 = f"x.{plan.begin(undone, by_subject)}"
        single += f" AND ({t0} IS NULL OR {day_of(t0)} >= {day_of(a0)} OR {r0} IS NULL OR {day_of(r0)} >= {day_of(a0)})"
    if by_subject:
        single += " AND NOT x.loose"
    late = f"({t0} IS NULL OR {day_of(t0)} > {day_of(a0)} + {least})"
    fine = f"{t1} IS NOT NULL AND {day_of(t1)} >= {day_of(a1)}" + (
        f" AND {day_of(t1)} <= {day_of(a0)} + {least}" if when_done else ""
    )
    row_key = "coalesce(e.subject, '')" if by_subject else "''"
    together = f" AND ({row_key} = m.key OR {row_key} = '' OR m.key = '')" if by_subject else ""
    gone = "t.gone IS NULL OR t.gone >= a.d" if undone else "a.place = 1"
    return f"""
WITH multi AS (SELECT x.case_id, {key} AS key FROM {source} AS x WHERE {a0} IS NOT NULL AND NOT ({single}) AND NOT ({fine})),
near AS (SELECT e.*, m.key, {row_key} = m.key AS own, {day_of("e.k")} AS d FROM packed AS e JOIN multi AS m ON m.case_id = e.case_id{together}),
a AS (SELECT case_id, key, d, min(k) AS k, row_number() OVER (PARTITION BY case_id, key ORDER BY d) AS place FROM near WHERE own AND {anchor.sql()} GROUP BY case_id, key, d),
t AS (SELECT case_id, key, own, k, d FROM near WHERE {target.sql()}),
standing AS ({_standing_sql(undone)}),
u AS (SELECT case_id, key, k, d FROM near WHERE {until.sql() if until else "FALSE"}),
paired AS (SELECT a.case_id, a.key, a.d, a.k, min(t.k) AS kt FROM a
  LEFT JOIN standing AS t ON t.case_id = a.case_id AND t.key = a.key AND (t.d >= a.d OR (t.own AND ({gone}))) GROUP BY a.case_id, a.key, a.d, a.k)
SELECT q.case_id, q.key, q.d AS start_on, q.k AS ks, q.kt, min(u.k) AS ku
FROM paired AS q LEFT JOIN u ON u.case_id = q.case_id AND u.key = q.key AND u.d >= q.d GROUP BY q.case_id, q.key, q.d, q.k, q.kt
UNION ALL SELECT x.case_id, {key} AS key, {day_of(a0)} AS start_on, {a0} AS ks, {t0} AS kt, {u0} AS ku FROM {source} AS x
WHERE {a0} IS NOT NULL AND {single} AND {late}"""
