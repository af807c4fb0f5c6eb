"""The keys folder (0700, outside the data folder and its backup) and the check that its keys fit the data.

    vault.key   wraps the data keys of the identities (32 bytes as hex)
    blind.key   keys the digests that tell a repeated complainant (32 bytes as hex)
    seal.key    signs the seals (Ed25519, PEM)
    secret.key  Django's; see `conf.keys`

`vault.check` in the data folder says which keys the data were written with. Keys are made once, for a new instance;
over existing data a missing or foreign key is a refusal to start, never a new key.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from shuangcha.audit import seal

from . import crypto

VAULT, BLIND, SEAL, CHECK = "vault.key", "blind.key", "seal.key", "vault.check"
KNOWN = b"shuangcha vault check"


class KeyProblem(RuntimeError):
    """The keys are missing, wrong or open to others; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Keys:
    """The loaded keys; nothing of them is shown by repr."""

    vault: bytes = field(repr=False)
    blind: bytes = field(repr=False)
    seal: Ed25519PrivateKey = field(repr=False)

    @property
    def vault_id(self) -> str:
        return crypto.key_id(self.vault)


_loaded: dict[tuple[Path, Path, Path], Keys] = {}


def current() -> Keys:
    """The keys of this instance, read once per process. Raises KeyProblem."""
    where = (settings.KEYS_DIR, settings.DATA_DIR, settings.SEALS_DIR)
    if where not in _loaded:
        _loaded[where] = load(where[0], data=where[1], seals=where[2])
    return _loaded[where]


def problem(connection: Any = None) -> str | None:
    """The one sentence why this instance must not serve, or None. Reads the files anew, for the check at start."""
    try:
        load(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR)
    except KeyProblem as wrong:
        return str(wrong)
    return None


def prepare(folder: Path, *, data: Path, seals: Path, data_is_new: bool) -> Keys:
    """Make the keys of a new instance, or finish an interrupted making; then load them.

    `vault.check` is written last and means: from here on there are data. With it, or with `data_is_new` false, nothing
    is ever made. Raises KeyProblem.
    """
    if data_is_new and not (data / CHECK).exists():
        if next(seals.glob("[0-9]*.json"), None) is not None:
            raise KeyProblem(f"封签目录“{seals}”中已有别的实例的封签，请为新实例另设封签目录。")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (VAULT, BLIND):
            _make(folder / name, crypto.new_key().hex().encode() + b"\n")
        _make(folder / SEAL, seal.new_key())
        keys = _read(folder)
        seals.mkdir(parents=True, exist_ok=True)
        seal.write_whole(seals / seal.PUBLIC_NAME, (seal.public_text(keys.seal.public_key()) + "\n").encode())
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        seal.write_whole(data / CHECK, (json.dumps(_check(keys)) + "\n").encode(), 0o600)
    return load(folder, data=data, seals=seals)


def load(folder: Path, *, data: Path, seals: Path) -> Keys:
    """Read the keys and hold them against the data. Raises KeyProblem."""
    keys = _read(folder)
    try:
        check = json.loads((data / CHECK).read_text(encoding="ascii"))
        opened = crypto.decrypt(keys.vault, bytes.fromhex(check["vault"]), aad=_place())
        fits = opened == KNOWN and hmac.compare_digest(str(check["blind"]), _blind_check(keys))
        own = str(check["seal"]) == seal.public_text(keys.seal.public_key())
    except crypto.CryptoProblem:
        fits = own = False
    except FileNotFoundError:
        raise KeyProblem(f"数据目录“{data}”中没有 {CHECK}，无法确认密钥与数据相符，系统拒绝启动。") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyProblem(f"数据目录“{data}”中的 {CHECK} 无法读取，系统拒绝启动。") from None
    if not fits:
        raise KeyProblem(f"密钥目录“{folder}”中的密钥不是写入本数据所用的密钥，系统拒绝启动；请放回原来的密钥。")
    if not own:
        raise KeyProblem(f"密钥目录“{folder}”中的封签私钥不是本实例的私钥，系统拒绝启动；请放回原来的密钥。")
    try:
        published = seal.public_text(seal.load_public(seals))
    except seal.SealProblem as wrong:
        raise KeyProblem(f"{wrong}系统拒绝启动。") from None
    if published != check["seal"]:
        raise KeyProblem(f"封签目录“{seals}”中的公钥不是本实例的公钥，系统拒绝启动。")
    return keys


def _read(folder: Path) -> Keys:
    _private(folder, "密钥目录", stat.S_ISDIR)
    texts = {}
    for name in (VAULT, BLIND, SEAL):
        _private(folder / name, "密钥文件", stat.S_ISREG)
        try:
            texts[name] = (folder / name).read_bytes()
        except OSError:
            raise KeyProblem(f"密钥文件“{folder / name}”无法读取，系统拒绝启动。") from None
    try:
        vault, blind = (bytes.fromhex(texts[name].decode("ascii").strip()) for name in (VAULT, BLIND))
        signing = seal.private_key(texts[SEAL])
    except (ValueError, seal.SealProblem):
        vault = blind = b""
        signing = None
    if signing is None or len(vault) != crypto.KEY_BYTES or len(blind) != crypto.KEY_BYTES:
        raise KeyProblem(f"密钥目录“{folder}”中的密钥文件不完整，系统拒绝启动；请从密钥备份恢复。")
    return Keys(vault, blind, signing)


def _private(path: Path, what: str, is_kind: Any) -> None:
    try:
        found = path.lstat()
    except OSError:
        raise KeyProblem(f"找不到{what}“{path}”，系统拒绝启动；请从密钥备份恢复，不要新建。") from None
    if not is_kind(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        mode = "0700" if stat.S_ISDIR(found.st_mode) else "0600"
        raise KeyProblem(f"{what}“{path}”必须属于运行本程序的用户且他人不可读(权限 {mode})，系统拒绝启动。")


def _make(path: Path, text: bytes) -> None:
    """Write a key file once: two processes that prepare together end with the same key."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    seal.write_whole(beside, text, 0o600)
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()


def _check(keys: Keys) -> dict[str, str]:
    return {
        "key_id": keys.vault_id,
        "vault": crypto.encrypt(keys.vault, KNOWN, aad=_place()).hex(),
        "blind": _blind_check(keys),
        "seal": seal.public_text(keys.seal.public_key()),
    }


def _place() -> bytes:
    return crypto.place("vault", "check", "known")


def _blind_check(keys: Keys) -> str:
    return hmac.new(keys.blind, b"check|" + KNOWN, hashlib.sha256).hexdigest()
