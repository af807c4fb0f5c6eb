"""Texts that stand in other cases too, in nearly the same words (dossier §6.3, F08)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from ..bulk.plan import Plan
from ..select import Sel
from .base import Kind, slots

SIGNS = '，。；：、！？…—·“”‘’（）《》【】,.;:!?"()\\-'
"""Punctuation, as it stands within the brackets of a regular expression."""
BLANKS = " \t\r\n　"
END = 8
"""A piece of twice so many characters is cut behind the first END, one of more than thrice before the last END too."""
STRETCH = 3
"""A character is the same in the other text where it stands in a stretch of so many characters that is there too."""
RAREST = 3
"""A text looks for others by so many of its rarest units that others have too."""
TELLING = 6
"""Shorter units lead to no other text: everybody's."""
KEPT = 4
"""Texts that are 95 % alike share one unit in so many or more, whatever single characters were changed: a filter."""


@dataclass(frozen=True)
class NearText(Kind):
    """Texts whose variable parts, of at least `least` characters, are the same to `percent` in another case.

    A text is cut at its punctuation into pieces and long pieces into beginning, middle and end: the units. What stands
    in the texts `template` times or more is the form and is left out of both sides. Each text is compared with the
    first and the last that share one of its rarest units, so the comparisons grow with the number of texts: a changed
    character spoils one unit and leaves the others. Of two texts compared those characters are the same that stand in a
    stretch of three that the other has too; their share of both texts is the likeness (never more than difflib's by
    more than chance).
    """

    scope: ClassVar[str] = "cluster"
    least: int = 200
    percent: int = 95
    template: int = 500
    rows: Sel = field(default_factory=Sel)
    facts: ClassVar = {"n1": "percent", "d1": "happened", "t1": "node", "t2": "other_number"}

    def needs(self) -> tuple[str, ...]:
        return (*super().needs(), "events.text")

    def sql(self, plan: Plan) -> str:
        texts = plan.stage(
            "texts",
            f"SELECT case_id, event_id, event_at, node, text FROM live WHERE length(text) >= {self.least} AND {self.rows.sql()}",
        )
        units = plan.stage("units", self._units(texts))
        common = plan.stage(
            "common",
            f"SELECT unit, count(*) AS n, min(event_id) AS a, max(event_id) AS z FROM {units} GROUP BY unit HAVING count(*) >= 2 AND min(case_id) < max(case_id)",
        )
        whole = plan.stage("whole", self._whole(units, common))
        pairs = plan.stage("alike", self._pairs(units, common, whole))
        near = plan.stage("near", self._near(units, common, pairs))
        return f"""
WITH sides AS (SELECT n.event_id, n.other, n.share, o.case_id AS other_case,
    row_number() OVER (PARTITION BY n.event_id ORDER BY n.share DESC, o.case_id, o.event_id) AS place
  FROM {near} AS n JOIN {texts} AS o ON o.event_id = n.other)
SELECT {slots("t.case_id", at="t.event_at", ids="[t.event_id]", n1="s.share", d1="CAST(t.event_at AS DATE)", t1="t.node", t2="c.case_number")}
FROM sides AS s JOIN {texts} AS t ON t.event_id = s.event_id JOIN cases AS c ON c.case_id = s.other_case WHERE s.place = 1"""

    def _units(self, texts: str) -> str:
        """(case_id, event_id, place, unit): in the order of `place` they are the text without punctuation and
        blanks."""
        return f"""
WITH cut AS (SELECT case_id, event_id, unnest(list_transform(string_split_regex(text, '[{SIGNS}{BLANKS}]+'), lambda x, i: {{'place': i, 'piece': x}})) AS p FROM {texts}),
pieces AS (SELECT case_id, event_id, p.place * 3 AS place, p.piece AS piece, length(p.piece) AS n FROM cut WHERE p.piece <> '')
SELECT case_id, event_id, place, CASE WHEN n < {2 * END} THEN piece ELSE substr(piece, 1, {END}) END AS unit FROM pieces
UNION ALL SELECT case_id, event_id, place + 1, substr(piece, {END + 1}, CASE WHEN n <= {3 * END} THEN n ELSE n - {2 * END} END) FROM pieces WHERE n >= {2 * END}
UNION ALL SELECT case_id, event_id, place + 2, substr(piece, n - {END - 1}, {END}) FROM pieces WHERE n > {3 * END}"""

    def _whole(self, units: str, common: str) -> str:
        """(event_id, case_id, n, w): how many units and characters each text has beside the form; enough of them."""
        return f"""
SELECT u.event_id, min(u.case_id) AS case_id, count(*) AS n, sum(length(u.unit)) AS w FROM {units} AS u LEFT JOIN {common} AS c ON c.unit = u.unit
WHERE c.n IS NULL OR c.n < {self.template} GROUP BY u.event_id HAVING sum(length(u.unit)) >= {self.least}"""

    def _pairs(self, units: str, common: str, whole: str) -> str:
        """(event_id, other, w, other_w) of texts of two cases that may be near, event_id < other."""
        return f"""
WITH shared AS (SELECT u.event_id, u.unit, c.n, c.a, c.z FROM {units} AS u JOIN {common} AS c ON c.unit = u.unit
  WHERE c.n < {self.template} AND length(u.unit) >= {TELLING}),
ranked AS (SELECT event_id, a, z, row_number() OVER (PARTITION BY event_id ORDER BY n, unit) AS place FROM shared),
met AS (SELECT event_id AS x, a AS y FROM ranked WHERE place <= {RAREST} UNION ALL SELECT event_id, z FROM ranked WHERE place <= {RAREST}),
pairs AS (SELECT DISTINCT least(x, y) AS x, greatest(x, y) AS y FROM met WHERE x <> y),
sized AS (SELECT p.x, p.y, f.w AS wx, g.w AS wy, least(f.n, g.n) AS n FROM pairs AS p JOIN {whole} AS f ON f.event_id = p.x JOIN {whole} AS g ON g.event_id = p.y
  WHERE f.case_id <> g.case_id AND least(f.w, g.w) * 200 >= (f.w + g.w) * {self.percent}),
counted AS (SELECT s.x, s.y, s.wx, s.wy, s.n, count(DISTINCT f.unit) AS same FROM sized AS s JOIN shared AS f ON f.event_id = s.x
  JOIN shared AS g ON g.event_id = s.y AND g.unit = f.unit GROUP BY s.x, s.y, s.wx, s.wy, s.n)
SELECT x AS event_id, y AS other, wx AS w, wy AS other_w FROM counted WHERE same * {KEPT} >= n"""

    def _near(self, units: str, common: str, pairs: str) -> str:
        """(event_id, other, share), both ways round: whole per cent of the characters that are the same."""
        return f"""
WITH wanted AS (SELECT event_id FROM {pairs} UNION SELECT other FROM {pairs}),
listed AS (SELECT u.event_id, list_sort(list({{'place': u.place, 'unit': u.unit}})) AS units FROM {units} AS u JOIN wanted AS w ON w.event_id = u.event_id
  LEFT JOIN {common} AS c ON c.unit = u.unit WHERE c.n IS NULL OR c.n < {self.template} GROUP BY u.event_id),
joined AS (SELECT event_id, array_to_string(list_transform(units, lambda x: x.unit), '') AS body FROM listed),
starts AS (SELECT event_id, body, unnest(range(1, length(body) - {STRETCH - 2})) AS i FROM joined),
stretches AS (SELECT event_id, CAST(i AS INTEGER) AS i, substr(body, i, {STRETCH}) AS stretch FROM starts),
known AS (SELECT DISTINCT event_id, stretch FROM stretches),
turned AS (SELECT event_id, other, w FROM {pairs} UNION ALL SELECT other, event_id, other_w FROM {pairs}),
found AS (SELECT b.event_id, b.other, b.w, s.i, lag(s.i) OVER (PARTITION BY b.event_id, b.other ORDER BY s.i) AS before
  FROM turned AS b JOIN stretches AS s ON s.event_id = b.event_id JOIN known AS k ON k.event_id = b.other AND k.stretch = s.stretch),
covered AS (SELECT event_id, other, w, sum(least({STRETCH}, i - coalesce(before, -{STRETCH}))) AS n FROM found GROUP BY event_id, other, w),
shares AS (SELECT x.event_id, x.other, (x.n + y.n) * 100 // (x.w + y.w) AS share FROM covered AS x JOIN covered AS y ON y.event_id = x.other AND y.other = x.event_id)
SELECT event_id, other, CAST(share AS BIGINT) AS share FROM shares WHERE share >= {self.percent}"""
