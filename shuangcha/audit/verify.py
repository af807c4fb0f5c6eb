"""The verifier: does the database still say what was sealed? Needs the public key only, and names each place.

What no seal covers yet is checked for being whole in itself; somebody who can rewrite the database can rewrite that
part with all its hashes, which is why sealing is frequent.
"""

# ruff: noqa: S608 - table names and kinds are put in from the list in guards.py; nothing comes from outside

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.db.models import QuerySet

from . import edges, guards
from .chain import commitment, entry_sha
from .findings import Finding, Report
from .models import Edge, Proposal, ReadLog, Seal, Signature, Step, Stream
from .seal import LOG_COLUMNS, NO_READS, SealProblem, leaf_hashes, merkle_root, read_digest, read_file, signed

CHUNK = 2000


Extra = Callable[[], Iterable[Finding]]


def verify(*, folder: Path, public_key: Ed25519PublicKey, extra: Iterable[Extra] = ()) -> Report:
    """Check all chains, subjects, signatures, seals and the read log in one snapshot, while the court goes on working.

    `extra` are checks of rooms above this one, called in the same snapshot. A check of 1e5 steps takes seconds.
    """
    report = Report()
    # Listed before the snapshot: a seal's row is committed before its file is there, so each file seen has its row.
    files = {path.name: path for path in sorted(folder.glob("[0-9]*.json"))} if folder.is_dir() else {}
    with _snapshot():
        _guards(report)
        heads = _seals(report, files, folder, public_key)
        subjects = _steps(report, heads)
        _subjects(report, subjects)
        _proposals(report)
        for check in extra:
            for finding in check():
                report.add(finding.place, finding.what)
    return report


