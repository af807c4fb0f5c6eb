"""Fill an empty scratch database with N matters: `python -m bench.seed N` in the environment of the instance.

Refused where the database is not empty or does not lie below a temporary folder: an instance with real rows has no such
path. The guards are taken down before the first copied row and built again after the last; then a sample is verified.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

FEW = 5
SHALLOW_TO_DEEP = 6
"""Of so many sittings one goes on to the archive; the others are young: most steps are those before 交办."""


BATCH = 100
"""Sittings written at a time: some 100,000 rows."""


class NotScratch(RuntimeError):
    """The database is not one that may be seeded."""


def require_scratch() -> None:
    """Raises NotScratch unless the database is empty and below a temporary folder."""
    from django.conf import settings
    from django.db import connection

    from shuangcha.casefile import models as cf

    data = Path(settings.DATA_DIR).resolve()
    if Path(tempfile.gettempdir()).resolve() not in data.parents:
        raise NotScratch(f"{data} is not below {tempfile.gettempdir()}")
    if connection.vendor == "sqlite" and data not in Path(str(connection.settings_dict["NAME"])).resolve().parents:
        raise NotScratch("the data file does not lie in the scratch folder")
    if cf.Clue.rows.exists() or cf.Matter.rows.exists():
        raise NotScratch("the database is not empty")


class Seeding:
    """An empty scratch database that grows: `patterns` sittings are played,
    then copied until there are enough matters."""

    def __init__(self, *, patterns: int = 2, told: Any = None) -> None:
        from bench.copies import Copier, Pattern, marks
        from bench.played import Sitting

        require_scratch()
        self.told, self.began = told, time.monotonic()
        _load()
        _forgo_fsync()
        self.made: list[Pattern] = []
        for n in range(patterns):
            before = marks()
            Sitting(n, deep=n % 2 == 1).play()
            self.made.append(Pattern(before, marks()).read())
        self.played = time.monotonic() - self.began
        self.copier = Copier(self.made)
        self.copier.prepare()
        self.count, self.rows, self.turn = sum(one.matters for one in self.made), 0, 0

    def upto(self, matters: int) -> dict[str, Any]:
        """Copy until there are `matters` matters (up to fifteen more), guards down meanwhile. Returns what was done."""
        from django.db import connection, transaction

        from bench.copies import marks
        from bench.quick import Quickened
        from shuangcha.audit import guards
        from shuangcha.audit.models import Step
        from shuangcha.search import index

        began = time.monotonic()
        guards.drop(connection)
        with Quickened():
            self.copier.next = marks()
            with transaction.atomic():
                while self.count < matters:
                    self._one_more()
                self.rows += self.copier.flush()
                self.copier.finish()
                few = _single_out()
            index.rebuild()
        guards.install(connection)
        steps = self.copier.next[Step]
        return {
            "matters": self.count,
            "rows_copied": self.rows,
            "steps": steps,
            "steps_per_matter": round(steps / self.count, 1),
            "seconds_played": round(self.played, 1),
            "seconds_copied": round(time.monotonic() - began, 1),
            "few": few,
            "bytes": size(),
        }

    def _one_more(self) -> None:
        deep = self.turn % SHALLOW_TO_DEEP == 0
        fitting = [one for n, one in enumerate(self.made) if (n % 2 == 1) == deep]
        pattern = fitting[(self.turn // SHALLOW_TO_DEEP if deep else self.turn) % len(fitting)]
        self.copier.copy(pattern)
        self.count, self.turn = self.count + pattern.matters, self.turn + 1
        if self.turn % BATCH == 0:
            self.rows += self.copier.flush()
        if self.told is not None and self.turn % 500 == 0:
            self.told(f"{self.count} matters, {self.rows} rows, {time.monotonic() - self.began:.0f} s")


def _load() -> None:
    """The demo's courts and invented persons, and the keys of a new instance."""
    from django.conf import settings

    from shuangcha.acts.load import load_initial
    from shuangcha.vault import keys

    keys.prepare(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR, data_is_new=True)
    for report in load_initial(now=dt.datetime(2020, 5, 20, 1, tzinfo=dt.UTC), demo=True):
        assert not report.errors, report.errors


