"""SQL of the tables made from the invented cases (`base`), with the columns of `schema` and in its order."""

from __future__ import annotations

from .course import COURSES, UNTOUCHED
from .plan import pick
from .texts import talk_sql

KINDS = {"restored": "restored", "objection": "objection", "preservation": "preservation", "unlitigated": "unlitigated"}
CLERK_NODES = "('N01', 'N02', 'N03', 'N04')"
PAID = "line IN ('fulfilled', 'short', 'auction')"
GOT = "CASE WHEN plant = 'F13' THEN amount * 6 // 10 ELSE amount END"
"""What really came in of the amount claimed."""
FOUND = f"(line IN ('fulfilled', 'auction', 'open') AND NOT coalesce({UNTOUCHED}, false))"
SLOT_MINUTES = 17
"""Rows of one day stand so many minutes apart by the order of the course: no two rows of a case share a second."""


def cases_sql() -> str:
    kind = " ".join(f"WHEN '{mix}' THEN '{kind}'" for mix, kind in KINDS.items())
    return f"""
SELECT id AS case_id, case_number, court, CASE mix {kind} ELSE 'enforcement' END AS kind, filed_on,
    CASE WHEN mix <> 'objection' THEN amount END AS amount,
    CASE WHEN {PAID} THEN (CASE WHEN plant = 'F13' THEN amount ELSE {GOT} END) WHEN closed_on IS NOT NULL THEN 0 END AS paid_amount,
    handler, applicant_kind, debtor, 'A' || id AS trust_account,
    CASE line WHEN 'fulfilled' THEN 'fulfilled' WHEN 'short' THEN 'fulfilled' WHEN 'auction' THEN 'fulfilled'
        WHEN 'ended_this_time' THEN 'ended_this_time' WHEN 'withdrawn' THEN 'withdrawn'
        WHEN 'cancelled' THEN (CASE WHEN block % 2 = 0 OR special IS NOT NULL THEN 'cancelled' ELSE 'refused' END)
        WHEN 'open' THEN NULL ELSE 'ended' END AS closing,
    closed_on, origin_case, NULL::DATE AS extension_until, NULL::DATE AS death_on
FROM base ORDER BY id"""


def _course_sql() -> str:
    whens = []
    for line, slots in COURSES.items():
        rows = ", ".join(f"{{t: '{tag}', k: {place}, i: {day}}}" for place, (tag, day) in enumerate(slots))
        whens.append(f"WHEN '{line}' THEN [{rows}]")
    return f"CASE line {' '.join(whens)} END"


