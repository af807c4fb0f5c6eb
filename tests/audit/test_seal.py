"""Seals: what they say, that they can be repeated after a kill, and what stops them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from shuangcha.audit import guards, seal, verify
from shuangcha.audit.models import Seal, Stream
from tests.audit import world
from tests.audit.conftest import act
from tests.harness import engines

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()


def sealed(court: world.World, folder: Path) -> Seal | None:
    return seal.seal(court.now(), folder=folder, key=KEY)


def test_merkle_vectors_of_rfc_6962() -> None:
    # Test vectors of the Certificate Transparency reference implementation (leaves of its 8-leaf tree).
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    hashes = [seal.leaf_hash(bytes.fromhex(leaf).decode("latin-1")) for leaf in leaves]
    roots = {
        0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    assert {n: seal.merkle_root(hashes[:n]).hex() for n in roots} == roots


def test_a_seal_holds_each_head_once_and_then_nothing_is_left(court: world.World, tmp_path: Path) -> None:
    made = sealed(court, tmp_path)
    assert made is not None and (made.seq, made.prev_root, made.leaves) == (1, "", 1)
    body = json.loads(made.body)
    head = Stream.objects.get()
    assert body["leaves"] == [[head.key, 5, head.head_sha]] and head.sealed_seq == 5 == body["steps_total"]
    assert (body["readlog"]["count"], body["readlog"]["total"]) == (2, 2)
    filed, text, _ = seal.read_file(tmp_path / "00000001.json", PUBLIC)
    assert (filed, text) == (body, made.body)
    assert sealed(court, tmp_path) is None
    court.registered("9")
    second = sealed(court, tmp_path)
    assert second is not None and (second.seq, second.prev_root) == (2, made.root)
    assert json.loads(second.body)["readlog"] == body["readlog"] | {"after": body["readlog"]["to"], "count": 0}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["00000001.json", "00000002.json"]


def test_reads_alone_are_sealed(court: world.World, tmp_path: Path) -> None:
    sealed(court, tmp_path)
    court.read(court.clue("9"))
    made = sealed(court, tmp_path)
    assert made is not None and made.leaves == 0 and json.loads(made.body)["readlog"]["total"] == 3


def test_a_proof_needs_no_database_and_fails_when_anything_in_it_changes(court: world.World, tmp_path: Path) -> None:
    for number in range(5):
        Stream.objects.create(key=f"matter:{number}")
    sealed(court, tmp_path)
    name = Stream.objects.get(seq__gt=0).key
    proof = seal.proof(name, 3)
    assert proof is not None and proof.leaf[:2] == (name, 5) and seal.proven(proof, PUBLIC)
    assert seal.proof(name, 6) is None and seal.proof("matter:1", 1) is None
    for changed in ({"leaf": (name, 5, "0" * 64)}, {"seal": 2}, {"body": proof.body.replace("court", "c0urt")}):
        assert not seal.proven(seal.Proof(**{**vars(proof), **changed}), PUBLIC)
    assert not seal.proven(proof, Ed25519PrivateKey.generate().public_key())


def test_every_path_of_every_tree_leads_to_its_root() -> None:
    for size in range(1, 18):
        hashes = [seal.leaf_hash(str(n)) for n in range(size)]
        for index in range(size):
            digest = hashes[index]
            for side, beside in seal.merkle_path(hashes, index):
                other = bytes.fromhex(beside)
                digest = seal._levels([other, digest] if side == "left" else [digest, other])[-1][0]
            assert digest == seal.merkle_root(hashes)


def test_killed_between_row_and_file_the_file_is_written_later(court: world.World, tmp_path: Path) -> None:
    sealed(court, tmp_path)
    text = (tmp_path / "00000001.json").read_text()
    (tmp_path / "00000001.json").unlink()
    (tmp_path / ".00000001.json.1.ab").write_text(text[:50])  # what a kill in the middle of writing leaves
    assert sealed(court, tmp_path) is None
    assert (tmp_path / "00000001.json").read_text() == text


def test_a_file_without_its_row_is_taken_in(court: world.World, tmp_path: Path) -> None:
    sealed(court, tmp_path)
    first = Seal.objects.get()
    forget_seals()
    court.registered("9")
    made = sealed(court, tmp_path)
    again = Seal.objects.get(seq=1)
    assert (again.body, again.signature) == (first.body, first.signature)
    assert made is not None and made.seq == 2 and made.prev_root == first.root
    assert Stream.objects.get().sealed_seq == 6


@pytest.mark.parametrize("call", ["os.fsync", "os.replace", "publish", "_store", "read_digest"])
def test_wherever_it_dies_the_next_call_finishes(
    court: world.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The disk fails, or the process dies, at each call in turn."""

    def die(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(f"shuangcha.audit.seal.{call}", die)
        with pytest.raises(OSError, match="No space"):
            sealed(court, tmp_path)
    assert list(tmp_path.iterdir()) == []  # neither half a file nor its remains
    sealed(court, tmp_path)
    assert sealed(court, tmp_path) is None
    assert [path.name for path in tmp_path.iterdir()] == ["00000001.json"]
    assert verify.verify(folder=tmp_path, public_key=PUBLIC).ok and Seal.objects.count() == 1


def forget_seals() -> None:
    guards.drop(connection)
    Seal.objects.all().delete()
    Stream.objects.update(sealed_seq=0)
    guards.install(connection)


def test_it_stops_before_a_folder_that_knows_more_than_the_database(court: world.World, tmp_path: Path) -> None:
    sealed(court, tmp_path)
    court.registered("9")
    sealed(court, tmp_path)
    guards.drop(connection)
    Seal.objects.filter(seq=2).delete()
    Stream.objects.update(sealed_seq=5)
    connection.cursor().execute("UPDATE audit_step SET sha = 'other' WHERE seq = 6")
    guards.install(connection)
    with pytest.raises(seal.SealProblem, match="比数据库新"):
        sealed(court, tmp_path)


def test_it_stops_before_another_file_of_the_same_number(court: world.World, tmp_path: Path) -> None:
    sealed(court, tmp_path)
    path = tmp_path / "00000001.json"
    path.write_text(path.read_text().replace('"seq":1', '"seq": 1'))
    with pytest.raises(seal.SealProblem, match="另一份第 1 号封签"):
        sealed(court, tmp_path)
    forget_seals()
    path.write_text(path.read_text().replace("court", "c0urt"))
    with pytest.raises(seal.SealProblem, match="签名或编号不符"):
        sealed(court, tmp_path)


def test_large_numbers_are_sealed_in_portions(
    court: world.World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "MOST_READS", 1)
    totals = []
    while (made := sealed(court, tmp_path)) is not None:
        totals.append(json.loads(made.body)["readlog"]["total"])
    assert totals == [1, 2]


def test_two_sealers_at_once_make_one_chain_of_seals() -> None:
    with engines.fresh_database() as database:
        folder = database.data.parent
        act(database, "sample", folder)
        words = [sys.executable, "-m", "tests.audit.world", "seal", str(folder)]
        start: dict[str, Any] = {"env": database.env, "cwd": engines.ROOT, "text": True, "stdout": subprocess.PIPE}
        both = [subprocess.Popen(words, **start) for _ in range(2)]
        made = [json.loads(one.communicate(timeout=120)[0]) for one in both]
        assert sorted(made) == [[], [1]]
        report = json.loads(act(database, "verify", folder))
        assert report["ok"], report
        assert report["checked"] | {"seals": 1, "steps": 5, "streams": 1, "subjects": 3} == report["checked"]


def test_sealing_and_verifying_while_the_court_works() -> None:
    with engines.fresh_database() as database:
        folder = database.data.parent
        act(database, "sample", folder)
        start: dict[str, Any] = {"env": database.env, "cwd": engines.ROOT, "text": True, "stderr": subprocess.PIPE}
        writers = [
            subprocess.Popen([sys.executable, "-m", "tests.audit.world", f"write{n}", str(folder)], **start)
            for n in range(2)
        ]
        reports = []
        while any(writer.poll() is None for writer in writers):
            act(database, "seal", folder)
            reports.append(json.loads(act(database, "verify", folder)))
        assert [writer.communicate()[1] for writer in writers] == ["", ""]
        act(database, "seal", folder)
        reports.append(json.loads(act(database, "verify", folder)))
        assert [report["findings"] for report in reports] == [[]] * len(reports)
        assert reports[-1]["checked"]["steps"] == 5 + 2 * 80 * 2 and reports[-1]["checked"]["reads"] == 162