def _forgo_fsync() -> None:
    """A scratch file need not survive a power cut while it is played; `Quickened` sets FULL again."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")


def _single_out() -> str:
    """Somebody who was let into five matters by name, and somebody who is recused from every seventh;
    the first's login."""
    from shuangcha.access.relations import person
    from shuangcha.casefile import models as cf
    from shuangcha.conf.demo.cast import cast
    from shuangcha.courts.models import Post

    mid = cast("豫03", "2021-11-30")
    known = {one.login: one.pk for one in _persons()}
    ids = list(cf.Matter.rows.order_by("id").values_list("id", flat=True))
    busy = set(Post.objects.exclude(body__kind="department").values_list("person__login", flat=True))
    few = next(one for one in mid.department if one not in busy)
    chosen = ids[:: max(1, len(ids) // FEW)][:FEW]
    holder = person(known[few], Post.objects.filter(person_id=known[few]).values_list("body_id", flat=True)[0])
    cf.Membership.rows.filter(holder=holder).delete()
    cf.Membership.rows.bulk_create([cf.Membership(holder=holder, matter_id=one) for one in chosen])
    cf.Standing.rows.bulk_create([cf.Standing(holder=holder, matter_id=one, relation="office") for one in chosen])
    away = known[mid.executors[0]]
    already = set(cf.Recusal.rows.filter(person_id=away).values_list("matter_id", flat=True))
    shut = [cf.Recusal(person_id=away, matter_id=one, cause="declared") for one in ids[::7] if one not in already]
    cf.Recusal.rows.bulk_create(shut, batch_size=500)
    return few


def _persons() -> Any:
    from shuangcha.courts.models import Person

    return Person.objects.filter(login__isnull=False)


def verify_sample(every: int, most: int = 200) -> dict[str, Any]:
    """Guards, and the chains of a sample of matters with their subjects and signatures, by the verifier's own rules."""
    from django.db import connection

    from shuangcha.audit import guards, verify
    from shuangcha.audit.chain import entry_sha
    from shuangcha.audit.models import Edge, Signature, Step, Stream
    from shuangcha.casefile import models as cf

    report = verify.Report()
    for place in guards.missing(connection):
        report.add("guards", place)
    edges = {row[0]: row[1:] for row in Edge.objects.values_list("key", "subject_kind", "to_stage", "joint")}
    checked = 0
    for pk in list(cf.Matter.rows.order_by("id").values_list("id", flat=True))[:: max(1, every)][:most]:
        stream = Stream.objects.get(pk=f"matter:{pk}")
        steps = list(Step.objects.filter(stream=stream).order_by("seq"))
        signatures = verify._signatures(Signature.objects.filter(proposal__stream=stream))
        seq, sha, lives = 0, "", {}
        for step in steps:
            if (step.seq, step.prev_sha) != (seq + 1, sha) or entry_sha(step) != step.sha:
                report.add(stream.key, f"step {step.seq}")
            for what in verify._wrong(step, edges.get(step.edge_id), signatures):
                report.add(stream.key, what)
            seq, sha, checked = step.seq, step.sha, checked + 1
            if step.raised:
                lives[step.subject_kind, step.subject_id] = (edges[step.edge_id][1], step.subject_version)
        if (stream.seq, stream.head_sha) != (seq, sha):
            report.add(stream.key, "head")
        for (kind, number), told in lives.items():
            if cf.SUBJECTS[kind].rows.filter(pk=number).values_list("stage", "version").get() != told:
                report.add(stream.key, f"{kind} {number}")
    report.checked = {"sampled_steps": checked}
    return report.as_dict()


def size() -> int:
    """Bytes of the database on disk."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return os.path.getsize(str(connection.settings_dict["NAME"]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def main(words: list[str]) -> int:
    import django
    from django.core.management import call_command

    django.setup()
    matters = int(words[0])
    call_command("migrate", verbosity=0)
    seeding = Seeding(told=lambda text: print(text, file=sys.stderr))
    done = seeding.upto(matters)
    done["verify"] = verify_sample(matters // 200)
    print(json.dumps(done, ensure_ascii=False))
    return 0 if done["verify"]["ok"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
