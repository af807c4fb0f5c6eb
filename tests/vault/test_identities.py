"""Identities: not to be read in the database, opened when asked, repeats told, erased for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
WHO = {
    "name": "欧阳甲乙",
    "phone": "13900001111",
    "id_number": "41030319800101001X",
    "address": "某市某路九十九号",
    "unit": "某某公司",
    "other": "亲笔信一封",
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def courts(instance: Any) -> list[Any]:
    from shuangcha.courts.models import Court

    return [Court.objects.create(code=f"豫99{n}", name=f"试验法院{n}", level="basic") for n in range(2)]


def seal(court: Any, **given: Any) -> Any:
    from shuangcha.vault import identities

    return identities.seal_identity(court, now=NOW, **given)


@pytest.mark.parametrize("algorithm", ["aes-256-gcm", "sm4-gcm"])
def test_sealed_and_opened(courts: list[Any], instance: Any, algorithm: str) -> None:
    from shuangcha.vault import identities
    from shuangcha.vault.models import Identity

    instance.VAULT_ALGORITHM = algorithm
    identity = Identity.objects.get(pk=seal(courts[0], **WHO).pk)
    assert (identity.mask, identity.algorithm, len(identity.key_id)) == ("举报人甲", algorithm, 8)
    assert identities.open_identity(identity) == WHO
    instance.VAULT_ALGORITHM = "aes-256-gcm"  # rows of before still open
    assert identities.open_identity(identity) == WHO
    for table in ("vault_identity", "vault_blindindex"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            dump = b"|".join(
                bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
                for row in cursor.fetchall()
                for cell in row
            )
        assert not [value for value in WHO.values() if value.encode() in dump or value[-6:].encode() in dump]


def test_masks() -> None:
    from shuangcha.vault.identities import mask_of

    assert [mask_of(n) for n in (0, 1, 2, 9, 10)] == ["举报人甲", "举报人乙", "举报人丙", "举报人癸", "举报人11"]


def test_a_ciphertext_moved_to_another_row_does_not_open(courts: list[Any]) -> None:
    from shuangcha.vault import crypto, identities

    one, two = seal(courts[0], **WHO), seal(courts[0], name="司徒丙")
    two.wrapped_key, two.ciphertext = one.wrapped_key, one.ciphertext
    with pytest.raises(crypto.CryptoProblem) as wrong:
        identities.open_identity(two)
    shown = wrong.getrepr(showlocals=False)
    assert not any(value in str(shown) for value in WHO.values())


def test_repeats_are_counted_per_court(courts: list[Any]) -> None:
    from shuangcha.vault import identities

    first = seal(courts[0], **WHO)
    assert identities.repeats(first) == 0
    same_phone = seal(courts[0], name="另一人", phone="+86 139-0000 1111")
    same_name_and_unit = seal(courts[0], name="欧阳 甲乙", unit="某某公司\u200b")
    seal(courts[0], name="欧阳甲乙")  # a name alone is no repeat
    seal(courts[0], phone="", id_number=" ")
    elsewhere = seal(courts[1], **WHO)
    assert [identities.repeats(one) for one in (first, same_phone, same_name_and_unit, elsewhere)] == [2, 1, 1, 0]


def test_erased_is_gone_for_good(courts: list[Any]) -> None:
    from shuangcha.vault import identities
    from shuangcha.vault.models import BlindIndex, Identity

    identity, other = seal(courts[0], **WHO), seal(courts[0], **WHO)
    identities.erase(identity, now=NOW)
    stored = Identity.objects.get(pk=identity.pk)
    assert (bytes(stored.wrapped_key), bytes(stored.ciphertext), stored.erased_at) == (b"", b"", NOW)
    assert stored.mask == "举报人甲" and not BlindIndex.objects.filter(identity=stored).exists()
    with pytest.raises(identities.IdentityErased, match="已销毁"):
        identities.open_identity(stored)
    assert identities.repeats(other) == 0 and identities.open_identity(other) == WHO


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", ["张三", "张 三", "张\u3000三", "张\u200b三", "\ufeff张三\n"]),
        ("id_number", ["41030319800101001X", "４１０３０３１９８００１０１００１Ｘ", "410303 1980 0101 001X"]),
        ("id_number", ["41030319800101001X", "41030319800101001x"]),
        ("phone", ["13900001111", "+8613900001111", "0086 139 0000 1111", "139-0000-1111", "１３９００００１１１１"]),
        ("unit", ["ABC公司", "abc公司", "ＡＢＣ 公司"]),
    ],
)
def test_spellings_of_one_value_have_one_digest(courts: list[Any], field: str, values: list[str]) -> None:
    from shuangcha.vault.identities import blind

    assert len({blind(field, value, court_id=1) for value in values}) == 1
    assert blind(field, values[0], court_id=1) != blind(field, values[0], court_id=2)
    assert blind(field, values[0], court_id=1) != blind("other", values[0], court_id=1)
    assert blind(field, values[0] + "1", court_id=1) != blind(field, values[0], court_id=1)


def test_the_digest_needs_the_key(courts: list[Any], instance: Any) -> None:
    from shuangcha.vault import identities, keys

    before = identities.blind("phone", WHO["phone"], court_id=1)
    other = instance.KEYS_DIR.with_name("other")
    instance.KEYS_DIR, instance.DATA_DIR, instance.SEALS_DIR = other / "keys", other / "data", other / "seals"
    keys.prepare(other / "keys", data=other / "data", seals=other / "seals", data_is_new=True)
    assert identities.blind("phone", WHO["phone"], court_id=1) != before
