"""The instance's secret key: in a folder beside the data, never inside it and never in its backup."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def secret_key(keys: Path, data: Path) -> str:
    """Django's SECRET_KEY for the instance whose data lie in `data`.

    Made once, mode 0600, at the first start over an existing data folder. Without a data folder there is no instance
    (`do plan`, checks): the process gets a throw-away key and nothing is written.
    """
    path = keys / "secret.key"
    with contextlib.suppress(FileNotFoundError):
        return _read(path)
    if not data.is_dir():
        return secrets.token_urlsafe(64)
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Written aside and linked into place: two processes that start together end with the same key.
    beside = keys / f".secret.{os.getpid()}.{secrets.token_hex(4)}"
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
    finally:
        beside.unlink()
    return _read(path)


def _read(path: Path) -> str:
    key = path.read_text(encoding="ascii").strip()
    if len(key) < 50:
        raise ValueError(f"密钥文件“{path}”不完整；请从备份恢复，或删除它后重新启动（所有人需重新登录）。")
    return key
