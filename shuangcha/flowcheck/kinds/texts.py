"""Texts that stand in other cases too, in nearly the same words (dossier §6.3, F08)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..bulk.plan import Plan
from ..select import Sel
from .base import Kind, slots


@dataclass(frozen=True)
class NearText(Kind):
    """Texts of at least `least` characters that are the same to `percent` in another case.

    A text is cut at its punctuation into pieces. Its bucket is its rarest piece that another text shares; pieces found
    in more than `template` texts are a form and open no bucket. Within a bucket each text is compared with the first
    only, by the share of characters in common pieces: a lower bound of the likeness of the texts, as a piece with one
    character changed counts as wholly different (so 90 here stands for the 95 of the dossier).
    """

    scope: ClassVar[str] = "cluster"
    least: int = 200
    percent: int = 90
    template: int = 500
    buckets: int = 2
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"n1": "percent", "d1": "happened", "t1": "node", "t2": "other_number"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.text")

    def sql(self, plan: Plan) -> str:
        texts = plan.stage("texts", f"SELECT case_id, event_id, event_at, node, text FROM live WHERE length(text) >= {self.least} AND {self.rows.sql()}")
        pieces = plan.stage("pieces", f"""
SELECT DISTINCT event_id, piece, length(piece) AS n FROM (SELECT event_id, unnest(string_split_regex(text, '[，。；：、,.;:! \t\r\n　]+')) AS piece FROM {texts}) AS cut WHERE piece <> ''""")
        weights = plan.stage("weights", f"SELECT event_id, sum(n) AS w FROM {pieces} GROUP BY event_id")
        shared = f"SELECT piece, count(*) AS df FROM {pieces} GROUP BY piece HAVING count(*) >= 2 AND count(*) <= {self.template}"
        return f"""
WITH shared AS ({shared}),
ranked AS (SELECT p.event_id, p.piece, row_number() OVER (PARTITION BY p.event_id ORDER BY s.df, p.piece) AS place
  FROM {pieces} AS p JOIN shared AS s ON s.piece = p.piece),
leaders AS (SELECT r.event_id, min(r.event_id) OVER (PARTITION BY r.piece) AS leader FROM ranked AS r WHERE r.place <= {self.buckets}),
pairs AS (SELECT DISTINCT event_id, leader FROM leaders WHERE event_id <> leader),
common AS (SELECT q.event_id, q.leader, sum(a.n) AS same FROM pairs AS q JOIN {pieces} AS a ON a.event_id = q.event_id
  JOIN {pieces} AS b ON b.event_id = q.leader AND b.piece = a.piece GROUP BY q.event_id, q.leader),
near AS (SELECT c.event_id, c.leader, CAST(floor(CAST(c.same * 200 AS DOUBLE) / (wa.w + wb.w)) AS BIGINT) AS share FROM common AS c
  JOIN {weights} AS wa ON wa.event_id = c.event_id JOIN {weights} AS wb ON wb.event_id = c.leader WHERE c.same * 200 >= {self.percent} * (wa.w + wb.w)),
sides AS (SELECT event_id, leader AS other, share FROM near UNION ALL SELECT leader, event_id, share FROM near),
own AS (SELECT t.case_id, t.event_id, t.event_at, t.node, o.case_id AS other, b.share,
    row_number() OVER (PARTITION BY t.event_id ORDER BY b.share DESC, o.case_id) AS place
  FROM sides AS b JOIN {texts} AS t ON t.event_id = b.event_id JOIN {texts} AS o ON o.event_id = b.other WHERE o.case_id <> t.case_id)
SELECT {slots('own.case_id', at='own.event_at', ids='[own.event_id]', n1='own.share', d1='CAST(own.event_at AS DATE)', t1='own.node', t2='c.case_number')}
FROM own JOIN cases AS c ON c.case_id = own.other WHERE own.place = 1"""