@contextmanager
def _snapshot() -> Iterator[None]:
    """One state of the database for many queries, without holding up a writer (Django's own would be IMMEDIATE)."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if connection.vendor == "postgresql" else "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _guards(report: Report) -> None:
    for place in guards.missing(connection):
        report.add("保护触发器", place)
    rows, edition = edges.from_plan()
    if rows is not None and edges.differs(rows, edition):
        report.add("流程表", "与程序中的方案流程不一致")


# --- seals ---


def _seals(report: Report, files: dict[str, Path], folder: Path, key: Ed25519PublicKey) -> dict[str, dict[int, str]]:
    """Check rows against files and against each other; the sealed heads {chain: {number: hash}}, of rows and files."""
    heads: dict[str, dict[int, str]] = defaultdict(dict)
    last: dict[str, Any] = {"seq": 0, "root": "", "steps_total": 0, "readlog": NO_READS}
    newest = Seal.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    rows = 0
    for row in Seal.objects.order_by("seq").iterator(200):
        rows += 1
        place = f"第 {row.seq} 号封签"
        body = _body(report, place, row, key)
        name = f"{row.seq:08d}.json"
        path = files.pop(name, None)
        if path is not None:
            try:
                filed, text, _ = read_file(path, key)
            except SealProblem as problem:
                report.add(place, str(problem))
            else:
                if text != row.body:
                    report.add(place, "数据库中的封签与封签文件不一致")
                    body = filed  # the file is the witness
        elif row.seq != newest and not (folder / name).exists():
            # The newest may not be published yet; the next seal writes it.
            report.add(place, "封签文件不见了")
        if body is None:
            last = last | {"seq": row.seq, "root": row.root}
            continue
        _link(report, place, last, body)
        last = _take(report, place, body, last, heads)
    for name, path in files.items():
        place = f"封签文件 {name}"
        try:
            body, _, _ = read_file(path, key)
        except SealProblem as problem:
            report.add(place, str(problem))
            continue
        newer = body["seq"] > newest
        report.add(place, "比数据库中最新的封签还新:数据库可能被换成旧的" if newer else "数据库中没有这一封签")
        for name_, seq, sha in body["leaves"]:
            heads[name_].setdefault(seq, sha)
    after = last["readlog"]["to"]
    unsealed = ReadLog.objects.filter(id__gt=after).count()
    report.checked |= {"seals": rows, "reads": last["readlog"]["total"] + unsealed}
    _sealed_lengths(report, heads, int(last["steps_total"]) if not files else None)
    return heads


def _body(report: Report, place: str, row: Seal, key: Ed25519PublicKey) -> dict[str, Any] | None:
    if not signed(row.body, row.signature, key):
        report.add(place, "签名不符，可能是伪造的")
        return None
    body: dict[str, Any] = json.loads(row.body)
    columns = (row.seq, row.prev_root, row.root, row.leaves, row.sealed_at)
    at = dt.datetime.fromisoformat(body["at"])
    if columns != (body["seq"], body["prev_root"], body["root"], len(body["leaves"]), at):
        report.add(place, "封签的字段与其签名的内容不一致")
    if merkle_root(leaf_hashes(body)).hex() != body["root"]:
        report.add(place, "根值与各链链头不符")
    return body


def _link(report: Report, place: str, last: dict[str, Any], body: dict[str, Any]) -> None:
    if body["seq"] != last["seq"] + 1:
        report.add(place, f"封签编号不连续:上一号是第 {last['seq']} 号")
    elif body["prev_root"] != last["root"]:
        report.add(place, "与上一封签不衔接")


def _take(
    report: Report, place: str, body: dict[str, Any], last: dict[str, Any], heads: dict[str, dict[int, str]]
) -> dict[str, Any]:
    for name, seq, sha in body["leaves"]:
        heads[name][seq] = sha
    log = body["readlog"]
    if log["count"]:
        rows = ReadLog.objects.filter(id__gt=log["after"], id__lte=log["to"]).order_by("id")
        digest, _, count = read_digest(last["readlog"]["digest"], rows.values_list(*LOG_COLUMNS).iterator(CHUNK))
        if (digest, count) != (log["digest"], log["count"]):
            span = f"第 {log['after'] + 1} 至 {log['to']} 条"
            what = f"应有 {log['count']} 条，实有 {count} 条" if count != log["count"] else "内容被改动"
            report.add(f"查阅记录{span}({place})", what)
    return body


def _sealed_lengths(report: Report, heads: dict[str, dict[int, str]], total: int | None) -> None:
    if total is not None and sum(max(numbers) for numbers in heads.values()) != total:
        report.add("封签", "封签所记的步骤总数与各链不符")


# --- steps ---

Subject = tuple[str, int]
Signatures = dict[int, list[list[Any]]]
"""{proposal: rows of `signature_facts`}"""


@dataclass(slots=True)
class Life:
    """What the steps say of one subject: version and stage after the last raised step, and where that step stands."""

    raised: int
    version: int
    stage: str
    place: str


def _steps(report: Report, heads: dict[str, dict[int, str]]) -> dict[Subject, Life]:
    """Walk all chains in order; the subjects as the steps leave them."""
    edge_of = {row[0]: row[1:] for row in Edge.objects.values_list("key", "subject_kind", "to_stage", "joint")}
    streams = {row[0]: row[1:] for row in Stream.objects.values_list("key", "seq", "head_sha", "sealed_seq")}
    signatures = _signatures(Signature.objects.all())
    subjects: dict[Subject, Life] = {}
    count, chains = 0, 0
    stream, seq, sha = "", 0, ""
    for step in Step.objects.order_by("stream_id", "seq").iterator(CHUNK):
        if step.stream_id != stream:
            _end(report, stream, seq, sha, streams, heads)
            stream, seq, sha = step.stream_id, 0, ""
            chains += 1
        count += 1
        place = _place(step)
        if step.seq != seq + 1:
            report.add(place, f"本链第 {seq + 1} 至 {step.seq - 1} 步不见了")
        elif step.prev_sha != sha:
            report.add(place, "与上一步不衔接")
        for what in _wrong(step, edge_of.get(step.edge_id), signatures):
            report.add(place, what)
        sealed = heads.get(stream, {}).pop(step.seq, step.sha)
        if sealed != step.sha:
            report.add(place, "与封签所记的链头不符")
        seq, sha = step.seq, step.sha
        if step.raised:
            _live(subjects, step, edge_of.get(step.edge_id), place)
    _end(report, stream, seq, sha, streams, heads)
    for name, (number, _, _) in streams.items():
        if number:
            report.add(f"留痕链 {name}", "整条链的步骤都不见了")
    for name, left in heads.items():
        if left:
            numbers = "、".join(f"第 {number} 步" for number in sorted(left)[:3])
            report.add(f"留痕链 {name}", f"封签记有{numbers}，数据库中没有:链被截短或整条删除")
    report.checked |= {"steps": count, "streams": chains}
    return subjects


def _place(step: Step) -> str:
    kind = guards.SUBJECTS.get(step.subject_kind, step.subject_kind)
    return f"留痕链 {step.stream_id} 第 {step.seq} 步({kind} {step.subject_id})"


def _wrong(step: Step, edge: tuple[Any, ...] | None, signatures: Signatures) -> Iterator[str]:
    if entry_sha(step) != step.sha:
        yield "步骤的字段被改动"
    if commitment(step.salt, step.content) != step.content_sha:
        yield "步骤的内容被改动"
    if commitment(step.salt, step.facts) != step.facts_sha:
        yield "步骤的结果事实被改动"
    if edge is None:
        yield "流程表中没有这一步"
    elif edge[2] and not _two_signed(signatures.get(step.proposal_id or 0, []), step.content_sha):
        yield "联合办理缺少两个机构、两名人员对同一内容的签名"
    if '"signatures":' in step.facts and step.proposal_id:
        yield from _signed_as_recorded(step, signatures)


def _signed_as_recorded(step: Step, signatures: Signatures) -> Iterator[str]:
    try:
        told = json.loads(step.facts).get("signatures")
    except (ValueError, AttributeError):
        return  # said already: the facts were changed
    if told is not None and told != signatures.get(step.proposal_id or 0, []):
        yield "签名与办理时所记的不一致"


def signature_facts(proposal_id: int) -> list[list[Any]]:
    """Who signed a proposal, as the door puts it into a step's facts under "signatures": so the chain covers it.

    Rows [body, person, post, content hash] in the order of body and person.
    """
    return _signatures(Signature.objects.filter(proposal_id=proposal_id)).get(proposal_id, [])


def _signatures(rows: QuerySet[Signature]) -> Signatures:
    found: Signatures = defaultdict(list)
    columns = rows.order_by("proposal_id", "body_id", "person_id")
    for proposal, *row in columns.values_list("proposal_id", "body_id", "person_id", "post_id", "content_sha"):
        found[proposal].append(row)
    return found


def _two_signed(rows: list[list[Any]], sha: str) -> bool:
    over = [row for row in rows if row[3] == sha]
    return len({row[0] for row in over}) >= 2 and len({row[1] for row in over}) >= 2


def _end(
    report: Report,
    stream: str,
    seq: int,
    sha: str,
    streams: dict[str, tuple[Any, ...]],
    heads: dict[str, dict[int, str]],
) -> None:
    if not stream:
        return
    head = streams.pop(stream, None)
    place = f"留痕链 {stream}"
    if head is None:
        report.add(place, "链头记录不见了")
    elif (head[0], head[1]) != (seq, sha):
        report.add(place, f"链头记为第 {head[0]} 步，实际到第 {seq} 步为止，或链头被改动")
    elif head[2] > head[0]:
        report.add(place, "封签位置超过链头")


def _live(subjects: dict[Subject, Life], step: Step, edge: tuple[Any, ...] | None, place: str) -> None:
    key = (step.subject_kind, step.subject_id)
    stage = edge[1] if edge else ""
    life = subjects.get(key)
    if life is None:
        subjects[key] = Life(1, step.subject_version, stage, place)
        return
    life.raised += 1
    if step.subject_version > life.version:
        life.version, life.stage, life.place = step.subject_version, stage, place


# --- subjects, signatures ---


def _subjects(report: Report, subjects: dict[Subject, Life]) -> None:
    """Each subject's row must say what its last step said; rows without steps and steps without rows are told."""
    tables = set(connection.introspection.table_names())
    count = 0
    for kind, title in guards.SUBJECTS.items():
        table = f"casefile_{kind}"
        if table not in tables:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT id, stage, version FROM "{table}"')
            while rows := cursor.fetchmany(CHUNK):
                for number, stage, version in rows:
                    count += 1
                    life = subjects.pop((kind, number), None)
                    place = f"{title} {number}" + (f"，{life.place}" if life else "")
                    if (stage, version) != ((life.stage, life.version) if life else ("", 0)):
                        told = f"“{life.stage}”第 {life.version} 版" if life else "没有任何办理步骤"
                        report.add(place, f"现为“{stage}”第 {version} 版，与留痕不符:{told}")
                    elif life and life.raised != life.version:
                        report.add(place, "办理步骤有缺漏或多余")
    for (kind, number), life in subjects.items():
        if kind in guards.SUBJECTS:
            report.add(f"{guards.SUBJECTS[kind]} {number}，{life.place}", "有办理步骤而没有记录:记录被删除")
    report.checked["subjects"] = count
    _continuous(report)