def events_sql(seed: int, last: int) -> str:
    """One row per node. Times: the slot's place in the day plus a few minutes; entered minutes later the same day."""
    moment = f"getvariable('wd')[i] + INTERVAL 9 HOUR + to_seconds(k * {SLOT_MINUTES} * 60 + jitter)"
    lag = "to_seconds(180 + lag)"
    return f"""
WITH slots AS (SELECT id, case_number, plant, special, seq, block, court, clerk, handler, debtor, amount, applicant_kind, f, p, closing_day, r1, line, mix, closed_on,
        unnest(list_filter({_course_sql()}, lambda slot: slot.i <= {last})) AS s FROM base),
rows AS (SELECT * EXCLUDE (s), s.t AS t, s.k AS k, s.i AS i, left(s.t, 3) AS node,
        (hash(id, {seed}, s.k, 20) % 300)::INTEGER AS jitter, (hash(id, {seed}, s.k, 21) % 420)::INTEGER AS lag FROM slots),
-- F07: this officer's rows are typed, and said to have happened, on the Sunday before or late at night.
timed AS (SELECT *, CASE WHEN plant = 'F07' AND t IN ('N06', 'N12', 'N15', 'N18', 'N16', 'N08', 'N10')
        THEN {moment} + INTERVAL 13 HOUR + INTERVAL 30 MINUTE ELSE {moment} END AS event_at FROM rows),
entered AS (SELECT *, CASE
        WHEN plant = 'F01' AND t = 'N10' THEN event_at + to_days(20 + r1 * 10)
        WHEN plant = 'F05' AND t = 'N15' THEN event_at - INTERVAL 1 DAY
        WHEN plant = 'F02' AND special IS NOT NULL AND t = 'N12' THEN date_trunc('day', event_at) + INTERVAL 18 HOUR + INTERVAL 40 MINUTE
        WHEN plant = 'F02' AND special IS NULL AND t IN ('N12', 'N15', 'N18') THEN getvariable('wd')[f + 2] + INTERVAL 18 HOUR + INTERVAL 40 MINUTE
        ELSE event_at + {lag} END AS entered_at,
        CASE WHEN node IN {CLERK_NODES} THEN court || clerk ELSE handler END AS operator FROM timed)
SELECT row_number() OVER () AS event_id, id AS case_id, node, event_at, entered_at,
    CASE WHEN (plant = 'F11' AND t = 'N05') OR (t = 'N12' AND id % 50 = 7) THEN entered_at + INTERVAL 9 DAY END AS changed_at,
    CASE WHEN plant = 'F11' AND t = 'N05' THEN CASE r1 WHEN 0 THEN 'deleted' ELSE 're-entered' END WHEN t = 'N12' AND id % 50 = 7 THEN 'edited' END AS change,
    CASE WHEN t = 'N12' AND id % 50 = 7 THEN '更正笔误，已报执行局长同意' END AS reason,
    NULL::VARCHAR AS import_job, operator,
    CASE WHEN t = 'N36' AND plant IS DISTINCT FROM 'C04' THEN court || '-Y1' END AS approver,
    CASE WHEN t = 'N36' AND plant = 'F15' THEN getvariable('wd')[i] + INTERVAL 8 HOUR + INTERVAL 30 MINUTE + to_seconds(seq * 4)
         WHEN t = 'N36' AND plant IS DISTINCT FROM 'C04' THEN getvariable('wd')[i] + INTERVAL 8 HOUR + to_seconds((hash(id, {seed}, 22) % 1500)::INTEGER) END AS approved_at,
    CASE WHEN node IN ('N21', 'N24', 'N25', 'N26', 'N28', 'N29', 'N30', 'N31', 'N32') OR (t = 'N16' AND {FOUND}) THEN 'W' || CASE WHEN special = 'S01' THEN id - seq % 2 ELSE id END
         WHEN node = 'N42' THEN 'Y' || id WHEN node IN ('N33', 'N34') THEN 'K' || id WHEN node IN ('N14', 'N44') THEN 'Q' || id END AS subject,
    CASE WHEN node IN ('N21', 'N16', 'N24', 'N25', 'N28', 'N29', 'N30') THEN CASE WHEN line IN ('auction', 'ended_this_time') THEN 'immovable' ELSE 'deposit' END END AS property_kind,
    CASE t WHEN 'N16' THEN CASE WHEN {FOUND} THEN 'found' ELSE 'none_found' END
        WHEN 'N16b' THEN 'none_found' WHEN 'N21r' THEN 'released' WHEN 'N29f' THEN 'failed_sale' WHEN 'N29s' THEN 'sold' WHEN 'N30s' THEN 'sold'
        WHEN 'N36' THEN CASE WHEN plant = 'C04' THEN 'done' WHEN id % 2 = 0 THEN 'signed' ELSE 'done' END
        WHEN 'N42r' THEN 'received' WHEN 'N42f' THEN 'filed' WHEN 'N42d' THEN 'ruled' WHEN 'N45a' THEN 'suspended' WHEN 'N45b' THEN 'resumed'
        WHEN 'N44a' THEN 'ruled' ELSE 'done' END AS outcome,
    CASE WHEN t = 'N21' THEN CASE WHEN plant = 'D01' THEN amount * 2 ELSE amount + amount // 20 END
         WHEN node = 'N33' OR node = 'N34' THEN {GOT} WHEN t IN ('N25', 'N29s', 'N30s') THEN amount + amount // 20 END AS amount,
    CASE WHEN t = 'N21' AND plant = 'P07' THEN getvariable('wd')[i + 4]
         WHEN t = 'N21' THEN (event_at + CASE WHEN line IN ('auction', 'ended_this_time') THEN INTERVAL 3 YEAR ELSE INTERVAL 1 YEAR END)::DATE - 1
         WHEN t = 'N07' THEN getvariable('wd')[i + 8] END AS due_on,
    CASE WHEN t = 'N05' THEN CASE WHEN plant = 'F12' OR id % 3 = 0 THEN 'post' ELSE 'electronic' END WHEN t IN ('N06', 'N36') THEN 'direct' END AS served_by,
    CASE WHEN t = 'N05' AND plant = 'F12' THEN event_at::DATE WHEN t = 'N05' AND id % 3 = 0 THEN getvariable('wd')[i + 3]
         WHEN t IN ('N05', 'N06', 'N36') THEN event_at::DATE END AS served_on,
    CASE WHEN t = 'N18o' THEN 'O' || id WHEN node IN ('N18', 'N21') THEN debtor WHEN node = 'N34' THEN 'P' || id END AS party,
    CASE WHEN node IN ('N33', 'N34') THEN CASE WHEN plant = 'D03' THEN 'B' || id ELSE 'A' || id END END AS account,
    CASE WHEN t = 'N08' AND plant = 'F09' THEN sha256(block::VARCHAR || ' same')
         WHEN t IN ('N08', 'N35') THEN sha256(id::VARCHAR || t || '{seed}') END AS body_hash,
    CASE WHEN t IN ('N08', 'N35') THEN 'signature' END AS attachment_kind,
    CASE WHEN t = 'N35' THEN {talk_sql(seed)}
         WHEN t = 'N10' AND plant = 'F10' THEN {pick(("已办理", "无", "。。。。。。", "1111111"), "block % 4")}
         WHEN t = 'N10' THEN '经核查，' || case_number || '被执行人申报情况与查控结果核对完毕，差额' || jitter || '元' END AS text
FROM entered"""


