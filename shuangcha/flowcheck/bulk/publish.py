"""Hits become findings and evidence: titles, sentences, sources and the rows pointed at are attached here, late."""

from __future__ import annotations

from pathlib import Path

from ..model import RuleSet
from ..nodes import NODES
from ..say import facts_sql, source_sql, told_sql
from ..select import quoted
from .duck import Duck

EVIDENCE = ("node", "event_at", "entered_at", "operator")


def publish(duck: Duck, out: Path, rules: RuleSet) -> dict[str, int]:
    """Write findings.parquet and evidence.parquet into `out`; rule → number of findings."""
    titles = ", ".join(f"({quoted(node.code)}, {quoted(node.title)})" for node in NODES)
    duck.run(f"CREATE TABLE node_titles AS SELECT * FROM (VALUES {titles}) AS t(code, title)")
    present = {(row[0], row[1]) for row in duck.run("SELECT DISTINCT rule_no, check_no FROM hits")}
    parts = []
    for number, rule in enumerate(rules.rules):
        for place, check in enumerate(rule.checks):
            if (number, place) not in present:
                continue
            law, version, article, mark = source_sql(rule.law_of(place))
            parts.append(f"""
SELECT rule_no, case_id, {quoted(rule.id)} AS rule, {quoted(rule.title)} AS title, {quoted(rule.family)} AS family,
  coalesce(level, {quoted(rule.severity)}) AS severity, happened_at, operator, ids AS event_ids, nominal, due, {facts_sql(check)} AS facts,
  {told_sql(rule, check)} AS reason, {law} AS law, {version} AS law_version, {article} AS article, {mark} AS mark, court
FROM hits WHERE rule_no = {number} AND check_no = {place}""")
    if not parts:
        parts = [
            """
SELECT rule_no, case_id, '' AS rule, '' AS title, '' AS family, '' AS severity, happened_at, operator, ids AS event_ids, nominal, due, '' AS facts,
  '' AS reason, '' AS law, '' AS law_version, '' AS article, '' AS mark, court FROM hits WHERE FALSE"""
        ]
    duck.run(f"""
CREATE TABLE told AS SELECT row_number() OVER (ORDER BY f.case_id, f.rule_no, f.happened_at, f.event_ids, f.operator, f.reason, f.court) AS finding,
  f.case_id, coalesce(c.case_number, '') AS case_number, coalesce(c.court, f.court, '') AS court, f.rule, f.title, f.family, f.severity, f.happened_at,
  coalesce(f.operator, c.handler) AS operator, f.event_ids, f.nominal, f.due, CAST(f.facts AS VARCHAR) AS facts, f.reason,
  f.law, f.law_version, f.article, f.mark
FROM ({" UNION ALL ".join(parts)}) AS f LEFT JOIN cases AS c ON c.case_id = f.case_id""")
    duck.run(f"COPY (SELECT * FROM told ORDER BY finding) TO {quoted(str(out / 'findings.parquet'))} (FORMAT PARQUET)")
    columns = ", ".join(f"e.{name}" for name in EVIDENCE)
    duck.run(f"""
COPY (SELECT t.finding, t.rule, t.case_id, t.event_id, {columns}
  FROM (SELECT finding, rule, case_id, unnest(event_ids) AS event_id FROM told) AS t JOIN events AS e ON e.event_id = t.event_id
  ORDER BY t.finding, t.event_id) TO {quoted(str(out / "evidence.parquet"))} (FORMAT PARQUET)""")
    return {row[0]: row[1] for row in duck.run("SELECT rule, count(*) FROM told GROUP BY rule")}