def _continuous(report: Report) -> None:
    """A subject's next stage change starts where the one before ended."""
    kinds = ", ".join(f"'{kind}'" for kind in guards.SUBJECTS)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.stream_id, b.seq, b.subject_kind, b.subject_id FROM audit_step b"
            " JOIN audit_edge be ON be.key = b.edge_id"
            " LEFT JOIN audit_step a ON a.subject_kind = b.subject_kind AND a.subject_id = b.subject_id AND a.raised"
            " AND a.subject_version = b.subject_version - 1"
            " LEFT JOIN audit_edge ae ON ae.key = a.edge_id"
            f" WHERE b.raised AND b.subject_kind IN ({kinds}) AND be.from_stage <> coalesce(ae.to_stage, '')"
        )
        for stream, seq, kind, number in cursor.fetchall():
            report.add(f"留痕链 {stream} 第 {seq} 步({guards.SUBJECTS[kind]} {number})", "不是从上一步所到的阶段出发")


def _proposals(report: Report) -> None:
    """Proposals still say what was signed, and every signature is over its proposal's content."""
    count = 0
    columns = ("id", "subject_kind", "subject_id", "salt", "content", "content_sha")
    for number, kind, subject, salt, content, sha in Proposal.objects.values_list(*columns).iterator(CHUNK):
        count += 1
        if commitment(salt, content) != sha:
            report.add(f"拟办事项 {number}({guards.SUBJECTS.get(kind, kind)} {subject})", "内容被改动")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.id, g.proposal_id FROM audit_signature g LEFT JOIN audit_proposal p ON p.id = g.proposal_id"
            " WHERE p.id IS NULL OR p.content_sha <> g.content_sha"
        )
        for signature, proposal in cursor.fetchall():
            report.add(f"签名 {signature}(拟办事项 {proposal})", "所签内容与拟办事项不符")
    report.checked |= {"proposals": count, "signatures": Signature.objects.count()}
