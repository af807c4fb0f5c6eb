"""Seals: a signed Merkle root over the heads of the chains that grew, in a row and in a file beside the data.

The file is the witness. A chain alone proves nothing against somebody who rewrites the database whole or puts
yesterday's back; the file, or a copy of it elsewhere, says what the heads were. The tree is that of RFC 6962 §2.1.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction
from django.db.models import F

from .chain import canonical
from .models import ReadLog, Seal, Step, Stream

MOST_STREAMS = 10_000
MOST_READS = 100_000
"""Most chains and reads in one seal; the rest follows in the next, so that a writer never waits long."""

PUBLIC_NAME = "seal.pub"
LOG_COLUMNS = ("id", "person_id", "subject_kind", "subject_id", "what", "at")


class SealProblem(RuntimeError):
    """Sealing must not go on; the message is one Chinese sentence."""


# --- the tree ---


def leaf_hash(data: str) -> bytes:
    return hashlib.sha256(b"\x00" + data.encode()).digest()


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        row = levels[-1]
        above = [hashlib.sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row) - 1, 2)]
        levels.append(above + row[len(row) - len(row) % 2 :])
    return levels


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """Root over leaf hashes; of no leaf the hash of nothing."""
    return _levels(leaves)[-1][0] if leaves else hashlib.sha256(b"").digest()


def merkle_path(leaves: Sequence[bytes], index: int) -> list[tuple[str, str]]:
    """The sibling hashes from leaf to root, each with the side ("left" or "right") on which it stands."""
    path = []
    for row in _levels(leaves)[:-1]:
        beside = index ^ 1
        if beside < len(row):
            path.append(("left" if beside < index else "right", row[beside].hex()))
        index //= 2
    return path


# --- what is sealed ---


def leaf_hashes(body: dict[str, Any]) -> list[bytes]:
    """The leaves of a seal in their order: one per chain head, then the read log."""
    leaves = [*body["leaves"], ["readlog", body["readlog"]]]
    return [leaf_hash(canonical(leaf)) for leaf in leaves]


def read_digest(before: str, rows: Iterable[Sequence[Any]]) -> tuple[str, int, int]:
    """Digest over read-log rows, chained from the digest before; with the last id and the number of rows."""
    digest, last, count = hashlib.sha256(before.encode()), 0, 0
    for row in rows:
        line = canonical([*row[:5], row[5].astimezone(dt.UTC).isoformat(timespec="microseconds")])
        digest.update(f"{len(line)}:{line}".encode())
        last, count = row[0], count + 1
    return digest.hexdigest(), last, count


NO_READS: dict[str, Any] = {"after": 0, "to": 0, "count": 0, "total": 0, "digest": ""}


def seal(now: dt.datetime, *, folder: Path, key: Ed25519PrivateKey) -> Seal | None:
    """Seal what grew since the last seal; None when nothing did. Safe to repeat after a kill at any point.

    The row is committed first, then the file published; a row without its file is published by the next call, a file
    without its row is taken in when every head in it is found. Of two sealers at once the second finds nothing left.
    Raises SealProblem when the folder tells of heads that the database does not have, and OSError when the disk fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # One sealer; and no read in flight that would get a lower id than one sealed here. Taken before any
                # chain is locked, so that nobody whom we wait for can be waiting for us.
                cursor.execute('LOCK TABLE "audit_seal" IN SHARE ROW EXCLUSIVE MODE')
                cursor.execute('LOCK TABLE "audit_readlog" IN SHARE MODE')
        last = _heal(folder, key.public_key())
        made = _collect(now, last, key)
    if made is not None:
        publish(folder, made)
    return made


def _collect(now: dt.datetime, last: Seal | None, key: Ed25519PrivateKey) -> Seal | None:
    before: dict[str, Any] = json.loads(last.body) if last else {"readlog": NO_READS, "steps_total": 0}
    # A chain that an act holds at this moment is sealed next time: waiting for it could end in a deadlock.
    grown = Stream.objects.select_for_update(skip_locked=True).filter(seq__gt=F("sealed_seq")).order_by("key")
    streams = list(grown[:MOST_STREAMS])
    after = before["readlog"]["to"]
    rows = ReadLog.objects.filter(id__gt=after).order_by("id").values_list(*LOG_COLUMNS)[:MOST_READS]
    digest, to, count = read_digest(before["readlog"]["digest"], rows)
    if not streams and not count:
        return None
    readlog = {"after": after, "to": after, "count": 0, "total": before["readlog"]["total"]} | (
        {"to": to, "count": count, "total": before["readlog"]["total"] + count} if count else {}
    )
    readlog["digest"] = digest if count else before["readlog"]["digest"]
    body: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "prev_root": last.root if last else "",
        "at": now.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "leaves": [[stream.key, stream.seq, stream.head_sha] for stream in streams],
        "readlog": readlog,
        "steps_total": before["steps_total"] + sum(stream.seq - stream.sealed_seq for stream in streams),
    }
    body["root"] = merkle_root(leaf_hashes(body)).hex()
    for start in range(0, len(streams), 500):
        keys = [stream.key for stream in streams[start : start + 500]]
        Stream.objects.filter(pk__in=keys).update(sealed_seq=F("seq"))
    text = canonical(body)
    return _store(body, text, key.sign(text.encode()).hex())


