"""Case numbers after 法〔2015〕137号: （收案年度）法院代字 类型代字 案件编号 号, and older ones kept as written.

The forms that people type (other brackets, full-width digits, spaces, 字第, -1) are read; one form is written.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from . import types

EXAMPLE = "（2024）豫0302执123号"
FIRST_YEAR = 2016  # 法〔2015〕137号 in force 2016-01-01
LONGEST = 100  # characters; a real number has about 20. Checked first, so that no pattern ever sees a long text.

_PROVINCES = "京津沪渝冀晋内辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新军兵"
_TENS = "一二三四五六七八九"
_WIDTH = str.maketrans(
    {chr(ord("０") + n): str(n) for n in range(10)}
    | {"(": "（", ")": "）", "［": "[", "］": "]", "－": "-", "—": "-", "–": "-", "−": "-"}
    | dict.fromkeys("\u200b\u200c\u200d\ufeff", None)
)
PAIRS = {"（": "）", "〔": "〕", "[": "]", "【": "】"}
_OPEN = re.compile(r"[（〔\[【]([^（〔\[【）〕\]】]{0,20})([）〕\]】])")
_COURT = re.compile(rf"(最高法|[{_PROVINCES}])([0-9]*)")
_SUB = r"(?:之([一二三四五六七八九十]{1,3}|[0-9]{1,3})|-([0-9]{1,3}))"
_REST = re.compile(rf"((?:(?![字第号之])[\u4e00-\u9fa5]){{0,12}})(?:字?第|字)?([0-9]{{1,12}})(?:{_SUB})?号(?:{_SUB})?")
_OLD_SERIAL = re.compile(r"(?:第|[^0-9])([0-9]{1,9})(?:-[0-9]{1,3}|之[一二三四五六七八九十]{1,3})?号")
_OLD = re.compile(r"[0-9一二三四五六七八九十百千零〇]号")
_OLD_YEAR = re.compile(r"[（〔\[【]([^（〔\[【）〕\]】]*)[）〕\]】]|^([0-9]{4})(?![0-9号])")
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_COURT_WITH_DIGITS = re.compile(rf"(?:最高法|[{_PROVINCES}])[0-9]{{2,4}}[\u4e00-\u9fa5]")


class NumberError(ValueError):
    """A number that cannot be used; the message is one Chinese sentence with an example, fit for the field."""


def _wrong(what: str) -> NumberError:
    return NumberError(f"{what}，例如：{EXAMPLE}。")


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A case number in its parts; `raw` is the text as written and does not count in comparisons of standard ones.

    An older, free-form number has `is_standard=False`: then only `raw` is sure, `year` and `serial` are what could be
    read (or None) and the codes are empty.
    """

    year: int | None
    court_code: str
    type_code: str
    serial: int | None
    sub: int | None = None
    raw: str = field(default="", compare=False)
    is_standard: bool = True
    written: str = ""  # the folded text of a free-form number; empty for a standard one

    def __str__(self) -> str:
        """The canonical form; for a free-form number the text as written."""
        if not self.is_standard:
            return " ".join(self.raw.split())
        sub = f"之{_numeral(self.sub)}" if self.sub else ""
        return f"（{self.year}）{self.court_code}{self.type_code}{self.serial}号{sub}"

    @property
    def key(self) -> str:
        """The text that is equal for equal numbers, however they were typed: for unique columns and look-ups."""
        return str(self) if self.is_standard else self.written

    @property
    def sort_key(self) -> tuple[int, int, str, str, int, int, str]:
        """Order by year, court, type, number, sub-number; free-form numbers after the standard ones."""
        return (
            0 if self.is_standard else 1,
            self.year or 0,
            self.court_code,
            self.type_code,
            self.serial or 0,
            self.sub or 0,
            self.written,
        )

    @property
    def is_enforcement(self) -> bool:
        """True where the type code is known to name an enforcement case (执, 执恢 …)."""
        return types.is_enforcement(self.type_code)


def fold(text: str) -> str:
    """Typed text for comparing: half-width digits, full-width round brackets, no spaces. Linear in its length."""
    return "".join(text.translate(_WIDTH).split())


def parse(text: str, *, today: date | None = None) -> CaseNumber:
    """Read a case number in the form in force since 2016. With `today`, a year after it is refused.

    Raises NumberError saying what is wrong, with an example. Source: 法〔2015〕137号 arts 1–10.
    """
    folded = _checked(text)
    year, rest = _year(folded)
    court = _COURT.match(rest)
    if not court:
        raise _wrong(f"案号“{_short(folded)}”的法院代字无法识别，须为最高法或省份简称加0、2或4位数字")
    if len(court[2]) not in ((0,) if court[1] == "最高法" else (0, 2, 4)):
        raise _wrong(f"案号的法院代字“{court[0]}”位数不对，省份简称后须为0、2或4位数字")
    rest = rest[court.end() :]
    found = _REST.match(rest)
    if not found:
        if "号" not in rest:
            raise _wrong(f"案号“{_short(folded)}”缺少“号”字")
        raise _wrong(f"案号“{_short(folded)}”的案件编号无法识别，须在“号”前写阿拉伯数字")
    code, digits = found[1], found[2]
    if not code:
        raise _wrong(f"案号“{_short(folded)}”缺少类型代字（如执、执恢、执异）")
    if len(code) > 3:
        raise _wrong(f"案号的类型代字“{code}”超过3个汉字")
    if found.end() != len(rest):
        raise _wrong(f"案号的“号”字之后有多余文字“{rest[found.end() :][:10]}”")
    if len(digits) > 9:
        raise _wrong(f"案号的案件编号“{digits[:12]}…”过长")
    if int(digits) == 0:
        raise _wrong("案号的案件编号不能为0")
    if digits[0] == "0":
        raise _wrong(f"案号的案件编号“{digits}”前面不补零，应为{int(digits)}")
    if year < FIRST_YEAR:
        raise _wrong(f"案号的年度{year}早于{FIRST_YEAR}年，带法院代字的案号自{FIRST_YEAR}年起使用")
    _not_future(year, today)
    return CaseNumber(year, court[0], code, int(digits), _sub(found.groups()[2:]), text)


