"""Authenticated encryption with a header that says how and with which key, bound to the place where it is stored.

Sealed bytes: algorithm (1) | key id (4) | nonce (12) | ciphertext and tag. The header and the place (table, row, field)
are authenticated, so that a ciphertext moved to another row or field does not open.
"""

from __future__ import annotations

import hashlib
import os

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

AES, SM4 = "aes-256-gcm", "sm4-gcm"
CODES = {AES: 1, SM4: 2}
"""SM4-GCM is for courts under 密评 (GM/T 0002); AES-256-GCM otherwise."""

KEY_BYTES, NONCE_BYTES, TAG_BYTES, HEADER_BYTES = 32, 12, 16, 17


class CryptoProblem(RuntimeError):
    """Something does not open or cannot be sealed; the message is one Chinese sentence and never holds content."""


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def key_id(key: bytes) -> str:
    """First 8 hex digits of the key's SHA-256: names a key without telling it."""
    return hashlib.sha256(key).hexdigest()[:8]


def place(table: str, uid: object, field: str) -> bytes:
    """The place of a ciphertext: what it is bound to."""
    return f"{table}|{uid}|{field}".encode()


def encrypt(key: bytes, plaintext: bytes, *, aad: bytes, algorithm: str = AES) -> bytes:
    """Seal under a 32-byte key; a fresh random nonce each time."""
    if algorithm not in CODES:
        raise CryptoProblem(f"不支持的加密算法“{algorithm}”。")
    nonce = os.urandom(NONCE_BYTES)
    header = bytes([CODES[algorithm]]) + bytes.fromhex(key_id(key)) + nonce
    bound = header + aad
    if algorithm == AES:
        return header + AESGCM(key).encrypt(nonce, plaintext, bound)
    try:
        sealing = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
    except UnsupportedAlgorithm:
        raise CryptoProblem("本机的密码库不支持 SM4-GCM。") from None
    sealing.authenticate_additional_data(bound)
    return header + sealing.update(plaintext) + sealing.finalize() + sealing.tag


def decrypt(key: bytes, sealed: bytes, *, aad: bytes) -> bytes:
    """Open what `encrypt` sealed; CryptoProblem for another key, another place or changed bytes."""
    sealed = bytes(sealed)
    header, rest = sealed[:HEADER_BYTES], sealed[HEADER_BYTES:]
    if len(rest) < TAG_BYTES or header[0] not in CODES.values():
        raise CryptoProblem("密文格式不符，无法解密。")
    if header[1:5].hex() != key_id(key):
        raise CryptoProblem("密文所用的密钥与现有密钥不符，无法解密。")
    nonce, bound = header[5:], header + aad
    try:
        if header[0] == CODES[AES]:
            return AESGCM(key).decrypt(nonce, rest, bound)
        opening = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce, rest[-TAG_BYTES:])).decryptor()
        opening.authenticate_additional_data(bound)
        return opening.update(rest[:-TAG_BYTES]) + opening.finalize()
    except InvalidTag:
        raise CryptoProblem("密文被改动或不在原处，无法解密。") from None
    except UnsupportedAlgorithm:
        raise CryptoProblem("本机的密码库不支持 SM4-GCM。") from None


def _sm4_key(key: bytes) -> bytes:
    # SM4 takes 16 bytes; a key of its own, so that no key bytes serve two ciphers.
    return HKDF(algorithm=SHA256(), length=16, salt=None, info=b"shuangcha sm4-gcm").derive(key)
