"""A played sitting, repeated: every row anew with its own id, uid, number and, for steps,
its own place and hash in a chain.

The rows are copied by the database itself, `INSERT … SELECT` over the pattern and a table of copies; only the chains,
whose every link needs the hash before it, are made here. So whatever differs from copy to copy is a shifted id or one
of two marks in a text, U and D, which stand for the copy's eight hexadecimal digits and its decimal number.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Max

from shuangcha.audit import chain
from shuangcha.audit.models import Proposal, Signature, Step, Stream
from shuangcha.casefile import models as cf

MODELS: tuple[Any, ...] = (
    *(
        getattr(cf, name)
        for name in cf.__all__
        if name not in ("ALL", "SUBJECTS", "Row", "Subject", "StagedUpload", "Outbox")
    ),
    Proposal,
    Signature,
)
"""Whose rows are repeated, beside steps and the chains of matters."""
SHIFTED: tuple[Any, ...] = (*MODELS, Step)
KIND_MODEL: dict[str, Any] = dict(cf.SUBJECTS)
U, D = "\ue001", "\ue002"
FIRST = 10_000
"""Number of the first copy: what is made of it is longer than any number that was given in play,
so none meets another."""
SERIALS, NUMBERS = 100, 1000
"""So many clues or matters a copy, and so many papers of one kind, have room for numbers of their own."""


def rows_of(model: Any) -> Any:
    return model.rows if hasattr(model, "rows") else model.objects


def columns_of(model: Any) -> list[str]:
    return [one.column for one in model._meta.concrete_fields]


def plain(value: Any) -> Any:
    """A value as both drivers take it back: numbers, booleans, text, nothing."""
    return value if value is None or isinstance(value, (int, str)) else str(value)


def marks() -> dict[Any, int]:
    """The highest id of every repeated table, and of the steps."""
    return {model: rows_of(model).aggregate(m=Max("pk"))["m"] or 0 for model in SHIFTED}


class Told:
    """A step of which some columns differ in every copy, as `chain.header` reads it."""

    MARKS = {
        name: chr(n)
        for n, name in enumerate(
            ("uid", "stream_id", "seq", "subject_id", "proposal_id", "cause", "content_sha", "facts_sha", "prev_sha"),
            0xE010,
        )
    }

    def __init__(self, step: Step) -> None:
        self.step = step

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.step, name)
        return self.MARKS.get(name, value) if value is not None or name == "prev_sha" else value

    def header(self) -> str:
        """The header as a pattern of `%`: text in quotes, numbers without."""
        text = chain.header(self).replace("%", "%%")  # type: ignore[arg-type]
        for name, mark in self.MARKS.items():
            bare = name in ("seq", "subject_id", "proposal_id")
            text = text.replace(f'"{mark}"' if bare else mark, f"%({name})s")
        return text


@dataclass(slots=True)
class StepLine:
    """One step of the pattern. `uid` and `cause` are without their first eight digits; `header` is a pattern of `%`."""

    cells: list[Any]
    header: str
    uid: str
    cause: str | None
    stream: int | None
    key: str
    subject: Any
    proposal: bool
    content: bool
    facts: bool
    given: str


@dataclass
class Pattern:
    """What one sitting wrote: the rows between two `marks()`."""

    before: dict[Any, int]
    after: dict[Any, int]
    tokens: dict[str, str] = field(default_factory=dict)
    lines: dict[Any, list[list[Any]]] = field(default_factory=dict)
    texts: dict[Any, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Columns whose text holds U or D."""
    steps: list[StepLine] = field(default_factory=list)
    matters: int = 0

    def read(self) -> Pattern:
        self._find_tokens()
        self.pattern = re.compile("|".join(map(re.escape, sorted(self.tokens, key=len, reverse=True))))
        self.spans = {model: self.after[model] - self.before[model] for model in SHIFTED}
        for model in MODELS:
            self.lines[model] = [self._line(model, row) for row in self._raw(model)]
        assert not self.texts[Proposal], "what two bodies sign must not name a number"
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
        """{uid or number, which differs in every copy: its text with the marks}."""
        for model in SHIFTED:
            if "uid" in columns_of(model):
                self.tokens |= {str(uid): U + str(uid)[8:] for uid in self._of(model).values_list("uid", flat=True)}
        for n, clue in enumerate(self._of(cf.Clue)):
            self.tokens[clue.number] = f"{clue.number.partition('-')[0]}-{D}{n:02d}"
        for n, matter in enumerate(self._of(cf.Matter)):
            self.tokens[matter.number] = f"{matter.number.partition('〕')[0]}〕{D}{n:02d}号"
        for n, case in enumerate(self._of(cf.EnforcementCase)):
            self.tokens[case.number] = f"{case.number.partition('执')[0]}执{D}{n:02d}号"
        assert max(self._of(one).count() for one in (cf.Clue, cf.Matter, cf.EnforcementCase)) < SERIALS
        for number, no in self._of(cf.Paper).exclude(no=None).values_list("number", "no"):
            assert no < NUMBERS and number.endswith(f"〕{no}号"), number
            self.tokens[number] = f"{number.partition('〕')[0]}〕{D}{no:03d}号"

    def marked(self, text: str) -> str:
        return self.pattern.sub(lambda found: self.tokens[found[0]], text)

    def _line(self, model: Any, row: list[Any]) -> list[Any]:
        """The row with marks in its texts; the serial of a matter counted from 0."""
        for n, name in enumerate(columns_of(model)):
            if model is cf.Matter and name == "serial":
                row[n] = row[0] - self.before[model] - 1
            elif (
                isinstance(row[n], str) and name not in ("uid", "stream_id") and (text := self.marked(row[n])) != row[n]
            ):
                row[n] = text
                self.texts[model].add(name)
        return row

    def _step(self, step: Step, row: list[Any]) -> StepLine:
        at = {name: n for n, name in enumerate(columns_of(Step))}
        kind = step.subject_kind if step.subject_kind in KIND_MODEL else json.loads(step.content)["subject"]["kind"]
        content, facts = self.marked(step.content), self.marked(step.facts)
        stream = int(step.stream_id[7:]) if step.stream_id.startswith("matter:") else None
        marked = content != step.content, facts != step.facts
        row[at["content"]], row[at["facts"]] = content, facts
        cause = str(step.cause)[8:] if step.cause else None
        return StepLine(
            row,
            Told(step).header(),
            str(step.uid)[8:],
            cause,
            stream,
            step.stream_id,
            KIND_MODEL[kind],
            step.proposal_id is not None,
            *marked,
            f"{len(step.salt)}:{step.salt}",
        )


