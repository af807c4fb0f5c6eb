"""Parameters that the plan leaves open, each with its source and the mark of that source (S V V~ L M D).

Looked up for a court, then for all courts, then in `data/settings.csv`, which also says which parameters exist.
Rows are read by one statement and kept for half a minute.
"""

from __future__ import annotations

import csv
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection

from shuangcha.courts.models import Setting
from shuangcha.periods import Period, PeriodError

KEPT_SECONDS = 30.0
FILE = Path(__file__).with_name("data") / "settings.csv"
LIMIT = "limit."
CHOICES = {"report_starts_at": ("交办", "双签收")}
TEXTS = frozenset({"clerk_titles"})
TEXT_MOST = 60
LARGEST = 1_000_000


class UnknownSetting(KeyError):
    """A parameter that is not defined; the message is a Chinese sentence."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class SettingValue:
    """The value in force as text, where it comes from, and the mark of that source."""

    value: str
    source: str
    mark: str

    @property
    def number(self) -> int:
        """The value as a whole number. ValueError where the parameter is not one."""
        return int(self.value)

    @property
    def period(self) -> Period:
        """The value as a period. PeriodError where the parameter is not one."""
        return Period.parse(self.value)


def _defaults() -> dict[str, SettingValue]:
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return {row["参数"]: SettingValue(row["值"], row["来源"], row["来源标记"]) for row in csv.DictReader(file)}


def _names() -> dict[str, str]:
    with FILE.open(encoding="utf-8-sig", newline="") as file:
        return {row["参数"]: row["名称"] for row in csv.DictReader(file)}


DEFAULTS = _defaults()
NAMES = _names()
"""What a parameter is called on a page and in a table that people write."""
KEYS = {name: key for key, name in NAMES.items()}
UNITS = {
    "report_extensions_max": "次",
    "team_min_per_body": "人",
    "interviewers_min": "人",
    "thin_report_chars": "字",
    "upload_max_mb": "兆字节",
    "upload_max_files": "个",
    "upload_big_max_mb": "兆字节",
    "upload_total_mb": "兆字节",
    "repeat_similarity_percent": "%",
}

_Rows = dict[tuple[int | None, str], list[tuple[date, SettingValue]]]  # newest first
_lock = threading.Lock()
_kept: tuple[str, float, _Rows] | None = None


def get(key: str, court_id: int | None = None, on: date | None = None) -> SettingValue:
    """The parameter for a court on a day (no day: the newest row). Raises UnknownSetting where it is not defined."""
    if key not in DEFAULTS:
        raise UnknownSetting(f"参数“{key}”没有定义，请核对参数名。")
    rows = _rows()
    for court in (court_id, None) if court_id is not None else (None,):
        for start, value in rows.get((court, key), ()):
            if on is None or start <= on:
                return value
    return DEFAULTS[key]


def limit(kind: str, court_id: int | None = None, on: date | None = None) -> SettingValue:
    """The period of a limit: `limit("screening")` is the parameter `limit.screening`."""
    return get(LIMIT + kind, court_id, on)


def wrong_value(key: str, value: str) -> str:
    """One Chinese sentence saying why the value does not fit the parameter; empty where it fits."""
    if key not in DEFAULTS:
        return f"参数“{key}”没有定义，请核对参数名。"
    if key.startswith(LIMIT):
        try:
            Period.parse(value)
        except PeriodError as wrong:
            return str(wrong)
        return ""
    if key in CHOICES:
        allowed = CHOICES[key]
        return "" if value in allowed else f"参数“{NAMES[key]}”只能是{'、'.join(allowed)}之一。"
    if key in TEXTS:
        fits = bool(value.strip()) and value.isprintable() and len(value) <= TEXT_MOST
        return "" if fits else f"参数“{NAMES[key]}”须为1至{TEXT_MOST}个字，几项之间用顿号。"
    fits = value.isascii() and value.isdigit() and 1 <= int(value) <= LARGEST
    return "" if fits else f"参数“{NAMES[key]}”须为1至{LARGEST}的整数，例如：{DEFAULTS[key].value}。"


def forget() -> None:
    """Read the rows again at the next use; called after they were changed."""
    global _kept
    with _lock:
        _kept = None


def _rows() -> _Rows:
    global _kept
    database = str(connection.settings_dict["NAME"])
    kept = _kept
    if kept and kept[0] == database and time.monotonic() - kept[1] < KEPT_SECONDS:
        return kept[2]
    rows: _Rows = {}
    fields = ("court_id", "key", "valid_from", "value", "source", "mark")
    for court, key, start, *rest in Setting.objects.order_by("-valid_from").values_list(*fields):
        rows.setdefault((court, key), []).append((start, SettingValue(*rest)))
    with _lock:
        _kept = (database, time.monotonic(), rows)
    return rows