def _store(body: dict[str, Any], text: str, signature: str) -> Seal:
    return Seal.objects.create(
        seq=body["seq"],
        prev_root=body["prev_root"],
        root=body["root"],
        leaves=len(body["leaves"]),
        body=text,
        signature=signature,
        sealed_at=dt.datetime.fromisoformat(body["at"]),
    )


# --- the files ---


def path_of(folder: Path, seq: int) -> Path:
    return folder / f"{seq:08d}.json"


def text_of(row: Seal) -> str:
    """A seal as published: {"body": …, "signature": hex}."""
    return canonical({"body": json.loads(row.body), "signature": row.signature}) + "\n"


def publish(folder: Path, row: Seal) -> None:
    """Write a seal's file, atomically and to the disk; never over another one."""
    path, text = path_of(folder, row.seq), text_of(row)
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise SealProblem(f"封签目录中已有另一份第 {row.seq} 号封签；数据可能被换成旧的，停止封签。")
        return
    write_whole(path, text.encode())


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that after a crash it is either whole or not there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # some network folders refuse fsync of a folder
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_file(path: Path, public_key: Ed25519PublicKey) -> tuple[dict[str, Any], str, str]:
    """(body, its text, signature) of a published seal; SealProblem when it is damaged or not signed by this key."""
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        body, signature = whole["body"], str(whole["signature"])
        text = canonical(body)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SealProblem(f"封签文件 {path.name} 无法读取。") from None
    if not signed(text, signature, public_key) or f"{body.get('seq', 0):08d}.json" != path.name:
        raise SealProblem(f"封签文件 {path.name} 的签名或编号不符，可能是伪造的。")
    return body, text, signature


def signed(text: str, signature: str, public_key: Ed25519PublicKey) -> bool:
    try:
        public_key.verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _heal(folder: Path, public_key: Ed25519PublicKey) -> Seal | None:
    """Publish rows without files, take in files without rows; the newest row afterwards."""
    last = Seal.objects.order_by("-seq").first()
    row = last
    while row is not None and not path_of(folder, row.seq).exists():
        publish(folder, row)
        row = Seal.objects.filter(seq=row.seq - 1).first()
    if row is not None:
        publish(folder, row)  # compares
    while (path := path_of(folder, last.seq + 1 if last else 1)).exists():
        body, text, signature = read_file(path, public_key)
        if body["prev_root"] != (last.root if last else "") or not _all_there(body):
            raise SealProblem(f"封签文件 {path.name} 比数据库新；数据可能被换成旧的，停止封签。")
        last = _store(body, text, signature)
        for name, seq, _ in body["leaves"]:
            Stream.objects.filter(pk=name, sealed_seq__lt=seq).update(sealed_seq=seq)
    return last


def _all_there(body: dict[str, Any]) -> bool:
    """Does the database hold everything that this seal speaks of?"""
    for name, seq, sha in body["leaves"]:
        if not Step.objects.filter(stream_id=name, seq=seq, sha=sha).exists():
            return False
        if not Stream.objects.filter(pk=name, seq__gte=seq).exists():
            return False
    log = body["readlog"]
    return not log["count"] or ReadLog.objects.filter(id__gt=log["after"], id__lte=log["to"]).count() == log["count"]


# --- proofs ---


@dataclass(frozen=True)
class Proof:
    """That a chain's head stood in a seal. The steps below the head are tied to it by the chain itself."""

    seal: int
    leaf: tuple[str, int, str]
    path: tuple[tuple[str, str], ...]
    body: str
    signature: str


def proof(stream: str, seq: int) -> Proof | None:
    """Inclusion proof of the first seal that covers step `seq` of the chain; None while it is unsealed."""
    for row in Seal.objects.filter(body__contains=canonical([stream])[:-1] + ",").order_by("seq").iterator(50):
        body = json.loads(row.body)
        for index, leaf in enumerate(body["leaves"]):
            if leaf[0] == stream and leaf[1] >= seq:
                path = merkle_path(leaf_hashes(body), index)
                return Proof(row.seq, (leaf[0], leaf[1], leaf[2]), tuple(path), row.body, row.signature)
    return None


def proven(this: Proof, public_key: Ed25519PublicKey) -> bool:
    """Does the leaf lead to the root, and is the root signed? Needs no database."""
    digest = leaf_hash(canonical(list(this.leaf)))
    for side, beside in this.path:
        pair = bytes.fromhex(beside) + digest if side == "left" else digest + bytes.fromhex(beside)
        digest = hashlib.sha256(b"\x01" + pair).digest()
    body = json.loads(this.body)
    return body["root"] == digest.hex() and body["seq"] == this.seal and signed(this.body, this.signature, public_key)


# --- the key ---


def new_key() -> bytes:
    """A new private key as PEM, for `vault.keys`, which alone decides when an instance gets one."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def private_key(pem: bytes) -> Ed25519PrivateKey:
    """Raises SealProblem when the bytes are not such a key."""
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise SealProblem("封签私钥文件已损坏。")
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """64 hex digits."""
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def load_public(folder: Path) -> Ed25519PublicKey:
    """The public key that lies in the seals folder; SealProblem when it is missing or damaged."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex((folder / PUBLIC_NAME).read_text().strip()))
    except (OSError, ValueError):
        raise SealProblem(f"封签目录“{folder}”中没有可用的公钥 {PUBLIC_NAME}。") from None