def parse_or_raw(text: str, *, today: date | None = None) -> CaseNumber:
    """Like `parse`, but a free-form number from before 2016 (洛执字第12号, （2015）西执字第345号) is kept as written.

    A number that carries a year from 2016 on, or a court code with digits, must be standard: a slip in a modern number
    is refused with NumberError and never passes as an old one.
    """
    try:
        return parse(text, today=today)
    except NumberError:
        folded = _checked(text)
        if _COURT_WITH_DIGITS.search(folded) or not _OLD.search(folded):
            raise
        found = _OLD_YEAR.search(folded)
        year_text = (found[1] or found[2] or "").translate(_CHINESE_DIGITS) if found else None
        if year_text is not None and (not re.fullmatch(r"[0-9]{4}", year_text) or int(year_text) >= FIRST_YEAR):
            raise
        year = int(year_text) if year_text else None
        serial = _OLD_SERIAL.search(folded)
    number = int(serial[1]) if serial else None
    return CaseNumber(year, "", "", number, None, text, is_standard=False, written=folded)


def normalise(text: str) -> str:
    """The canonical writing of a standard case number: （2024）豫0302执123号. Raises NumberError."""
    return str(parse(text))


def search_keys(number: CaseNumber) -> tuple[str, ...]:
    """Texts by which any part of the number is found; compare them by prefix with `fold`ed input, brackets left out.

    Longest first: the whole without brackets, what follows the year, the court, the type; then the parts alone.
    """
    if not number.is_standard:
        bare = re.sub(r"[（）〔〕\[\]【】]", "", number.written)
        parts = [bare, number.written, str(number.serial or ""), str(number.year or "")]
    else:
        tail = str(number).partition("）")[2]
        after_court = tail[len(number.court_code) :]
        parts = [
            str(number),
            f"{number.year}{tail}",
            tail,
            after_court,
            after_court[len(number.type_code) :],
            str(number.serial),
            number.court_code,
            number.type_code,
            str(number.year),
        ]
    return tuple(dict.fromkeys(part for part in parts if part))


# --- parts ----------------------------------------------------------------------------------------------------------


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"


def _checked(text: str) -> str:
    if len(text) > LONGEST:
        raise _wrong(f"案号过长（超过{LONGEST}个字符）")
    folded = fold(text)
    if not folded:
        raise _wrong("案号未填写")
    if not folded.isprintable():
        raise _wrong("案号中有不可见的控制字符")
    return folded


def _year(folded: str) -> tuple[int, str]:
    """(year, what follows the bracket) of folded text that must begin with a bracketed year."""
    if folded[0] not in PAIRS:
        if re.match(r"[0-9]{4}", folded):
            raise _wrong("案号的年度须用括号括起")
        if re.match(r"[^0-9\u4e00-\u9fa5]", folded):
            raise _wrong(f"案号开头的括号“{folded[0]}”无法识别，年度须用（）括起")
        raise _wrong(f"案号“{_short(folded)}”缺少年度，须以括号中的四位年份开头")
    found = _OPEN.match(folded)
    if not found or PAIRS[folded[0]] != found[2]:
        raise _wrong("案号年度的括号不成对")
    if not found[1]:
        raise _wrong("案号的括号中缺少年度")
    if not re.fullmatch(r"[0-9]{4}", found[1]):
        raise _wrong(f"案号的年度“{found[1]}”须为四位数字")
    return int(found[1]), folded[found.end() :]


def _not_future(year: int, today: date | None) -> None:
    if today and year > today.year:
        raise _wrong(f"案号的年度{year}晚于今年（{today.year}年）")


def _sub(groups: tuple[str | None, ...]) -> int | None:
    given = [text for text in groups if text]
    if not given:
        return None
    if len(given) > 1:
        raise _wrong("案号的“之一”“-1”只能写一处")
    value = int(given[0]) if given[0][0].isdigit() else _value(given[0])
    if not 1 <= value <= 99 or given[0][0] == "0":
        raise _wrong(f"案号的分号“{given[0]}”无法识别，应为之一至之九十九")
    return value


def _value(numeral: str) -> int:
    """一 … 九十九 as a number; 0 where the characters make none."""
    return next((n for n in range(1, 100) if _numeral(n) == numeral), 0)


def _numeral(number: int) -> str:
    tens, ones = divmod(number, 10)
    text = (_TENS[tens - 1] if tens > 1 else "") + ("十" if tens else "")
    return text + (_TENS[ones - 1] if ones else "")
