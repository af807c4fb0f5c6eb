"""A played sitting, repeated: every row anew with its own id, uid, number and, for steps, its own place and hash in a chain.

Rows are written by the driver in batches while the guards are down; nothing but what the pattern holds is invented. What
must differ from copy to copy is found once, so that one copy costs a few microseconds a row.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from shuangcha.audit import chain
from shuangcha.audit.models import Proposal, Signature, Step, Stream
from shuangcha.casefile import models as cf

MODELS: tuple[Any, ...] = (
    *(getattr(cf, name) for name in cf.__all__ if name not in ("SUBJECTS", "Row", "Subject", "StagedUpload", "Outbox")),
    Proposal, Signature,
)  # fmt: skip
"""Whose rows are repeated, beside steps and the chains of matters."""
KIND_MODEL: dict[str, Any] = dict(cf.SUBJECTS)
ENTRY = (
    "uid", "stream_id", "seq", "edge_id", "subject_kind", "subject_id", "subject_version", "raised", "proposal_id", "cause",
    "actor_id", "post_id", "happened_on", "recorded_at", "backfilled", "content_sha", "facts_sha", "prev_sha",
)  # fmt: skip


class Entry:
    """The columns of a step that `chain.entry_sha` reads, without the cost of a model."""

    __slots__ = ENTRY


def rows_of(model: Any) -> Any:
    return model.rows if hasattr(model, "rows") else model.objects


def columns_of(model: Any) -> list[str]:
    return [one.column for one in model._meta.concrete_fields]


def plain(value: Any) -> Any:
    """A value as both drivers take it back: numbers, booleans, text, nothing."""
    return value if value is None or isinstance(value, (int, str)) else str(value)


def marks() -> dict[Any, int]:
    """The highest id of every repeated table, and of the steps."""
    return {model: rows_of(model).aggregate(m=Max("pk"))["m"] or 0 for model in (*MODELS, Step)}


@dataclass(slots=True)
class Line:
    """One row of the pattern: `ints` are (column, model whose ids it counts), `texts` (column, parts)."""

    cells: list[Any]
    ints: list[tuple[int, Any]]
    texts: list[tuple[int, list[Any]]]
    uid: tuple[int, int] | None = None
    number: tuple[int, int] | None = None


@dataclass(slots=True)
class StepLine:
    line: Line
    entry: dict[str, Any]
    stream: int | None
    subject: Any
    cause: int | None
    content: list[Any] | None
    facts: list[Any] | None
    at: dict[str, int]


@dataclass
class Pattern:
    """What one sitting wrote: the rows between two `marks()`."""

    before: dict[Any, int]
    after: dict[Any, int]
    tokens: list[tuple[str, str, Any]] = field(default_factory=list)
    lines: dict[Any, list[Line]] = field(default_factory=dict)
    steps: list[StepLine] = field(default_factory=list)
    matters: int = 0

    def read(self) -> Pattern:
        self._find_tokens()
        self.index = {text: n for n, (_, text, _) in enumerate(self.tokens)}
        longest = sorted(self.index, key=len, reverse=True)
        self.pattern = re.compile("(" + "|".join(map(re.escape, longest)) + ")")
        self.spans = {model: self.after[model] - self.before[model] for model in (*MODELS, Step)}
        for model in MODELS:
            self.lines[model] = [self._line(model, row) for row in self._raw(model)]
        assert not any(line.texts for line in self.lines[Proposal]), "what two bodies sign must not name a number"
        steps = Step.objects.filter(pk__gt=self.before[Step], pk__lte=self.after[Step]).order_by("pk")
        self.steps = [self._step(step, row) for step, row in zip(steps, self._raw(Step), strict=True)]
        self.matters = self.spans[cf.Matter]
        return self

    def _raw(self, model: Any) -> list[list[Any]]:
        names = ", ".join(f'"{name}"' for name in columns_of(model))
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT {names} FROM "{model._meta.db_table}" WHERE id > %s AND id <= %s ORDER BY id',
                [self.before[model], self.after[model]],
            )
            return [[plain(value) for value in row] for row in cursor.fetchall()]

    def _of(self, model: Any) -> Any:
        return rows_of(model).filter(pk__gt=self.before[model], pk__lte=self.after[model]).order_by("pk")

    def _find_tokens(self) -> None:
        """(what it is, its text, by what it counts): uids and numbers, which differ in every copy."""
        for model in (*MODELS, Step):
            if any(one.column == "uid" for one in model._meta.concrete_fields):
                self.tokens += [("uid", str(uid), None) for uid in self._of(model).values_list("uid", flat=True)]
        for clue in self._of(cf.Clue):
            self.tokens.append(("clue", clue.number, int(clue.number[2:6])))
        for matter in self._of(cf.Matter):
            self.tokens.append(("matter", matter.number, matter.year))
        for case in self._of(cf.EnforcementCase):
            self.tokens.append(("case", case.number, case.number.partition("执")[0]))

    def _parts(self, text: Any) -> list[Any] | None:
        """The text cut at its tokens, each of which is given by its place; None where it has none."""
        if not isinstance(text, str):
            return None
        parts = self.pattern.split(text)
        return [self.index[part] if n % 2 else part for n, part in enumerate(parts)] if len(parts) > 1 else None

    def _line(self, model: Any, row: list[Any]) -> Line:
        fields = model._meta.concrete_fields
        names = [one.column for one in fields]
        line = Line(row, [(0, model)], [])
        for n, one in enumerate(fields):
            if row[n] is None or n == 0:
                continue
            if one.column == "uid":
                line.uid = (n, self.index[str(UUID(str(row[n])))])
            elif one.is_relation and one.related_model in (*MODELS, Step):
                line.ints.append((n, one.related_model))
            elif one.column == "stream_id":
                if str(row[n]).startswith("matter:"):
                    line.texts.append((n, ["matter:", (cf.Matter, int(row[n][7:]))]))
            elif one.column == "subject_id":
                line.ints.append((n, KIND_MODEL[row[names.index("subject_kind")]]))
            elif model is cf.Matter and one.column == "serial":
                line.number = (n, self.index[row[names.index("number")]])
            elif model is cf.Paper and one.column == "number":
                continue
            elif (parts := self._parts(row[n])) is not None:
                line.texts.append((n, parts))
        if model is Proposal:
            line.texts = [one for one in line.texts if isinstance(one[1][-1], int) or names[one[0]] != "stream_id"]
            stream = row[names.index("stream_id")]
            line.number = (names.index("stream_id"), int(stream[7:])) if stream.startswith("matter:") else None
        return line

    def _step(self, step: Step, row: list[Any]) -> StepLine:
        at = {name: n for n, name in enumerate(columns_of(Step))}
        line = Line(row, [(0, Step)], [], (at["uid"], self.index[str(step.uid)]))
        if step.proposal_id:
            line.ints.append((at["proposal_id"], Proposal))
        kind = step.subject_kind if step.subject_kind in KIND_MODEL else json.loads(step.content)["subject"]["kind"]
        entry = {name: getattr(step, name) for name in ENTRY}
        stream = int(step.stream_id[7:]) if step.stream_id.startswith("matter:") else None
        cause = self.index[str(step.cause)] if step.cause else None
        content, facts = self._parts(step.content), self._parts(step.facts)
        if step.edge_id.startswith("register.paper"):
            content = [step.content]  # its number is renewed with the paper's
        return StepLine(line, entry, stream, KIND_MODEL[kind], cause, content, facts, at)


class Copier:
    """Writes copies of patterns; keeps what counts on: ids, numbers, the heads of the courts' chains."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.next = marks()
        self.serials: dict[tuple[str, Any], int] = defaultdict(int)
        self.copies = 0
        for year, serial in cf.Matter.rows.values_list("year").annotate(m=Max("serial")):
            self.serials["matter", year] = serial
        for number in cf.Clue.rows.values_list("number", flat=True):
            year = int(number[2:6])
            self.serials["clue", year] = max(self.serials["clue", year], int(number[7:]))
        self.heads = {key: [seq, sha] for key, seq, sha in Stream.objects.filter(key__startswith="court:").values_list("key", "seq", "head_sha")}  # fmt: skip
        self.batch: dict[Any, list[list[Any]]] = defaultdict(list)

    def copy(self, pattern: Pattern) -> None:
        """One more sitting, in the batch; `flush` writes."""
        self.copies += 1
        delta = {model: self.next[model] - pattern.before[model] for model in pattern.spans}
        for model, span in pattern.spans.items():
            self.next[model] += span
        tokens, hexes = self._renewed(pattern)

        def text(parts: list[Any]) -> str:
            return "".join([part if type(part) is str else tokens[part] for part in parts])

        for model, lines in pattern.lines.items():
            out = self.batch[model]
            for line in lines:
                row = line.cells.copy()
                for n, of in line.ints:
                    row[n] += delta[of]
                if line.uid is not None:
                    row[line.uid[0]] = hexes[line.uid[1]]
                for n, parts in line.texts:
                    row[n] = text(parts)
                if line.number is not None:
                    n, which = line.number
                    row[n] = f"matter:{which + delta[cf.Matter]}" if model is Proposal else self._serial(tokens[which])
                out.append(row)
            if model is cf.Paper:
                self._number_papers(out[-len(lines):] if lines else [])
        self._steps(pattern, delta, tokens, hexes, text)

    def _renewed(self, pattern: Pattern) -> tuple[list[str], list[str]]:
        tokens, hexes = [], []
        for what, old, by in pattern.tokens:
            fresh, digits = "", ""
            if what == "uid":
                digits = f"{self.random.getrandbits(128):032x}"
                fresh = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            elif what == "case":
                fresh = f"{by}执{100_000 + self.copies}号"
            else:
                self.serials[what, by] += 1
                n = self.serials[what, by]
                fresh = f"XS{by}-{n:05d}" if what == "clue" else f"{old.partition('〕')[0]}〕{n}号"
            tokens.append(fresh)
            hexes.append(digits)
        return tokens, hexes

    @staticmethod
    def _serial(number: str) -> int:
        return int(number.partition("〕")[2][:-1])

    def _number_papers(self, rows: list[list[Any]]) -> None:
        at = {name: n for n, name in enumerate(columns_of(cf.Paper))}
        for row in rows:
            if row[at["no"]] is not None:
                row[at["no"]] += 1000 * self.copies
            if row[at["number"]]:
                row[at["number"]] = self._paper_number(row[at["number"]])

    def _paper_number(self, number: str) -> str:
        head, _, n = number.partition("〕")
        return f"{head}〕{int(n[:-1]) + 1000 * self.copies}号"

    def _steps(self, pattern: Pattern, delta: Any, tokens: list[str], hexes: list[str], text: Any) -> None:
        out, streams = self.batch[Step], self.batch[Stream]
        heads: dict[str, list[Any]] = {}
        for one in pattern.steps:
            row, at = one.line.cells.copy(), one.at
            for n, of in one.line.ints:
                row[n] += delta[of]
            uid = one.line.uid
            assert uid is not None
            row[uid[0]] = hexes[uid[1]]
            row[at["subject_id"]] += delta[one.subject]
            if one.cause is not None:
                row[at["cause"]] = hexes[one.cause]
            if one.content is not None:
                content = text(one.content)
                if one.entry["edge_id"].startswith("register.paper"):
                    given = json.loads(content)
                    given["number"] = self._paper_number(given["number"])
                    given["subject"]["uid"] = tokens[pattern.index[given["subject"]["uid"]]]
                    content = chain.canonical(given)
                row[at["content"]] = content
                row[at["content_sha"]] = chain.commitment(row[at["salt"]], content)
            if one.facts is not None:
                row[at["facts"]] = facts = text(one.facts)
                row[at["facts_sha"]] = chain.commitment(row[at["salt"]], facts)
            if one.stream is None:
                key = one.entry["stream_id"]
                head = self.heads[key]
            else:
                key = f"matter:{one.stream + delta[cf.Matter]}"
                head = heads.setdefault(key, [0, ""])
            entry = Entry()
            for name, value in one.entry.items():
                setattr(entry, name, value)
            entry.uid, entry.stream_id, entry.seq, entry.prev_sha = tokens[uid[1]], key, head[0] + 1, head[1]
            entry.subject_id, entry.proposal_id = row[at["subject_id"]], row[at["proposal_id"]]
            entry.cause = tokens[one.cause] if one.cause is not None else None
            entry.content_sha, entry.facts_sha = row[at["content_sha"]], row[at["facts_sha"]]
            sha = chain.entry_sha(entry)
            head[0], head[1] = entry.seq, sha
            row[at["stream_id"]], row[at["seq"]], row[at["prev_sha"]], row[at["sha"]] = key, entry.seq, entry.prev_sha, sha
            out.append(row)
        streams += [[key, seq, sha, 0] for key, (seq, sha) in heads.items()]

    def flush(self) -> int:
        """Write the batch; the number of rows written."""
        written = 0
        for model in (Stream, *MODELS, Step):
            rows = self.batch.pop(model, [])
            if rows:
                insert(model, rows)
                written += len(rows)
        return written

    def finish(self) -> None:
        """Heads of the courts' chains, and the counters of PostgreSQL behind the ids given here."""
        with connection.cursor() as cursor:
            for key, (seq, sha) in self.heads.items():
                cursor.execute("UPDATE audit_stream SET seq = %s, head_sha = %s WHERE key = %s", [seq, sha, key])
            if connection.vendor == "postgresql":
                for model in (*MODELS, Step):
                    table = model._meta.db_table
                    cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def insert(model: Any, rows: list[list[Any]]) -> None:
    """The driver's own bulk way."""
    names = columns_of(model)
    listed = ", ".join(f'"{name}"' for name in names)
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        places = ", ".join("?" * len(names))
        connection.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', rows)
        return
    with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