class Copier:
    """Writes copies of patterns; keeps what counts on: ids, numbers, the heads of the courts' chains."""

    def __init__(self, patterns: list[Pattern]) -> None:
        self.patterns = patterns
        self.next = marks()
        self.number = FIRST
        self.heads = {
            key: [seq, sha]
            for key, seq, sha in Stream.objects.filter(key__startswith="court:").values_list("key", "seq", "head_sha")
        }
        self.copies: list[list[Any]] = []
        self.steps: list[list[Any]] = []
        self.streams: list[list[Any]] = []
        self.at = {name: n for n, name in enumerate(columns_of(Step))}
        self.statements: list[str] = []

    def copy(self, pattern: Pattern) -> None:
        """One more sitting, in the batch; `flush` writes."""
        delta = {model: self.next[model] - pattern.before[model] for model in pattern.spans}
        for model, span in pattern.spans.items():
            self.next[model] += span
        self.copies.append(
            [self.number, self.patterns.index(pattern), f"{self.number:08x}", *(delta[model] for model in SHIFTED)]
        )
        self._chain(pattern, delta, f"{self.number:08x}", str(self.number))
        self.number += 1

    def _chain(self, pattern: Pattern, delta: dict[Any, int], hexes: str, number: str) -> None:
        """The steps of one copy, each with the hash of the one before it."""
        a_uid, a_cause, a_stream, a_seq = (self.at[name] for name in ("uid", "cause", "stream_id", "seq"))
        a_subject, a_proposal, a_content, a_facts = (
            self.at[name] for name in ("subject_id", "proposal_id", "content", "facts")
        )
        a_content_sha, a_facts_sha, a_prev, a_sha = (
            self.at[name] for name in ("content_sha", "facts_sha", "prev_sha", "sha")
        )
        d_step, d_proposal, d_matter, sha256 = delta[Step], delta[Proposal], delta[cf.Matter], hashlib.sha256
        heads: dict[str, list[Any]] = {}
        for one in pattern.steps:
            row = one.cells.copy()
            row[0] += d_step
            uid = hexes + one.uid
            row[a_uid] = uid.replace("-", "")
            row[a_subject] += delta[one.subject]
            if one.proposal:
                row[a_proposal] += d_proposal
            cause = None
            if one.cause is not None:
                cause = hexes + one.cause
                row[a_cause] = cause.replace("-", "")
            if one.content:
                row[a_content] = text = row[a_content].replace(U, hexes).replace(D, number)
                row[a_content_sha] = sha256(f"{one.given}{len(text)}:{text}".encode()).hexdigest()
            if one.facts:
                row[a_facts] = text = row[a_facts].replace(U, hexes).replace(D, number)
                row[a_facts_sha] = sha256(f"{one.given}{len(text)}:{text}".encode()).hexdigest()
            if one.stream is None:
                key = one.key
                head = self.heads[key]
            else:
                key = f"matter:{one.stream + d_matter}"
                head = heads.setdefault(key, [0, ""])
            head[0] += 1
            header = one.header % {
                "uid": uid,
                "stream_id": key,
                "seq": head[0],
                "subject_id": row[a_subject],
                "proposal_id": row[a_proposal],
                "cause": cause,
                "content_sha": row[a_content_sha],
                "facts_sha": row[a_facts_sha],
                "prev_sha": head[1],
            }
            row[a_stream], row[a_seq], row[a_prev] = key, head[0], head[1]
            row[a_sha] = head[1] = sha256(header.encode()).hexdigest()
            self.steps.append(row)
        self.streams += [[key, seq, sha, 0] for key, (seq, sha) in heads.items()]

    def prepare(self) -> None:
        """The patterns and the table of copies, as temporary tables of this connection."""
        shifts = ", ".join(f"d_{model._meta.db_table} bigint" for model in SHIFTED)
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE bench_copy (number bigint, pattern integer, hexes text, {shifts})")
            for model in MODELS:
                table = model._meta.db_table
                cursor.execute(f'CREATE TEMPORARY TABLE "bench_{table}" AS SELECT * FROM "{table}" WHERE 1 = 0')
                cursor.execute(f'ALTER TABLE "bench_{table}" ADD COLUMN pattern integer')
        for model in MODELS:
            rows = [[*row, n] for n, one in enumerate(self.patterns) for row in one.lines[model]]
            insert(f"bench_{model._meta.db_table}", [*columns_of(model), "pattern"], rows)
        texts = {model: set().union(*(one.texts[model] for one in self.patterns)) for model in MODELS}
        self.statements = [_statement(model, texts[model]) for model in MODELS]

    def flush(self) -> int:
        """Write the batch; the number of rows written."""
        if not self.copies:
            return 0
        insert(
            "bench_copy",
            ["number", "pattern", "hexes", *(f"d_{model._meta.db_table}" for model in SHIFTED)],
            self.copies,
        )
        insert("audit_stream", ["key", "seq", "head_sha", "sealed_seq"], self.streams)
        written = len(self.streams) + len(self.steps)
        with connection.cursor() as cursor:
            for statement in self.statements:
                cursor.execute(statement)
                written += cursor.rowcount
            cursor.execute("DELETE FROM bench_copy")
        insert(Step._meta.db_table, columns_of(Step), self.steps)
        self.copies, self.steps, self.streams = [], [], []
        return written

    def finish(self) -> None:
        """Heads of the courts' chains, and the counters of PostgreSQL behind the ids given here."""
        with connection.cursor() as cursor:
            for key, (seq, sha) in self.heads.items():
                cursor.execute("UPDATE audit_stream SET seq = %s, head_sha = %s WHERE key = %s", [seq, sha, key])
            if connection.vendor == "postgresql":
                for model in SHIFTED:
                    table = model._meta.db_table
                    cursor.execute(
                        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
                    )


