"""The matter's own serial, which is not a case number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangcha.numbers import NumberError, Serial, format_serial, parse, parse_or_raw, parse_serial


def test_format_and_parse() -> None:
    assert format_serial("洛中法双查", 2020, 3) == "洛中法双查〔2020〕3号"
    for text in (
        "洛中法双查〔2020〕3号",
        "洛中法双查(2020)3号",
        "洛中法双查［２０２０］３号",
        " 洛中法双查 【2020】 3 号",
    ):
        assert parse_serial(text) == Serial("洛中法双查", 2020, 3)


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20),
    st.integers(1000, 9999),
    st.integers(1, 999_999_999),
)
def test_round_trip(prefix: str, year: int, n: int) -> None:
    assert parse_serial(format_serial(prefix, year, n)) == Serial(prefix, year, n)


def test_order_is_by_number_not_by_text() -> None:
    assert (
        parse_serial("洛中法双查〔2020〕9号") < parse_serial("洛中法双查〔2020〕10号") < Serial("洛中法双查", 2021, 1)
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "洛中法双查2020〕3号",
        "洛中法双查〔20〕3号",
        "〔2020〕3号",
        "洛中法双查〔2020）3号",
        "洛中法双查〔2020〕3",
        "A〔2020〕3号",
        "甲" * 200,
    ],
)
def test_unreadable_serials_are_refused(text: str) -> None:
    with pytest.raises(NumberError, match=r"^双查编号“.*无法识别，例如：洛中法双查〔2020〕3号。$"):
        parse_serial(text)


def test_numbers_start_at_one_without_padding() -> None:
    for n in ("0", "03"):
        with pytest.raises(NumberError, match=f"序号“{n}”须从1起且前面不补零"):
            parse_serial(f"洛中法双查〔2020〕{n}号")
    for prefix, year, n in (("洛中法双查", 2020, 0), ("洛中法双查", 2020, -1), ("洛中法双查", 20, 1), ("", 2020, 1)):
        with pytest.raises(NumberError):
            format_serial(prefix, year, n)


def test_a_serial_is_never_a_case_number() -> None:
    for read in (parse, parse_or_raw):
        with pytest.raises(NumberError):
            read("洛中法双查〔2020〕3号")
