"""Keys are made once, for new data; whatever else is found is a refusal in one sentence."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def again(instance: Any, *, data_is_new: bool = False) -> Any:
    from shuangcha.vault import keys

    return keys.prepare(instance.KEYS_DIR, data=instance.DATA_DIR, seals=instance.SEALS_DIR, data_is_new=data_is_new)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_instance_gets_private_files(instance: Any) -> None:
    from shuangcha.vault import keys

    assert sorted(contents(instance.KEYS_DIR)) == ["blind.key", "seal.key", "vault.key"]
    assert stat.S_IMODE(instance.KEYS_DIR.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in instance.KEYS_DIR.iterdir()} == {0o600}
    assert sorted(contents(instance.SEALS_DIR)) == ["seal.pub"]
    assert sorted(contents(instance.DATA_DIR)) == ["vault.check"]
    held = keys.current()
    assert keys.current() is held and keys.problem() is None
    assert held.vault.hex() not in repr(held) and held.blind.hex() not in repr(held) and repr(held) == "Keys()"
    secret = (instance.KEYS_DIR / "vault.key").read_text().strip()
    assert secret == held.vault.hex() and secret not in (instance.DATA_DIR / "vault.check").read_text()


def test_a_second_start_makes_nothing_new(instance: Any) -> None:
    before = contents(instance.KEYS_DIR)
    for data_is_new in (False, True):  # even when somebody claims that the data are new
        again(instance, data_is_new=data_is_new)
        assert contents(instance.KEYS_DIR) == before


def test_an_interrupted_making_is_finished_with_the_same_keys(instance: Any) -> None:
    before = (instance.KEYS_DIR / "vault.key").read_bytes()
    for path in (instance.DATA_DIR / "vault.check", instance.KEYS_DIR / "seal.key", instance.SEALS_DIR / "seal.pub"):
        path.unlink()
    again(instance, data_is_new=True)
    assert (instance.KEYS_DIR / "vault.key").read_bytes() == before


def rewrite(name: str, text: str) -> Callable[[Any], None]:
    return lambda instance: (instance.KEYS_DIR / name).write_text(text) and None


def foreign(name: str) -> Callable[[Any], None]:
    """The file of another instance."""

    def do(instance: Any) -> None:
        from shuangcha.vault import keys

        other = instance.KEYS_DIR.with_name("other")
        keys.prepare(other / "keys", data=other / "data", seals=other / "seals", data_is_new=True)
        shutil.copy(other / "keys" / name, instance.KEYS_DIR / name)

    return do


def foreign_public(instance: Any) -> None:
    (instance.SEALS_DIR / "seal.pub").write_text("00" * 32)


FAULTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "no folder": (lambda i: shutil.rmtree(i.KEYS_DIR), "找不到密钥目录"),
    "no vault key": (lambda i: (i.KEYS_DIR / "vault.key").unlink(), "找不到密钥文件"),
    "no blind key": (lambda i: (i.KEYS_DIR / "blind.key").unlink(), "找不到密钥文件"),
    "no seal key": (lambda i: (i.KEYS_DIR / "seal.key").unlink(), "找不到密钥文件"),
    "cut key": (rewrite("vault.key", "ab"), "不完整"),
    "not a key": (rewrite("seal.key", "x"), "不完整"),
    "foreign vault key": (foreign("vault.key"), "不是写入本数据所用的密钥"),
    "foreign blind key": (foreign("blind.key"), "不是写入本数据所用的密钥"),
    "foreign seal key": (foreign("seal.key"), "封签私钥不是本实例"),
    "open folder": (lambda i: i.KEYS_DIR.chmod(0o755), "0700"),
    "open file": (lambda i: (i.KEYS_DIR / "vault.key").chmod(0o640), "0600"),
    "no check": (lambda i: (i.DATA_DIR / "vault.check").unlink(), "vault.check"),
    "broken check": (lambda i: (i.DATA_DIR / "vault.check").write_text("{}"), "vault.check"),
    "no public key": (lambda i: (i.SEALS_DIR / "seal.pub").unlink(), "seal.pub"),
    "foreign public key": (foreign_public, "公钥不是本实例"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence_and_no_new_key(instance: Any, fault: str) -> None:
    from shuangcha.vault import keys

    spoil, says = FAULTS[fault]
    secrets = [path.read_text().strip() for path in instance.KEYS_DIR.iterdir()]
    spoil(instance)
    before = contents(instance.KEYS_DIR) if instance.KEYS_DIR.exists() else None
    with pytest.raises(keys.KeyProblem, match=says) as wrong:
        again(instance)
    sentence = keys.problem()
    assert sentence is not None and says in sentence and sentence.endswith("。") and "\n" not in sentence
    assert not any(secret in str(wrong.value) for secret in secrets)
    assert (contents(instance.KEYS_DIR) if instance.KEYS_DIR.exists() else None) == before


def test_keys_of_another_user_are_refused(instance: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuangcha.vault import keys

    monkeypatch.setattr(os, "geteuid", lambda: instance.KEYS_DIR.stat().st_uid + 1)
    assert "属于运行本程序的用户" in (keys.problem() or "")


def test_a_new_instance_does_not_take_another_ones_seals(instance: Any) -> None:
    from shuangcha.vault import keys

    (instance.SEALS_DIR / "00000001.json").write_text("{}")
    (instance.DATA_DIR / "vault.check").unlink()
    with pytest.raises(keys.KeyProblem, match="别的实例的封签"):
        again(instance, data_is_new=True)
