"""Executing an act: handlers → steps → stages by compare-and-set → limits, papers, members, whose turn it is.

The root act and its `then` rows are carried out together, each kind of row in one statement: what an act costs does not
depend on how many subjects it moves.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, Value, When

from shuangcha.access.places import clue_of, matter_of, round_of, stream_key
from shuangcha.access.refusals import Stale
from shuangcha.access.relations import bears
from shuangcha.access.standings import memberships, of_clues, of_matters
from shuangcha.audit import chain
from shuangcha.audit.models import Proposal, Step
from shuangcha.casefile import models as cf
from shuangcha.clock.running import computed, limits_of, todos_of
from shuangcha.plan.model import SAME
from shuangcha.plan.moves import MOVES
from shuangcha.plan.stages import is_final

from .act import HANDLERS, Act, Batch, StartedLimit

Worded = tuple[Act, str, str]
"""An act with the canonical text of its content and its salt."""
RUNS_FOR_ASSIGNEE = frozenset({"report", "supplement", "receipt", "team", "disposal"})


def execute(root: Act, content: Any, text: str, salt: str) -> Step:
    """Carry out one act whose signatures are complete, and its `then` rows. The caller holds the lock of the chain."""
    acts: list[Worded] = []
    root.batch.facts = root.facts
    _run(root, content, text, salt, acts)
    _insert_births(root.batch)
    entries: list[Step] = []
    for wave in _waves(acts):
        steps = [_entry(act, words, salted, root) for act, words, salted in wave]
        Step.objects.bulk_create(steps)
        _set_stages([act for act, _, _ in wave])
        entries += steps
    for act, _, _ in acts:
        _concerns(act)
    _close_proposals(root, [act for act, _, _ in acts])
    root.batch.steps += entries
    return entries[0]


def _run(act: Act, content: Any, text: str, salt: str, acts: list[Worded]) -> None:
    """The handler, then those of the rows it asked for, in the order asked."""
    handler = HANDLERS.get(act.move.key)
    if handler is not None:
        handler(act, content)
    assert act.subject is not None, act.move.key
    acts.append((act, text, salt))
    for key, other, data in act.followups:
        follow = Act(MOVES[key], other, act.viewer, act.acting, act.on, act.batch, parent=act.subject)
        shown = {name: value for name, value in data.items() if not isinstance(value, cf.Row)}
        _run(follow, data, chain.canonical(shown), chain.new_salt(), acts)


def _waves(acts: list[Worded]) -> list[list[Worded]]:
    """A subject that moves twice in one transaction moves in two waves:
    each of its steps starts where the last ended."""
    waves: list[list[Worded]] = []
    seen: dict[tuple[str, int], int] = {}
    for one in acts:
        subject = one[0].subject
        assert subject is not None
        key = (subject.KIND, subject.pk)
        n = seen[key] = seen.get(key, -1) + 1
        while len(waves) <= n:
            waves.append([])
        waves[n].append(one)
    return waves


def _insert_births(batch: Batch) -> None:
    for model in {type(one): None for one in batch.births}:
        batch.new |= {
            (one.KIND, one.pk) for one in model.rows.bulk_create([one for one in batch.births if type(one) is model])
        }
    batch.births = []


def _entry(act: Act, text: str, salt: str, root: Act) -> Step:
    """The step of one act, with what it started, stopped and owes."""
    subject = act.subject
    assert subject is not None
    before = subject.stage
    facts = {**act.recorded}
    stopped, started = _stop_limits(act, subject), _start_limits(act, subject)
    if started:
        facts["started"] = started
    if stopped:
        facts["stopped"] = stopped
    _owe_papers(act, subject)
    stream = _stream(act.batch, stream_key(subject))
    step = chain.prepared(
        stream,
        edge=f"{act.move.key}:{before}>{act.move.lands(before)}",
        subject_kind=subject.KIND,
        subject_id=subject.pk,
        subject_version=subject.version + 1 if act.move.raises else subject.version,
        raised=act.move.raises,
        actor_id=act.viewer.id,
        post_id=act.acting.post_id if act.acting else None,
        happened_on=act.on,
        recorded_at=act.now,
        content=text,
        salt=salt,
        facts=facts,
        proposal=act.proposal,
    )
    if act is root:
        act.cause_uid = step.uid
    else:
        step.cause = root.cause_uid
        step.sha = stream.head_sha = chain.entry_sha(step)
    act.batch.touch(subject)
    return step


def _stream(batch: Batch, key: str) -> Any:
    if key not in batch.streams:
        batch.streams[key] = chain.lock_stream(key)
    return batch.streams[key]


def _set_stages(acts: list[Act]) -> None:
    """Compare and set: one statement per kind of subject; a row that somebody else has moved takes everything back."""
    moving: dict[tuple[type[cf.Subject], int], list[Act]] = {}
    for act in acts:
        assert act.subject is not None
        if act.move.raises:
            alone = act.subject.pk if act.columns else 0  # columns of its own: a statement of its own
            moving.setdefault((type(act.subject), alone), []).append(act)
        elif act.columns:
            type(act.subject).rows.filter(pk=act.subject.pk).update(**act.columns)
    for (model, _), group in moving.items():
        condition, landing = Q(pk__in=[]), []
        columns: dict[str, Any] = {}
        for act in group:
            subject = act.subject
            assert subject is not None
            condition |= Q(pk=subject.pk, stage=subject.stage, version=subject.version)
            landing.append(When(pk=subject.pk, then=Value(act.move.lands(subject.stage))))
            columns.update(act.columns)
        stage: Any = Case(*landing, default=F("stage")) if len(group) > 1 else landing[0].result
        if model.rows.filter(condition).update(stage=stage, version=F("version") + 1, **columns) != len(group):
            raise Stale("另一人刚刚办理了同一事项，请刷新后查看最新情况。")
        for act in group:
            assert act.subject is not None
            act.subject.stage = act.move.lands(act.subject.stage)
            act.subject.version += 1


def _close_proposals(root: Act, acts: list[Act]) -> None:
    """Executed is what was signed; every other proposal on an old version dies with it."""
    # `status` stands in each part: said once for all, SQLite would use no index of the open ones.
    gone = Q(pk__in=[])
    for act in acts:
        if act.move.raises and not act.move.creates and act.subject is not None:
            gone |= Q(subject_kind=act.subject.KIND, subject_id=act.subject.pk, status=Proposal.OPEN)
            root.batch.raised.add((act.subject.KIND, act.subject.pk))
        elif act.move.creates and act.subject is not None:
            root.batch.raised.add((act.subject.KIND, act.subject.pk))
    status: Any = Value(Proposal.DEAD)
    if root.proposal is not None:
        gone |= Q(pk=root.proposal.pk, status=Proposal.OPEN)
        status = Case(When(pk=root.proposal.pk, then=Value(Proposal.EXECUTED)), default=status)
    if gone != Q(pk__in=[]):
        Proposal.objects.filter(gone).update(status=status, closed_at=root.now)


def _stop_limits(act: Act, subject: cf.Subject) -> list[str]:
    """Stop what the row stops; the rows are written together in `flush`."""
    if not act.move.stops or act.move.creates:
        return []
    if act.move.to != SAME and is_final(subject.KIND, act.move.to) and file_key(subject) not in act.batch.open_limits:
        return _stop_unread(act, subject)
    mine = [
        one
        for one in running(act.batch, subject)
        if one.subject_kind == subject.KIND
        and one.subject_id == subject.pk
        and one.kind in act.move.stops
        and one.stopped_on is None
    ]
    for one in mine:
        one.stopped_on = act.on
        act.batch.stopped.append(one)
    return sorted(one.kind for one in mine)


def _stop_unread(act: Act, subject: cf.Subject) -> list[str]:
    """What ends is asked for no limit any more: its limits are stopped and told in one statement,
    without being read."""
    table, marks = cf.Limit._meta.db_table, ", ".join(["%s"] * len(act.move.stops))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET stopped_on = %s WHERE subject_kind = %s AND subject_id = %s AND stopped_on IS NULL"  # noqa: S608
            f" AND kind IN ({marks}) RETURNING kind",
            [act.on, subject.KIND, subject.pk, *act.move.stops],
        )
        return sorted(kind for (kind,) in cursor.fetchall())


def running(batch: Batch, subject: cf.Subject) -> list[cf.Limit]:
    """Open limits of the subject's whole file, read once a transaction;
    started and stopped ones are kept up to date."""
    key = file_key(subject)
    if key not in batch.open_limits:
        new = subject.stage == "" and subject.KIND in ("clue", "matter", "meeting")
        batch.open_limits[key] = [] if new else limits_of(subject)
    return batch.open_limits[key]


def file_key(subject: cf.Subject) -> str:
    matter, clue = matter_of(subject), clue_of(subject)
    if matter is not None:
        return f"matter:{matter.pk}"
    return f"clue:{clue.pk}" if clue is not None else f"{subject.KIND}:{subject.pk}"


def _start_limits(act: Act, subject: cf.Subject) -> list[dict[str, Any]]:
    """Start what the row starts; the working is computed once and stored with the day."""
    started: list[dict[str, Any]] = []
    for kind in act.move.starts:
        wanted = act.periods.get(kind, StartedLimit(kind, act.on))
        if wanted is None:
            continue
        court = _keeping_court(kind, subject)
        row, fact = computed(kind, wanted.start, wanted.period, wanted.extension, court, act.on)
        row.subject_kind, row.subject_id = subject.KIND, subject.pk
        row.matter, row.clue = matter_of(subject), clue_of(subject) if not matter_of(subject) else None
        row.court_id = court
        act.batch.limits.append(row)
        if act.move.creates:
            act.batch.open_limits.setdefault(
                file_key(subject), [] if subject.KIND in ("clue", "matter", "meeting") else running(act.batch, subject)
            )
        running(act.batch, subject).append(row)
        if kind in ("report", "supplement", "disposal") and isinstance(subject, (cf.Assignment, cf.Duty)):
            act.set(due=row.due)
        started.append(fact)
    return started


def _keeping_court(kind: str, subject: cf.Subject) -> int:
    """The court that must keep a limit."""
    if kind in RUNS_FOR_ASSIGNEE:
        if isinstance(subject, (cf.Assignment, cf.Duty)):
            return subject.to_court_id
        round_ = round_of(subject)
        if round_ is not None:
            return round_.court_id
    if isinstance(subject, cf.Duty):
        return subject.from_court_id
    matter = matter_of(subject)
    return matter.owner_court_id if matter else subject.court_id  # type: ignore[attr-defined]


def _owe_papers(act: Act, subject: cf.Subject) -> None:
    """The acting body's court owes what the row says; for a court above that only decides, the matter's own court."""
    matter = matter_of(subject)
    if matter is None:
        court = subject.court_id  # type: ignore[attr-defined]
    elif act.acting is None or act.acting.post is None or act.move.side == "superior":
        court = matter.owner_court_id
    else:
        court = act.acting.post.court_id
    act.batch.papers += [
        cf.Paper(
            subject_kind=subject.KIND,
            subject_id=subject.pk,
            clue=clue_of(subject) if not matter_of(subject) else None,
            matter=matter_of(subject),
            court_id=court,
            kind=kind,
            owed_on=act.on,
        )
        for kind in act.move.papers
    ]


def flush(batch: Batch, today: dt.date) -> None:
    """Write what the whole transaction gathered, each kind of row in one statement."""
    chain.save_heads([stream for stream in batch.streams.values() if stream.seq])
    for day in {one.stopped_on for one in batch.stopped}:
        ids = [one.pk for one in batch.stopped if one.stopped_on == day]
        cf.Limit.rows.filter(pk__in=ids).update(stopped_on=day)
    if batch.limits:
        cf.Limit.rows.bulk_create(batch.limits)
    if batch.papers:
        cf.Paper.rows.bulk_create(batch.papers)
    _stand(batch)
    _turns(batch, today)
    batch.limits, batch.papers, batch.stopped = [], [], []


def _concerns(act: Act) -> None:
    """Note the files whose standings the act may have changed."""
    subject, files = act.subject, act.batch.files
    if subject is None or not bears(act.move):
        return
    about: list[cf.Subject] = [subject]
    if isinstance(subject, cf.Meeting):
        about = [
            one for one in act.batch.subjects.values() if isinstance(one, cf.Item) and one.meeting_id == subject.pk
        ]
    for one in about:
        matter, clue = matter_of(one), clue_of(one)
        if matter is not None:
            files["matter"].add(matter.pk)
        if clue is not None:
            files["clue"].add(clue.pk)
    if isinstance(subject, cf.Round) and subject.matter.owner_court_id == subject.court_id:
        links = cf.MatterClue.rows.filter(matter_id=subject.matter_id, until_step__isnull=True)
        files["clue"].update(links.values_list("clue_id", flat=True))  # its own team reads the clue


def _stand(batch: Batch) -> None:
    """Write what has changed of who stands how to the files; the step that caused it stands with it. Nothing for no change."""
    step = batch.steps[0] if batch.steps else None
    for file, ids in batch.files.items():
        found = (of_clues if file == "clue" else of_matters)(ids)
        gone = [pk for one in found.values() for pk in one.gone]
        if gone:
            cf.Standing.rows.filter(pk__in=gone).update(ended=True, until_step=step)
        fresh = [
            cf.Standing(**{f"{file}_id": pk}, **row._asdict(), since_step=step)
            for pk, one in found.items()
            for row in one.missing
        ]
        if fresh:
            cf.Standing.rows.bulk_create(fresh)
        changed = {pk: one for pk, one in found.items() if one.missing or one.gone}
        old = [pk for pk, one in changed.items() if one.present]
        if old:
            cf.Membership.rows.filter(**{f"{file}_id__in": old}).delete()
        if changed:
            cf.Membership.rows.bulk_create(
                [
                    cf.Membership(**{f"{file}_id": pk}, holder=holder, reach=reach)
                    for pk, one in changed.items()
                    for holder, reach in sorted(memberships(file, one.wanted).items())
                ]
            )
    batch.files = {"clue": set(), "matter": set()}


def _turns(batch: Batch, today: dt.date) -> None:
    """Replace the todos of every touched subject by what is now awaited there."""
    if not batch.subjects:
        return
    old = Q(pk__in=[])
    for kind, pk in sorted(batch.subjects.keys() - batch.new):
        old |= Q(subject_kind=kind, subject_id=pk)
    if old != Q(pk__in=[]):
        cf.Todo.rows.filter(old).delete()
    subjects = list(batch.subjects.values())
    live = [one for one in subjects if one.stage and not is_final(one.KIND, one.stage)]
    limits = [limit for one in live for limit in running(batch, one) if limit.stopped_on is None]
    todos = todos_of(subjects, today, batch.body, limits=limits, unproposed=batch.raised)
    if todos:
        cf.Todo.rows.bulk_create(todos)
