"""The verifier finds what was done to the database behind the guards' back, and names the place."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction

from shuangcha.audit import chain, guards, seal, verify
from shuangcha.audit.findings import MOST_FINDINGS
from shuangcha.audit.models import ReadLog, Seal, Signature, Step, Stream
from tests.audit import world

KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def folder(court: world.World, tmp_path: Path) -> Path:
    """Two seals: the sample, then one clue more."""
    seal.seal(court.now(), folder=tmp_path, key=KEY)
    court.registered("4")
    seal.seal(court.now(), folder=tmp_path, key=KEY)
    return tmp_path


def check(folder: Path) -> verify.Report:
    return verify.verify(folder=folder, public_key=KEY.public_key())


@contextmanager
def tampering() -> Iterator[Callable[[str], None]]:
    """Whoever owns the machine: takes the guards down, changes rows, builds the guards again. Undone at the end."""
    with transaction.atomic():
        guards.drop(connection)

        def run(sql: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql)

        yield run
        transaction.set_rollback(True)


def places(folder: Path) -> dict[str, str]:
    if connection.vendor == "sqlite":  # on PostgreSQL dangling keys stand in the way of DDL until the end
        guards.install(connection)
    found: dict[str, str] = {}
    for finding in check(folder).findings:
        if finding.place != "保护触发器":
            found[finding.place] = found.get(finding.place, "") + finding.what + "。"
    return found


def test_an_untouched_ledger_holds(folder: Path) -> None:
    report = check(folder)
    assert report.ok and report.findings == []
    assert report.checked == {
        "seals": 2,
        "reads": 2,
        "steps": 6,
        "streams": 1,
        "subjects": 4,
        "proposals": 3,
        "signatures": 5,
    }


def other_of(column: str) -> str:
    kinds = {field.column: field.get_internal_type() for field in Step._meta.fields}
    kind = kinds[column]
    if kind == "BooleanField":
        return f"NOT {column}" if connection.vendor == "postgresql" else f"1 - {column}"
    if kind == "UUIDField":
        return "'" + "0" * 32 + "'"
    if kind == "DateField":
        return "'2020-01-01'"
    if kind == "DateTimeField":
        return "'2020-01-01 00:00:00+00'" if connection.vendor == "postgresql" else "'2020-01-01 00:00:00'"
    if column in {"content", "facts"}:
        return "'{}'"
    if column == "edge_id":
        return f"'{world.RETURN}'"
    if kind in {"CharField", "TextField"} or column == "stream_id":
        return f"'{'0' * 12}'"
    return "90"


@pytest.mark.parametrize("column", [field.column for field in Step._meta.fields if field.column != "id"])
def test_every_column_of_a_step_is_covered(folder: Path, court: world.World, column: str) -> None:
    step = Step.objects.get(seq=2)
    with tampering() as run:
        run(f"UPDATE audit_step SET {column} = {other_of(column)} WHERE id = {step.pk}")
        found = places(folder)
    named = [place for place in found if "第 2 步" in place or f"步({'线索'} {step.subject_id})" in place]
    assert named or column == "stream_id", found
    assert found and all(court_or_subject(place) for place in found), found


def court_or_subject(place: str) -> bool:
    return place.startswith(("留痕链 ", "线索 ")) or place == "封签"


TAMPERINGS = {
    "a stage": ("UPDATE casefile_clue SET stage = 'closed' WHERE number = '1'", "线索 ", "与留痕不符"),
    "a version": ("UPDATE casefile_clue SET version = 9 WHERE number = '1'", "线索 ", "与留痕不符"),
    "a subject deleted": ("DELETE FROM casefile_clue WHERE number = '2'", "线索 ", "记录被删除"),
    "a cut tail": (
        "DELETE FROM audit_step WHERE seq = 6; UPDATE audit_stream SET seq = 5, sealed_seq = 5,"
        " head_sha = (SELECT sha FROM audit_step WHERE seq = 5)",
        "留痕链 court:",
        "封签记有第 6 步",
    ),
    "a step out of the middle": ("DELETE FROM audit_step WHERE seq = 3", "第 4 步", "第 3 至 3 步不见了"),
    "a chain deleted": ("DELETE FROM audit_step; DELETE FROM audit_stream", "留痕链 court:", "整条删除"),
    "only the steps deleted": ("DELETE FROM audit_step", "留痕链 court:", "都不见了"),
    "only the head deleted": ("DELETE FROM audit_stream", "留痕链 court:", "链头记录不见了"),
    "the head": ("UPDATE audit_stream SET head_sha = 'x'", "留痕链 court:", "链头"),
    "an edge gone": (f"DELETE FROM audit_edge WHERE key = '{world.FORWARD}'", "第 2 步", "流程表中没有"),
    "joint taken off": ("UPDATE audit_edge SET joint = (1 = 0)", "流程表", "不一致"),
    "a signature deleted": (
        "DELETE FROM audit_signature WHERE id = (SELECT MIN(id) FROM audit_signature)",
        "第 2 步",
        "缺少两个机构",
    ),
    "a signature of another person": (
        "UPDATE audit_signature SET person_id = (SELECT MAX(id) FROM courts_person)"
        " WHERE id = (SELECT MIN(id) FROM audit_signature)",
        "第 2 步",
        "签名与办理时所记的不一致",
    ),
    "a signature over another text": (
        "UPDATE audit_signature SET content_sha = 'x' WHERE id = (SELECT MAX(id) FROM audit_signature)",
        "签名 ",
        "与拟办事项不符",
    ),
    "a proposal's text": ("UPDATE audit_proposal SET content = '{}' WHERE status = 'open'", "拟办事项 ", "内容被改动"),
    "a read changed": ("UPDATE audit_readlog SET what = 'x'", "查阅记录第 ", "内容被改动"),
    "a read deleted": (
        "DELETE FROM audit_readlog WHERE id = (SELECT MIN(id) FROM audit_readlog)",
        "查阅记录第 ",
        "实有 1 条",
    ),
    "a seal's body": ("UPDATE audit_seal SET body = '{}' WHERE seq = 1", "第 1 号封签", "签名不符"),
    "a seal's column": ("UPDATE audit_seal SET leaves = 9 WHERE seq = 1", "第 1 号封签", "字段"),
    "a seal out of the middle": ("DELETE FROM audit_seal WHERE seq = 1", "第 2 号封签", "不连续"),
    "the newest seal": ("DELETE FROM audit_seal WHERE seq = 2", "封签文件 00000002.json", "被换成旧的"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_found_and_named(folder: Path, name: str) -> None:
    sql, place, what = TAMPERINGS[name]
    with tampering() as run:
        for statement in sql.split("; "):
            run(statement)
        found = places(folder)
    assert any(place in where and what in said for where, said in found.items()), found


def test_a_chain_written_anew_with_right_hashes_is_found(folder: Path) -> None:
    """What the chain alone cannot see: every hash fits, only the sealed head tells."""
    with tampering():
        before = ""
        for step in Step.objects.order_by("seq"):
            content = '{"text":"改写"}' if step.seq == 1 else step.content
            step.content, step.prev_sha = content, before
            step.content_sha = chain.commitment(step.salt, content)
            step.sha = before = chain.entry_sha(step)
            step.save()
        Stream.objects.update(head_sha=before)
        found = places(folder)
    assert set(found.values()) == {"与封签所记的链头不符。"} and len(found) == 2, found


def test_the_database_of_yesterday_is_found(folder: Path, court: world.World) -> None:
    with tampering() as run:
        last = Step.objects.get(seq=6)
        for sql in (
            "DELETE FROM audit_seal WHERE seq = 2",
            f"DELETE FROM casefile_clue WHERE id = {last.subject_id}",
            "DELETE FROM audit_step WHERE seq = 6",
            "UPDATE audit_stream SET seq = 5, sealed_seq = 5, head_sha = (SELECT sha FROM audit_step WHERE seq = 5)",
        ):
            run(sql)
        found = places(folder)
    assert "被换成旧的" in found["封签文件 00000002.json"]
    assert "第 6 步" in found[f"留痕链 {last.stream_id}"]


def test_seal_files_missing_forged_and_extra(folder: Path) -> None:
    first, second = folder / "00000001.json", folder / "00000002.json"
    text = first.read_text()
    first.unlink()
    assert places(folder) == {"第 1 号封签": "封签文件不见了。"}
    first.write_text(text.replace("court", "c0urt"))
    assert "伪造" in places(folder)["第 1 号封签"]
    first.write_text("{")
    assert "无法读取" in places(folder)["第 1 号封签"]
    whole = json.loads(text)
    whole["body"]["at"] = "2027-01-01T00:00:00+00:00"
    whole["signature"] = KEY.sign(chain.canonical(whole["body"]).encode()).hex()
    first.write_text(chain.canonical(whole))
    assert "不一致" in places(folder)["第 1 号封签"]
    first.write_text(text)
    (folder / "00000003.json").write_text(second.read_text())
    assert "伪造" in places(folder)["封签文件 00000003.json"]
    (folder / "00000003.json").unlink()
    second.unlink()  # not published yet, or to be published again: the row is signed
    assert check(folder).ok
    seal.seal(world.MORNING, folder=folder, key=KEY)
    assert second.exists() and check(folder).ok


def test_another_key_verifies_nothing(folder: Path) -> None:
    report = verify.verify(folder=folder, public_key=Ed25519PrivateKey.generate().public_key())
    assert {finding.what for finding in report.findings} >= {"签名不符，可能是伪造的"}


def test_a_missing_guard_and_checks_of_other_rooms_are_told(folder: Path) -> None:
    with tampering():
        report = check(folder)
        assert "线索改动(缺失)" in {finding.what for finding in report.findings if finding.place == "保护触发器"}
    extra = [lambda: [verify.Finding("期限", "不符")]]
    report = verify.verify(folder=folder, public_key=KEY.public_key(), extra=extra)
    assert report.as_dict()["findings"] == [{"place": "期限", "what": "不符"}] and not report.ok


def test_a_hundred_thousand_steps_take_seconds(folder: Path, court: world.World) -> None:
    """5,000 here, in a fiftieth of the bound for 1e5 with room for a slow machine."""
    clue = court.registered("5")
    stream = chain.lock_stream("matter:1")
    with tampering():
        steps = []
        for number in range(5000):
            step = Step(
                stream=stream,
                seq=number + 1,
                edge_id=world.NOTE,
                subject_kind="clue",
                subject_id=clue.pk,
                subject_version=1,
                raised=False,
                actor=court.persons[0],
                happened_on=world.MORNING.date(),
                recorded_at=world.MORNING,
                content="{}",
                facts="{}",
                salt="s",
                prev_sha=steps[-1].sha if steps else "",
                content_sha=chain.commitment("s", "{}"),
                facts_sha=chain.commitment("s", "{}"),
            )
            step.sha = chain.entry_sha(step)
            steps.append(step)
        Step.objects.bulk_create(steps, batch_size=500)
        Stream.objects.filter(pk=stream.pk).update(seq=5000, head_sha=steps[-1].sha)
        began = time.perf_counter()
        report = check(folder)
        took = time.perf_counter() - began
    assert report.checked["steps"] == 5007
    assert report.found > MOST_FINDINGS == len(report.findings)  # each unsigned joint step
    assert took < 3, took


def test_nothing_sealed_yet_is_no_finding(court: world.World, tmp_path: Path) -> None:
    assert check(tmp_path / "none").ok
    assert Seal.objects.count() == 0 and ReadLog.objects.count() == 2 and Signature.objects.count() == 5
