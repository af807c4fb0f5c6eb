"""Sealed bytes open with their key, at their place, unchanged; and in no other way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangcha.vault import crypto

KEY = bytes(range(32))
HERE = crypto.place("t", "u", "f")
ALGORITHMS = list(crypto.CODES)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@given(text=st.binary(max_size=300))
def test_what_is_sealed_opens(algorithm: str, text: bytes) -> None:
    sealed = crypto.encrypt(KEY, text, aad=HERE, algorithm=algorithm)
    assert crypto.decrypt(KEY, sealed, aad=HERE) == text
    assert crypto.encrypt(KEY, text, aad=HERE, algorithm=algorithm) != sealed  # a fresh nonce


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_each_flipped_byte_another_place_and_another_key_are_refused(algorithm: str) -> None:
    sealed = crypto.encrypt(KEY, "王某".encode(), aad=HERE, algorithm=algorithm)
    assert sealed[:5].hex() == f"{crypto.CODES[algorithm]:02x}{crypto.key_id(KEY)}"
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 3  # 1 and 2 name the two algorithms
        with pytest.raises(crypto.CryptoProblem):
            crypto.decrypt(KEY, bytes(changed), aad=HERE)
    for place in (("t", "u", "g"), ("t", "v", "f"), ("s", "u", "f")):
        with pytest.raises(crypto.CryptoProblem, match="不在原处"):
            crypto.decrypt(KEY, sealed, aad=crypto.place(*place))
    with pytest.raises(crypto.CryptoProblem, match="密钥不符"):
        crypto.decrypt(bytes(32), sealed, aad=HERE)
    for short in (b"", sealed[:16], sealed[:32]):
        with pytest.raises(crypto.CryptoProblem):
            crypto.decrypt(KEY, short, aad=HERE)


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(crypto.CryptoProblem, match="不支持"):
        crypto.encrypt(KEY, b"", aad=HERE, algorithm="rot13")
