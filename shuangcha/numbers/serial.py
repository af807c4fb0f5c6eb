"""The inner serial of a matter, such as 洛中法双查〔2020〕3号.

一案双查 has no 类型代字 of its own, so this is a running number of the court and is never shown as a case number.
The hexagonal brackets are those of official papers (GB/T 9704); `numbers.parse` refuses it.
"""

import re
from dataclasses import dataclass

from .number import LONGEST, PAIRS, NumberError, fold

EXAMPLE = "洛中法双查〔2020〕3号"
_SERIAL = re.compile(r"([\u4e00-\u9fa5]{1,20})(〔|（|\[|【)([0-9]{4})(〕|）|\]|】)([0-9]{1,9})号")


@dataclass(frozen=True, slots=True, order=True)
class Serial:
    """Prefix of the court, year of 启动, running number (1 or more). `str()` is the printed form."""

    prefix: str
    year: int
    n: int

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕{self.n}号"


def format_serial(prefix: str, year: int, n: int) -> str:
    """The printed serial. Raises NumberError where it could not be read back (prefix, four-digit year, n from 1)."""
    return str(parse_serial(f"{prefix}〔{year}〕{n}号"))


def parse_serial(text: str) -> Serial:
    """Read a serial, in any of the usual brackets and digit widths. Raises NumberError with an example."""
    found = _SERIAL.fullmatch(fold(text)) if len(text) <= LONGEST else None
    if not found or PAIRS[found[2]] != found[4]:
        raise NumberError(f"双查编号“{fold(text[:60])[:30]}”无法识别，例如：{EXAMPLE}。")
    digits = found[5]
    if digits[0] == "0":
        raise NumberError(f"双查编号的序号“{digits}”须从1起且前面不补零，例如：{EXAMPLE}。")
    return Serial(found[1], int(found[3]), int(digits))
