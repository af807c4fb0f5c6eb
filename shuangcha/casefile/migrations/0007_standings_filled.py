"""Who stands how to the files that are there: computed once from their facts, as `access.relations` did on the day of this release.

Written out as statements, so that it stays what it was when that room changes. What was disclosed so far becomes rows too.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.db import migrations

C = "'c' || CAST({} AS varchar(20)) || ':' || k.kind"
KINDS = "(SELECT 'enforcement' AS kind UNION ALL SELECT 'supervision')"
SIGNERS = "(SELECT 'enforcement' AS kind UNION ALL SELECT 'supervision' UNION ALL SELECT 'presidency')"
ABOVE = "(SELECT 'enforcement' AS kind, 'assigner' AS relation UNION ALL SELECT 'supervision', 'assigner' UNION ALL SELECT 'group_office', 'office' UNION ALL SELECT 'leading_group', 'group')"
P = "'p' || CAST({} AS varchar(20)) || '@b' || CAST({} AS varchar(20))"
HANDED = "('assigned', 'received', 'reported', 'taken_over', 'closed')"
SENT = "('issued', 'replied', 'proven', 'checked', 'closed')"
HEARD = "(i.stage IN ('listed', 'decided') OR i.revisit_on IS NOT NULL)"

MATTERS = (
    f"SELECT m.id, {C.format('m.owner_court_id')}, k.relation, '', 0 FROM casefile_matter m CROSS JOIN {ABOVE} k",
    f"SELECT a.matter_id, {C.format('a.to_court_id')}, 'assignee', 'assignment', a.id FROM casefile_assignment a CROSS JOIN {SIGNERS} k WHERE a.stage IN {HANDED}",
    f"SELECT a.matter_id, {C.format('a.to_court_id')} || '/head', 'signer', 'assignment', a.id FROM casefile_assignment a CROSS JOIN {SIGNERS} k WHERE a.stage IN {HANDED}",
    f"SELECT a.matter_id, {C.format('a.from_court_id')}, 'assigner', 'assignment', a.id FROM casefile_assignment a JOIN casefile_matter m ON m.id = a.matter_id CROSS JOIN {KINDS} k WHERE a.from_court_id <> m.owner_court_id",
    f"SELECT r.matter_id, {P.format('t.person_id', 't.body_id')}, 'team', 'round', o.id FROM casefile_teammember t JOIN casefile_round r ON r.id = t.round_id"
    " JOIN casefile_round o ON o.id = r.id OR (o.assignment_id = r.assignment_id AND o.n < r.n AND EXISTS (SELECT 1 FROM casefile_teammember x WHERE x.round_id = o.id))",
    f"SELECT d.matter_id, {C.format('m.owner_court_id')}, 'discipline', 'duty', d.id FROM casefile_duty d JOIN casefile_matter m ON m.id = d.matter_id"
    " CROSS JOIN (SELECT 'supervision' AS kind) k WHERE d.kind IN ('refer_discipline', 'refer_crime')",
    f"SELECT d.matter_id, {C.format('d.to_court_id')}, 'recipient', 'duty', d.id FROM casefile_duty d JOIN casefile_matter m ON m.id = d.matter_id"
    f" CROSS JOIN {SIGNERS} k WHERE d.stage IN {SENT} AND d.to_court_id <> m.owner_court_id",
    f"SELECT d.matter_id, {C.format('d.from_court_id')}, 'sender', 'duty', d.id FROM casefile_duty d JOIN casefile_matter m ON m.id = d.matter_id"
    f" CROSS JOIN {KINDS} k WHERE d.from_court_id <> m.owner_court_id",
    "SELECT DISTINCT m.id, 'c' || CAST(c.superior_id AS varchar(20)) || ':leading_group', 'approver', '', 0 FROM casefile_opinion o JOIN casefile_matter m ON m.id = o.matter_id"
    " JOIN courts_court c ON c.id = m.owner_court_id WHERE c.superior_id IS NOT NULL AND (o.stage = 'at_superior' OR EXISTS"
    " (SELECT 1 FROM casefile_approval a WHERE a.opinion_id = o.id AND a.level = 'superior'))",
    f"SELECT i.matter_id, {P.format('a.person_id', 'a.body_id')}, 'attendee', 'item', i.id FROM casefile_item i JOIN casefile_attendance a ON a.meeting_id = i.meeting_id WHERE i.matter_id IS NOT NULL",
    f"SELECT x.matter_id, {C.format('x.to_court_id')}, 'disclosed', 'disclosure', x.id FROM casefile_disclosure x JOIN casefile_matter m ON m.id = x.matter_id"
    f" CROSS JOIN {SIGNERS} k WHERE x.to_court_id <> m.owner_court_id",
    "SELECT DISTINCT d.matter_id, 'p' || CAST(s.person_id AS varchar(20)), 'addressed', 'duty', d.id FROM casefile_duty d JOIN casefile_matterclue l ON l.matter_id = d.matter_id"
    " AND l.until_step_id IS NULL JOIN casefile_cluesubject s ON s.clue_id = l.clue_id WHERE d.kind = 'clarify' AND d.stage = 'done' AND s.person_id IS NOT NULL",
)
CLUES = (
    "SELECT c.id, 'b' || CAST(c.received_by_id AS varchar(20)), 'receiver', '', 0 FROM casefile_clue c",
    "SELECT c.id, 'p' || CAST(c.registrar_id AS varchar(20)) || COALESCE('@b' || CAST(p.body_id AS varchar(20)), ''), 'registrar', '', 0 FROM casefile_clue c LEFT JOIN audit_step s"
    " ON s.subject_kind = 'clue' AND s.subject_id = c.id AND s.subject_version = 1 AND s.raised LEFT JOIN courts_post p ON p.id = s.post_id"
    " LEFT JOIN courts_body b ON b.id = p.body_id WHERE b.court_id IS NULL OR b.court_id = c.court_id",
    "SELECT c.id, 'b' || CAST(c.inspection_body_id AS varchar(20)), 'inspection', '', 0 FROM casefile_clue c WHERE c.inspection_body_id IS NOT NULL",
    f"SELECT c.id, {C.format('c.court_id')} || '/lead', CASE WHEN c.stage IN ('submitted', 'started', 'declined') OR EXISTS (SELECT 1 FROM casefile_item i WHERE i.clue_id = c.id AND {HEARD})"
    f" THEN 'joint' ELSE 'preparing' END, '', 0 FROM casefile_clue c CROSS JOIN {KINDS} k WHERE c.stage IN ('forwarded', 'submitted', 'started', 'declined')"
    f" OR EXISTS (SELECT 1 FROM casefile_item i WHERE i.clue_id = c.id AND {HEARD})",
    f"SELECT c.id, {C.format('c.court_id')}, 'office', '', 0 FROM casefile_clue c CROSS JOIN (SELECT 'group_office' AS kind) k"
    f" WHERE EXISTS (SELECT 1 FROM casefile_item i WHERE i.clue_id = c.id AND {HEARD})",
    f"SELECT i.clue_id, {P.format('a.person_id', 'a.body_id')}, 'attendee', 'item', i.id FROM casefile_item i JOIN casefile_attendance a ON a.meeting_id = i.meeting_id WHERE i.clue_id IS NOT NULL",
    f"SELECT DISTINCT l.clue_id, {P.format('t.person_id', 't.body_id')}, 'team', '', 0 FROM casefile_matterclue l JOIN casefile_matter m ON m.id = l.matter_id"
    " JOIN casefile_round r ON r.matter_id = m.id AND r.court_id = m.owner_court_id JOIN casefile_teammember t ON t.round_id = r.id WHERE l.until_step_id IS NULL",
)
LISTS: dict[str, dict[str, tuple[str, ...]]] = {
    "matter": {"full": ("assigner", "office", "group", "approver", "assignee", "team")},
    "clue": {"full": ("receiver", "joint", "office", "attendee", "team"), "own": ("registrar", "inspection"), "brief": ("preparing",)},
}


def fill(apps: Any, schema_editor: Any) -> None:
    disclosures(apps)
    run = schema_editor.execute
    for file, selects in (("matter", MATTERS), ("clue", CLUES)):
        for select in selects:
            run(
                f"INSERT INTO casefile_standing ({file}_id, holder, relation, part_kind, part_id, ended)"
                f" SELECT x.*, {'FALSE' if schema_editor.connection.vendor == 'postgresql' else '0'} FROM ({select}) x"
            )
        done: list[str] = []
        for reach, relations in LISTS[file].items():
            names = ", ".join(f"'{one}'" for one in relations)
            run(
                f"INSERT INTO casefile_membership ({file}_id, holder, reach) SELECT DISTINCT s.{file}_id, s.holder, '{reach}' FROM casefile_standing s"
                f" WHERE s.{file}_id IS NOT NULL AND s.relation IN ({names})"
                + (f" AND NOT EXISTS (SELECT 1 FROM casefile_membership m WHERE m.{file}_id = s.{file}_id AND m.holder = s.holder)" if done else "")
            )
            done.append(reach)


def disclosures(apps: Any) -> None:
    """What was disclosed before there was a row for it, from the steps: to the court complained of, to the whole court."""
    steps = apps.get_model("audit", "Step").objects.filter(edge__move="matter.disclose").order_by("id")
    targets = dict(apps.get_model("casefile", "Matter").rows.values_list("pk", "target_court_id"))
    model = apps.get_model("casefile", "Disclosure")
    rows = []
    for pk, text, on in steps.values_list("subject_id", "content", "happened_on"):
        said = json.loads(text)
        assert isinstance(on, dt.date)
        rows.append(
            model(uid=uuid.uuid4(), matter_id=pk, to_court_id=targets[pk], subject=said["subject"], level="court", text=said["text"], on=on)
        )
    model.rows.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("casefile", "0006_standings"), ("audit", "0001_initial"), ("courts", "0001_initial")]
    operations = [migrations.RunPython(fill)]
