"""The environment variables of 双查: their names, what each may hold, and the one sentence that refuses anything else.

Standard library only: go.py asks these rules before any package is installed, `conf/environment.py` builds the typed
model from them. A value that is wrong stops the start; empty counts as not set.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from shuangcha.conf.database import DatabaseUrlError, parse_database_url

PREFIX = "SHUANGCHA_"
ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
MODES = ("demo", "training", "production")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class WrongSetting(ValueError):
    """A variable cannot be used; the message is one Chinese sentence and holds no secret."""


@dataclass(frozen=True)
class Variable:
    """One variable: `read` turns its text into what the program works with, or raises WrongSetting."""

    name: str
    meaning: str
    choices: str
    default: str
    read: Callable[[str], Any]
    show: Callable[[str], str] = str
    """The value as it may be shown to anybody: without secrets."""


def wrong(name: str, value: str, choices: str) -> WrongSetting:
    return WrongSetting(f"环境变量 {name} 现为“{value}”，无法识别；应写成：{choices}。")


# --- what each kind of value may hold ---


def _switch(name: str, choices: str) -> Callable[[str], bool]:
    def read(value: str) -> bool:
        found = SWITCH.get(value.lower())
        if found is None:
            raise wrong(name, value, choices)
        return found

    return read


def _word(name: str, words: tuple[str, ...], choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise wrong(name, value, choices)
        return value

    return read


def _folder(name: str, choices: str) -> Callable[[str], Path]:
    def read(value: str) -> Path:
        path = Path(os.path.abspath(value))
        if not value.strip() or (path.exists() and not path.is_dir()):
            raise wrong(name, value, choices)
        return path

    return read


_LABEL = r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"\.?{_LABEL}(?:\.{_LABEL})*")


def _is_address(kind: Callable[[str], object], text: str) -> bool:
    try:
        kind(text)
    except AddressValueError:
        return False
    return True


def _is_host(text: str) -> bool:
    if text.startswith("[") and text.endswith("]"):
        return _is_address(IPv6Address, text[1:-1])
    if re.fullmatch(r"[0-9.]+", text):
        return _is_address(IPv4Address, text)
    return text == "*" or (len(text) <= 253 and _HOST.fullmatch(text) is not None)


def _hosts(name: str, choices: str) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        found = tuple(one.strip() for one in value.split(",") if one.strip())
        if not found or not all(_is_host(one) for one in found):
            raise wrong(name, value, choices)
        return found

    return read


def _contact(name: str, choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        # RFC 9116, 2.5.3: an address, never plain http; it stands on one line of security.txt.
        plain = value.isascii() and value.isprintable() and " " not in value
        mail = re.fullmatch(r"mailto:[^@/]+@[^@/]+\.[^@/.]+", value)
        phone = re.fullmatch(r"tel:\+?[0-9-]{5,}", value)
        if not plain or not (mail or phone or _is_page(value)):
            raise wrong(name, value, choices)
        return value

    return read


def _is_page(value: str) -> bool:
    try:
        return value.startswith("https://") and bool(urlsplit(value).hostname)
    except ValueError:
        return False


def masked(url: str) -> str:
    """A database address without its password, however ill-formed: what may be one is left out rather than shown."""
    if url.startswith("sqlite:"):
        return url
    scheme, colon, rest = url.partition("://")
    if not colon or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", scheme):
        return "***"
    who, at, where = re.split("[?#]", rest, maxsplit=1)[0].rpartition("@")
    if not at:
        return f"{scheme}://***"
    user, colon, _ = who.partition(":")
    return f"{scheme}://{f'{user}:***' if colon else '***'}@{where}"


def _database(value: str) -> str:
    try:
        parse_database_url(value)
    except DatabaseUrlError as refused:
        raise WrongSetting(f"{str(refused).rstrip('。')}（现为“{masked(value)}”）。") from None
    return value.strip()


def _name(name: str, choices: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if not value.strip():
            raise wrong(name, value, choices)
        return value

    return read


# --- the variables ---


def _variable(
    name: str,
    meaning: str,
    choices: str,
    default: str,
    kind: Callable[[str, str], Callable[[str], Any]],
) -> Variable:
    return Variable(name, meaning, choices, default, kind(name, choices))


VARIABLES: dict[str, Variable] = {
    one.name: one
    for one in (
        Variable(
            "DATABASE_URL",
            "数据库地址",
            "sqlite:///绝对路径，或 postgres://用户:口令@主机:端口/库名",
            "数据目录中的 shuangcha.sqlite3",
            _database,
            masked,
        ),
        _variable(
            "SHUANGCHA_DATA",
            "数据目录；相对路径以启动时所在目录为准",
            "一个目录的路径",
            "程序目录中的 data",
            _folder,
        ),
        _variable(
            "SHUANGCHA_KEYS",
            "密钥目录；不得放在数据目录之内，备份数据目录时不带走密钥",
            "一个目录的路径",
            "数据目录名后加 .keys",
            _folder,
        ),
        _variable("SHUANGCHA_SEALS", "公布封签的目录", "一个目录的路径", "数据目录名后加 .seals", _folder),
        _variable(
            "SHUANGCHA_MODE",
            "实例方式：演示、培训、正式；go.py 另以数据目录中的 mode 文件为准",
            "、".join(MODES),
            "production",
            lambda name, choices: _word(name, MODES, choices),
        ),
        _variable(
            "SHUANGCHA_HTTPS",
            "前面有加密代理（TLS），并由代理写明 X-Forwarded-Proto；Cookie 随之只走加密连接",
            "1、true、yes、on 表示是，0、false、no、off 表示否",
            "否",
            _switch,
        ),
        _variable(
            "SHUANGCHA_HOSTS",
            "浏览器访问本实例所用的主机名，逗号分隔",
            "主机名或 IP 地址，逗号分隔，不带 http:// 和端口，IPv6 地址加方括号",
            "只有本机：" + "、".join(LOOPBACK),
            _hosts,
        ),
        _variable(
            "SHUANGCHA_SECURITY_CONTACT",
            "安全问题的联系方式，公布在 /.well-known/security.txt",
            "mailto:邮箱、https://网页 或 tel:电话",
            "mailto:security@第一个主机名（RFC 2142 规定的邮箱名），正式实例应写明真实的联系方式",
            _contact,
        ),
    )
}

TEST_VARIABLES: dict[str, str] = {
    "SHUANGCHA_TEST_ENGINE": "sqlite or postgres: the engine of a test session",
    "SHUANGCHA_TEST_URL": "the PostgreSQL server of the session",
    "SHUANGCHA_TEST_SCRATCH": "the session's scratch folder, known to the workers of xdist",
    "SHUANGCHA_TEST_TIMES": "the file into which a session writes what its tests cost",
    "SHUANGCHA_TEST_CRAWL": "all: the crawl opens every subject",
    "SHUANGCHA_TEST_CHROMIUM": "path of the browser",
    "SHUANGCHA_TEST_WRITE_GOLDEN": "1: write the golden texts of the papers anew",
}
"""What the test harness sets for itself; the program reads only the name of the test database."""


def check(given: Mapping[str, str], data: Path | None = None) -> dict[str, Any]:
    """The values of the variables that are set. Raises WrongSetting for the first that is unknown or ill-formed.

    `data`: the data folder where something else than the environment names it.
    """
    require_known(given)
    found = {name: one.read(given[name]) for name, one in VARIABLES.items() if given.get(name)}
    if "SHUANGCHA_KEYS" in found:
        require_apart(found["SHUANGCHA_KEYS"], data or found.get("SHUANGCHA_DATA", DATA))
    return found


def require_known(names: Iterable[str]) -> None:
    """Raises WrongSetting where a name looks like one of this program's and is none: a slip would do nothing."""
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name not in VARIABLES and name not in TEST_VARIABLES:
            near = get_close_matches(name.upper(), VARIABLES, n=1, cutoff=0.75)
            meant = f"，是否应为 {near[0]}" if near else ""
            raise WrongSetting(f"不认识环境变量 {name}{meant}；可用：{'、'.join(VARIABLES)}。")


def require_apart(keys: Path, data: Path) -> None:
    """Raises WrongSetting where a backup of the data would carry the keys."""
    if keys == data or data in keys.parents:
        raise WrongSetting(
            f"密钥目录不得放在数据目录之内，否则备份会把密钥一并带走：环境变量 SHUANGCHA_KEYS 现为“{keys}”，"
            f"数据目录为“{data}”；应写成数据目录以外的目录。"
        )