def suspensions_sql() -> str:
    """Stays that overlap, stays still open, appraisals and auctions; X01: a stay from before the case."""
    return """
SELECT id AS case_id, s.kind AS kind, getvariable('wd')[s.a] AS start_on, getvariable('wd')[s.b] AS end_on
FROM (SELECT id, unnest(CASE
    WHEN plant = 'X01' THEN [{kind: 'stay', a: f - 6, b: f - 3}]
    WHEN stop > 0 THEN [{kind: 'stay', a: f + 10, b: f + 50}, {kind: 'settlement', a: f + 40, b: f + 10 + stop}]
    WHEN line = 'auction' THEN [{kind: 'appraisal', a: f + 14 + late, b: f + 34 + late}, {kind: 'auction', a: f + 38 + late + slow, b: sold}]
    WHEN line = 'open' AND plant IS NULL AND block % 4 = 0 THEN [{kind: 'stay', a: f + 15, b: NULL}] END) AS s
  FROM base WHERE plant = 'X01' OR stop > 0 OR line IN ('auction', 'open')) ORDER BY id, s.a"""


def money_sql(last: int) -> str:
    """One receipt a paid case, one payment; C08 keeps a fifth back."""
    account = "CASE WHEN plant = 'D03' THEN 'B' || id ELSE 'A' || id END"
    return f"""
SELECT id AS case_id, s.direction AS direction, getvariable('wd')[s.i] AS booked_on, s.amount AS amount, 'K' || id AS receipt,
    CASE WHEN s.direction = 'out' THEN 'P' || id END AS payee, {account} AS account, NULL::VARCHAR AS delay_reason
FROM (SELECT id, plant, unnest([{{direction: 'in', i: p, amount: {GOT}}},
    {{direction: 'out', i: CASE line WHEN 'short' THEN p ELSE CASE WHEN plant = 'P06' THEN p + 28 ELSE p + pay END END,
      amount: CASE WHEN plant = 'C08' THEN amount * 8 // 10 ELSE {GOT} END}}]) AS s FROM base WHERE {PAID}) WHERE s.i <= {last} ORDER BY id, s.direction"""


def parties_sql() -> str:
    return """
SELECT id AS case_id, s.party AS party, s.role AS role, s.named AS named, s.added AS added_by_ruling, false AS priority
FROM (SELECT id, unnest(list_filter([
    {party: 'P' || id, role: 'applicant', named: true, added: false}, {party: debtor, role: 'debtor', named: true, added: false},
    {party: CASE WHEN plant = 'D02' THEN 'O' || id END, role: 'outsider', named: false, added: false}], lambda one: one.party IS NOT NULL)) AS s
  FROM base) ORDER BY id, s.role"""


def alerts_sql(last: int) -> str:
    return f"""
SELECT id AS case_id, getvariable('wd')[s.i] AS raised_on, CASE WHEN s.seen THEN getvariable('wd')[s.i + 2] END AS handled_on
FROM (SELECT id, unnest(CASE WHEN plant = 'M01' THEN [{{i: f + 8, seen: false}}, {{i: f + 9, seen: false}}, {{i: f + 11, seen: false}}]
    ELSE [{{i: f + 8, seen: false}}, {{i: f + 10, seen: true}}] END) AS s FROM base WHERE plant = 'M01' OR (id % 20 = 3 AND f < {last} - 15))
ORDER BY id, s.i"""


def petitions_sql(last: int) -> str:
    return f"""
SELECT id AS case_id, getvariable('wd')[f + 12] AS received_on, getvariable('wd')[f + CASE WHEN plant = 'P11' THEN 12 + 9 ELSE 14 END] AS entered_on,
    plant IS NOT DISTINCT FROM 'C07' AS about_withdrawal
FROM base WHERE plant IN ('P11', 'C07') OR (id % 30 = 4 AND f < {last} - 15) ORDER BY id"""


def supervised_sql() -> str:
    """M02: the officer was told off for late notices before the world's time, and again sends one late."""
    return """
SELECT DISTINCT court, handler AS operator, 'P01' AS rule, getvariable('wd')[1] AS supervised_on FROM base WHERE special = 'M02' ORDER BY ALL"""
