"""Reading `DATABASE_URL`, strictly.

Standard library only: go.py reads the address with this file before any package is installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# A power cut must not lose an acknowledged act: FULL, not the often advised NORMAL. IMMEDIATE because a deferred
# transaction that turns into a writer fails at once with "database is locked" instead of waiting for its turn.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA trusted_schema=OFF;"
        # Kept connections never let the log be deleted; once it has been written back it may shrink to this.
        "PRAGMA journal_size_limit=67108864;"
    ),
}
POSTGRES_SCHEMES = ("postgres", "postgresql")
POSTGRES_QUERY = {"sslmode", "sslrootcert", "connect_timeout", "target_session_attrs"}
EXAMPLES = "应写成 sqlite:///绝对路径，或 postgres://用户:口令@主机:端口/库名"


class DatabaseUrlError(ValueError):
    """DATABASE_URL cannot be used; the message is one Chinese sentence without the password."""


def parse_database_url(url: str) -> dict[str, Any]:
    """Turn a database address into Django's DATABASES["default"].

    Raises DatabaseUrlError for anything that is not exactly one of the two forms; nothing is guessed, because a
    misread address would start the court on an empty database.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise DatabaseUrlError(f"环境变量 DATABASE_URL 无法识别：端口或主机写法有误；{EXAMPLES}。") from None
    if parts.scheme == "sqlite":
        return sqlite_settings(_sqlite_path(url.strip()))
    if parts.scheme in POSTGRES_SCHEMES:
        name = unquote(parts.path[1:])
        if not parts.hostname or not name or "/" in name or not parts.username or parts.fragment:
            raise DatabaseUrlError(f"环境变量 DATABASE_URL 缺少用户、主机或库名；{EXAMPLES}。")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        unknown = sorted(set(query) - POSTGRES_QUERY)
        if unknown:
            raise DatabaseUrlError(f"环境变量 DATABASE_URL 中有不认识的参数：{'、'.join(unknown)}。")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname,
            "PORT": str(port or 5432),
            # Django's default opens a connection per request: 6.8 times slower on PostgreSQL.
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }
    raise DatabaseUrlError(f"环境变量 DATABASE_URL 的类型“{parts.scheme or '空'}”不受支持；{EXAMPLES}。")


def sqlite_settings(path: Path) -> dict[str, Any]:
    """Django's settings for the SQLite file at `path`."""
    return {
        "ENGINE": "shuangcha.conf.sqlite",
        "NAME": str(path),
        # Opening one parses the whole schema; the health check looks whether the file is still the same one.
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }


def _sqlite_path(url: str) -> Path:
    # Taken from the raw text: a folder may hold a space, 汉字, '#' or '?', which urlsplit would cut off.
    rest = url[len("sqlite:") :]
    if not rest.startswith("///") or len(rest) < 4:
        raise DatabaseUrlError(f"环境变量 DATABASE_URL 缺少数据文件路径；{EXAMPLES}。")
    path = Path(unquote(rest[3:]) if rest[3:4] == "/" else "/" + unquote(rest[3:]))
    if ":memory:" in path.name:
        raise DatabaseUrlError("环境变量 DATABASE_URL 指向内存数据库，关机即失；请写数据文件的绝对路径。")
    if path.is_dir():
        raise DatabaseUrlError(f"环境变量 DATABASE_URL 指向的是文件夹“{path}”；请写数据文件的路径。")
    return path