def _statement(model: Any, texts: Iterable[str]) -> str:
    """Every copy in the table of copies of every row of its pattern, in the order of the copies."""
    table = model._meta.db_table
    cells = [_cell(model, one, texts) for one in model._meta.concrete_fields]
    listed = ", ".join(f'"{name}"' for name in columns_of(model))
    # CROSS JOIN keeps SQLite to this order of loops; PostgreSQL chooses for itself.
    return (
        f'INSERT INTO "{table}" ({listed}) SELECT {", ".join(cells)} FROM bench_copy c CROSS JOIN "bench_{table}" p'
        " WHERE p.pattern = c.pattern ORDER BY c.number, p.id"
    )


def _cell(model: Any, one: Any, texts: Iterable[str]) -> str:
    """How a column of a copy is made of the pattern's."""
    name = f'p."{one.column}"'
    if one.primary_key:
        return f"{name} + c.d_{model._meta.db_table}"
    if one.column == "uid":
        return (
            f"CAST(c.hexes || substr(CAST({name} AS text), 9) AS uuid)"
            if connection.vendor == "postgresql"
            else f"c.hexes || substr({name}, 9)"
        )
    if one.is_relation and one.related_model in SHIFTED:
        return f"{name} + c.d_{one.related_model._meta.db_table}"
    if one.column == "stream_id":
        return f"CASE WHEN {name} LIKE 'matter:%' THEN 'matter:' || (CAST(substr({name}, 8) AS bigint) + c.d_casefile_matter) ELSE {name} END"
    if one.column == "subject_id":
        return f"{name} + CASE p.subject_kind {_shift(KIND_MODEL)} END"
    if one.column == "part_id":
        return f"{name} + CASE p.part_kind {_shift(KIND_MODEL | {'disclosure': cf.Disclosure})} ELSE 0 END"
    if model is cf.Matter and one.column == "serial":
        return f"{name} + {SERIALS} * c.number"
    if model is cf.Paper and one.column == "no":
        return f"{name} + {NUMBERS} * c.number"
    if one.column in texts:
        return f"replace(replace({name}, '{U}', c.hexes), '{D}', CAST(c.number AS text))"
    return name


def _shift(models: dict[str, Any]) -> str:
    """By how much an id moves in a copy, by the word for its kind."""
    return " ".join(f"WHEN '{kind}' THEN c.d_{of._meta.db_table}" for kind, of in models.items())


def insert(table: str, names: list[str], rows: list[list[Any]]) -> None:
    """The driver's own bulk way."""
    listed = ", ".join(f'"{name}"' for name in names)
    if connection.vendor == "sqlite":
        places = ", ".join("?" * len(names))
        connection.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({places})', rows)
        return
    with connection.connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
