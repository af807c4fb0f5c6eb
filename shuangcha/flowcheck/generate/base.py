"""SQL of the invented cases: one row per case with everything that its rows in the tables are made from."""

from __future__ import annotations

from datetime import date, timedelta

from ...periods import Calendar
from .plan import BLOCK, EVERY, MIX, ORIGIN, SPECIALS, pick, plant_sql

FIRST = 600
"""How many working days before the as-of date the first case is filed."""
SPREAD = 320
"""Filing days of ordinary cases spread over so many working days: all but the open ones are over on the as-of date."""
COURTS = 176
OFFICERS_A_CLERK = 8
"""One registry clerk for so many officers: with a whole court's cases, five would fall on one second by chance."""
CLOSING_RUSH = 7
"""So many last working days of a quarter see no ordinary closing (they wait until after): a spike is a planted one."""


def working_days(as_of: date) -> tuple[list[date], int]:
    """(working days around the world's time, 1-based index of the last one not after `as_of`)."""
    calendar = Calendar.bundled()
    day, days = as_of - timedelta(days=1100), []
    while day <= as_of + timedelta(days=400):
        if calendar.is_working(day):
            days.append(day)
        day += timedelta(days=1)
    return days, sum(1 for one in days if one <= as_of)


def rush_days(days: list[date]) -> list[bool]:
    """For each working day: is it one of the last CLOSING_RUSH of its quarter?"""
    quarters = [(day.year, (day.month - 1) // 3) for day in days]
    return [
        index + CLOSING_RUSH >= len(days) or quarters[index + CLOSING_RUSH] != quarter
        for index, quarter in enumerate(quarters)
    ]


def year_end(days: list[date], last: int) -> int:
    """1-based index of the last working day of the last whole year before index `last`."""
    return max(index for index in range(1, last) if days[index].year != days[index - 1].year)


def rnd(seed: int, salt: int, upto: int, of: str = "id") -> str:
    """SQL: a number 0 … upto-1 that depends on the case (or `of`), the seed and the salt alone."""
    return f"(hash({of}, {seed}, {salt}) % {upto})::INTEGER"


def base_sql(cases: int, seed: int, last: int) -> str:
    """Long on purpose: the SELECT over all cases is one statement, its steps named in order.

    Ordered by id. Day columns are indexes into the list variable `wd`; `last`: the as-of day.
    """
    start = last - FIRST
    courts = max(1, min(COURTS, -(-cases // BLOCK) // 10))
    special = pick(tuple(SPECIALS), f"block % {EVERY} - 1")
    special_mix = "WHEN special = 'S02' AND seq % 2 = 0 THEN 'ended_this_time' " + " ".join(
        f"WHEN special = '{rule}' THEN '{kind}'" for rule, kind in SPECIALS.items()
    )
    pair = "id - seq % 2"

    def filing(of: str) -> str:
        return f"{start} + {rnd(seed, 1, SPREAD, of)}"

    origin = (
        f"(id - seq + CASE WHEN mix = 'restored' THEN {ORIGIN} ELSE 0 END)"  # an objection is to the first of its block
    )
    return f"""
WITH ids AS (SELECT range AS id, (range - 1) // {BLOCK} AS block, ((range - 1) % {BLOCK})::INTEGER AS seq FROM range(1, {cases + 1})),
marked AS (SELECT *, CASE WHEN block % {EVERY} BETWEEN 1 AND {len(SPECIALS)} THEN {special} END AS special FROM ids),
mixed AS (SELECT *, CASE {special_mix} ELSE {pick(MIX, "seq")} END AS mix FROM marked),
planted AS (SELECT *, {plant_sql(seed)} AS plant FROM mixed),
traced AS (SELECT *,
    CASE WHEN mix IN ('restored', 'objection') THEN {origin} END AS origin_id,
    CASE WHEN mix IN ('restored', 'objection') THEN {filing(origin)} END AS origin_f,
    CASE WHEN mix = 'restored' THEN {filing(origin)} + 70 + {rnd(seed, 8, 8, origin)} END AS origin_raw,
    CASE WHEN plant = 'F03' THEN 'short' WHEN mix IN ('restored', 'unlitigated') THEN 'fulfilled' ELSE mix END AS line,
    {rnd(seed, 2, 2)} AS r1, {rnd(seed, 3, 5)} AS r5, 3 + {rnd(seed, 6, 6)} AS pay,
    CASE WHEN mix = 'fulfilled' AND special IS NULL AND seq = 8 AND plant IS NULL THEN 80 ELSE 0 END AS stop,
    mix = 'auction' AND (seq % 2 = 1 OR plant IS NOT DISTINCT FROM 'P05') AS failed,
    CASE WHEN plant = 'P03' THEN 20 ELSE 0 END AS late, CASE WHEN plant = 'P04' THEN 20 ELSE 0 END AS slow,
    CASE WHEN plant = 'P05' THEN 22 ELSE 0 END AS tardy
  FROM planted),
filed AS (SELECT * EXCLUDE (origin_raw),
    CASE WHEN plant = 'C09' THEN getvariable('yearend') - 29 - seq % 4
         WHEN special IN ('F02', 'F15') AND plant IS NOT NULL THEN {filing("block")}
         WHEN special = 'S01' THEN {filing(pair)} + 10 * (seq % 2)
         WHEN special = 'S02' THEN {filing(pair)} + 100 * (seq % 2)
         WHEN mix = 'open' AND plant IS NULL THEN {last} - 18 - {rnd(seed, 4, 12)}
         WHEN mix = 'open' THEN {last} - 170
         WHEN mix = 'restored' THEN origin_raw + CASE WHEN getvariable('rush')[origin_raw] THEN {CLOSING_RUSH} ELSE 0 END
              + CASE WHEN plant IN ('C05', 'C06') THEN 2 ELSE 82 + {rnd(seed, 5, 20)} END
         WHEN mix = 'objection' THEN origin_f + 12
         ELSE {filing("id")} END AS f
  FROM traced),
sold AS (SELECT *, f + 62 + late + slow + CASE WHEN failed THEN 20 + tardy ELSE 0 END AS sold FROM filed),
paid AS (SELECT *,
    CASE WHEN line = 'auction' THEN sold + 2 WHEN line = 'short' THEN f + 1 WHEN plant = 'C06' THEN f + 12
         WHEN plant = 'C05' THEN f + 36 WHEN plant = 'C09' THEN f + 15 WHEN plant = 'P08' THEN f + 62 WHEN plant = 'P09' THEN f + 150
         WHEN special = 'S01' THEN f + CASE WHEN (seq % 2 = 0) = (plant IS NOT NULL) THEN 40 ELSE 14 END
         ELSE f + 14 + stop + {rnd(seed, 7, 16)} + CASE WHEN plant IN ('P01', 'P02', 'M02', 'R04') THEN 14 ELSE 0 END END AS p
  FROM sold),
closing AS (SELECT *,
    CASE line WHEN 'fulfilled' THEN CASE plant WHEN 'C06' THEN p + 9 WHEN 'C09' THEN p + 14 WHEN 'P06' THEN p + 34 + r5 ELSE p + 14 + r5 END
         WHEN 'short' THEN p
         WHEN 'auction' THEN p + 14
         WHEN 'ended_this_time' THEN f + CASE plant WHEN 'C01' THEN 40 WHEN 'F15' THEN 70 ELSE 70 + {rnd(seed, 8, 8)} END
         WHEN 'withdrawn' THEN f + 25 + r5 WHEN 'cancelled' THEN f + 18 + r5 WHEN 'preservation' THEN f + 8 + r5
         WHEN 'objection' THEN f + CASE WHEN plant = 'P10' AND r1 = 1 THEN 20 ELSE 3 END END AS raw_closing
  FROM paid),
settled AS (SELECT * EXCLUDE (raw_closing),
    raw_closing + CASE WHEN getvariable('rush')[raw_closing] AND line NOT IN ('short', 'objection') AND plant IS DISTINCT FROM 'C09'
                       THEN {CLOSING_RUSH} ELSE 0 END AS closing_day
  FROM closing)
SELECT *, '（' || year(filed_on) || '）' || court || type_code || id || '号' AS case_number,
    '（' || year(getvariable('wd')[origin_f]) || '）' || court || '执' || origin_id || '号' AS origin_case
FROM (SELECT *,
    CASE WHEN special = 'C09' THEN '豫9' || lpad((block // {EVERY})::VARCHAR, 3, '0')
         ELSE '豫' || lpad((1 + block % {courts} // 11)::VARCHAR, 2, '0') || lpad((1 + block % {courts} % 11)::VARCHAR, 2, '0') END AS court,
    '-L' || (1 + block // {courts * OFFICERS_A_CLERK}) AS clerk,
    'Z' || lpad((block + 1)::VARCHAR, 6, '0') AS handler,
    'D' || CASE WHEN special = 'S01' OR plant = 'S02' THEN {pair} ELSE coalesce(origin_id, id) END AS debtor,
    (5000 + {rnd(seed, 11, 500_000)})::BIGINT * 100 + {rnd(seed, 12, 100)} AS amount,
    {pick(("bank", "enterprise", "person"), "(seq // 2 + block) % 3")} AS applicant_kind,
    {pick(("执", "执恢", "执异", "执保"), "CASE mix WHEN 'restored' THEN 1 WHEN 'objection' THEN 2 WHEN 'preservation' THEN 3 ELSE 0 END")} AS type_code,
    getvariable('wd')[f] AS filed_on, getvariable('wd')[closing_day] AS closed_on
FROM settled)
"""
