"""The faults of `deep mutants`: what is edited, and which tests must see it.

`find` stands exactly once in its file, here and (for as many as can be) in the first release: the set was asked of the
tests before and after the issue 地. `formerly`: the tests that a revision without the named ones is asked with.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    find: str
    put: str
    tests: tuple[str, ...]
    engine: str = "sqlite"
    formerly: tuple[str, ...] = ()


PERIODS = ("tests/periods/test_worked_examples.py", "tests/periods/test_calendar.py")
WALKED = ("tests/periods/test_against_walker.py",)
PLAN = ("tests/plan/test_guards.py::test_the_guard_refuses_and_only_the_guard",)
DOOR = ("tests/acts/test_door.py",)
RECUSAL = ("tests/acts/test_recusal.py",)
TRIGGERS = ("tests/audit/test_guards.py",)
VERIFY = (
    "tests/audit/test_verify.py::test_every_column_of_a_step_is_covered",
    "tests/audit/test_verify.py::test_found_and_named",
)
SEAL = (
    "tests/audit/test_seal.py::test_merkle_vectors_of_rfc_6962",
    "tests/audit/test_seal.py::test_it_stops_before_another_file_of_the_same_number",
)
KEYS = ("tests/audit/test_constraints.py::test_what_is_once_only_is_refused_a_second_time",)
SCOPE = ("tests/access/test_scope.py",)
HIDDEN = ("tests/access/test_hidden.py",)
INTERFACE = ("tests/exchange/test_files.py", "tests/exchange/test_story.py", "tests/exchange/test_refusals.py")

DUE, CALENDAR = "shuangcha/periods/due.py", "shuangcha/periods/calendar.py"
INTAKE, OUTCOME = "shuangcha/access/guards/intake.py", "shuangcha/access/guards/outcome.py"
ACTIONS, SITUATION, SCOPES = "shuangcha/access/actions.py", "shuangcha/access/situation.py", "shuangcha/access/scope.py"
DOORS, GUARDS, SEALS = "shuangcha/acts/door.py", "shuangcha/audit/guards.py", "shuangcha/audit/seal.py"
CHAIN, VERIFIER = "shuangcha/audit/chain.py", "shuangcha/audit/verify.py"
READS, SHOWN = "shuangcha/exchange/reads.py", "shuangcha/exchange/shown.py"
CASE_TABLES, LEDGER_TABLES = (
    "shuangcha/casefile/migrations/0001_initial.py",
    "shuangcha/audit/migrations/0001_initial.py",
)
ONE_OPEN = "condition=models.Q(('stopped_on__isnull', True)), fields=('subject_kind', 'subject_id', 'kind'), name='limit_one_open'"

# fmt: off
MUTANTS = (
    # --- periods ---
    Mutant("the-start-day-counts", DUE, "base = start.toordinal()", "base = start.toordinal() - 1", PERIODS),
    Mutant("no-roll-off-a-rest-day", DUE, "while roll and calendar.rest_at(last):", "while False:", PERIODS),
    Mutant("months-clipped-to-28", "shuangcha/periods/period.py", "min(day.day, monthrange(year, month)[1])", "min(day.day, 28)", PERIODS),
    Mutant("one-working-day-less", CALENDAR, "return days[index + count - 1]", "return days[index + count - 2]", PERIODS),
    Mutant("worked-weekends-rest", CALENDAR, "if row is None else row.kind == REST", "if row is None or row.kind != REST else True", PERIODS),
    Mutant("stops-not-merged", DUE, "if merged and a <= merged[-1][1]:", "if False:", WALKED),
    Mutant("never-provisional", CALENDAR, "return year not in self.published_years", "return False", PERIODS),
    # --- guards of the plan ---
    Mutant("any-body-screens", INTAKE, "if clue and any(one.body_id == clue.received_by_id for one in s.acting):", "if clue:", PLAN),
    Mutant("decided-without-positions", INTAKE, "taken = {one.attendance.body.kind for one in s.facts.seats if one.spoken}", 'taken = {"enforcement", "supervision"}', PLAN),
    Mutant("handed-to-the-heads-court", INTAKE, "if clue and clue.about_head else None", "if False else None", PLAN),
    Mutant("anybody-investigates", OUTCOME, "return None if s.viewer.id in ids else", "return None if True else", PLAN),
    Mutant("reported-without-answers", OUTCOME, "if open_points else None", "if False else None", PLAN),
    Mutant("archived-with-open-duties", OUTCOME, 'live = [one for one in s.facts.duties if not is_final("duty", one.stage)]', "live: list[cf.Duty] = []", PLAN),
    # --- signatures and the door ---
    Mutant("another-content-signed", DOORS, "if proposal.content_sha != seen_sha:", "if False:", DOOR),
    Mutant("one-person-signs-twice", ACTIONS, "if any(one.person_id == situation.viewer.id for one in signatures):", "if False:", DOOR),
    Mutant("clerks-sign-for-the-body", SITUATION, "return [one for one in self.acting if one.post is not None and one.post.role in SIGNING_ROLES]", "return self.acting", DOOR),
    Mutant("acts-before-the-last-one", DOORS, "if last is not None and happened_on < last.happened_on:", "if False:", DOOR),
    Mutant("old-pages-act", DOORS, "if target is not None and not move.creates and seen_version != target.version:", "if False:", DOOR),
    Mutant("acts-of-tomorrow", DOORS, "if happened_on > today:", "if False:", DOOR),
    # --- triggers ---
    Mutant("joint-with-one-signature", GUARDS, '{over}) >= 2" for who in', '{over}) >= 1" for who in', TRIGGERS),
    Mutant("replaced-by-a-unique-key", GUARDS, """refusals.append((f'EXISTS (SELECT 1 FROM "{table}" WHERE {same}{apart})', says))""", "pass", TRIGGERS),
    Mutant("triggers-not-always", GUARDS, "ENABLE ALWAYS TRIGGER", "ENABLE TRIGGER", TRIGGERS, "postgres"),
    # --- constraints ---
    Mutant("two-open-limits", CASE_TABLES, ONE_OPEN, "fields=('id',), name='limit_one_open'", KEYS, formerly=(*DOOR, *TRIGGERS)),
    Mutant("two-open-limits-postgres", CASE_TABLES, ONE_OPEN, "fields=('id',), name='limit_one_open'", KEYS, "postgres", (*DOOR, *TRIGGERS)),
    Mutant("one-person-two-signatures", LEDGER_TABLES, "fields=('proposal', 'person')", "fields=('id',)", KEYS, formerly=TRIGGERS),
    # --- chain and seals ---
    Mutant("a-column-outside-the-hash", CHAIN, '"raised": step.raised,', '"raised": True,', VERIFY),
    Mutant("hashes-not-compared", VERIFIER, "if entry_sha(step) != step.sha:", "if False:", VERIFY),
    Mutant("one-signature-verifies", VERIFIER, "return len({row[0] for row in over}) >= 2 and len({row[1] for row in over}) >= 2", "return len({row[0] for row in over}) >= 1", VERIFY),
    Mutant("leaves-like-nodes", SEALS, 'hashlib.sha256(b"\\x00" + data.encode())', "hashlib.sha256(data.encode())", SEAL),
    Mutant("another-seal-overwritten", SEALS, 'if path.read_text(encoding="utf-8") != text:', "if False:", SEAL),
    # --- who sees ---
    Mutant("recusal-shuts-nobody", SCOPES, "return Q(Exists(grants)) & ~Q(Exists(shut))", "return Q(Exists(grants))", RECUSAL),
    Mutant("ended-memberships-open", SCOPES, "filter(mine, until__isnull=True,", "filter(mine,", SCOPE, formerly=RECUSAL),
    Mutant("deliberation-goes-down", SCOPES, "return rows.filter(above)", "return rows", SCOPE, formerly=("tests/stories/test_who_sees.py",)),
    Mutant("identity-before-the-meeting", SCOPES, 'if clue.stage in ("registered", "forwarded", "submitted"):', "if False:", SCOPE, formerly=("tests/plan/test_guards.py",)),
    # --- what no test saw ---
    Mutant("originals-by-the-interface", READS, 'if one.original and not (kind == "clue" and may_open(viewer, container)):', "if False:", HIDDEN, formerly=INTERFACE),
    Mutant("originals-on-the-pages", "shuangcha/access/attachments.py", "if row.original:", "if False:", HIDDEN, formerly=("tests/desk/test_uploads.py", "tests/desk/test_records.py")),
    Mutant("late-in-silence", "shuangcha/acts/tick.py", "if matter is None or limit.court_id == matter.owner_court_id:", "if True:", ("tests/acts/test_tick.py",), formerly=("tests/desk/test_notices.py",)),
    Mutant("another-courts-limit", "shuangcha/acts/foresee.py", "return subject.to_court_id", "return subject.from_court_id", ("tests/acts/test_foresee.py",), formerly=("tests/desk/test_forms.py",)),
    Mutant("limits-of-the-court-above", READS, "if above(viewer, subject):", "if True:", HIDDEN, formerly=INTERFACE),
    Mutant("minutes-by-the-interface", SHOWN, "whole = len(items) == len(sheet.facts.meeting_items)", "whole = True", HIDDEN, formerly=INTERFACE),
    Mutant("minutes-on-the-page", "shuangcha/desk/meeting_page.py", '"paper": preview(found, text) if sitting.whole and found.stage in', '"paper": preview(found, text) if found.stage in', HIDDEN, formerly=("tests/desk/test_meeting_page.py",)),
)
# fmt: on
