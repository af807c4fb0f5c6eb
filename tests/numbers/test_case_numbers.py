"""案号: what is read, how it is written, what is refused and in which words."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangcha.numbers import (
    TYPES,
    CaseNumber,
    NumberError,
    fold,
    is_enforcement,
    normalise,
    parse,
    parse_or_raw,
    search_keys,
    type_label,
)

STANDARD = "（2024）豫0302执123号"
TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        STANDARD,
        "(2024)豫0302执123号",
        "〔2024〕豫0302执123号",
        "[2024]豫0302执123号",
        "［2024］豫0302执123号",
        "【2024】豫0302执123号",
        "（2024)豫0302执123号",
        "（２０２４）豫０３０２执１２３号",
        "（2024）豫0302执字第123号",
        "（2024）豫0302执第123号",
        "（2024）豫0302执字123号",
        " （ 2024 ） 豫0302 执 123 号 ",
        "（2024）　豫0302\t执\u200b123号\n",
    ],
)
def test_one_number_in_many_writings(text: str) -> None:
    number = parse(text)
    assert number == CaseNumber(2024, "豫0302", "执", 123)
    assert (number.raw, number.is_standard) == (text, True)
    assert normalise(text) == str(number) == number.key == STANDARD


@pytest.mark.parametrize(
    ("text", "court", "code", "serial"),
    [
        ("（2020）最高法执监5号", "最高法", "执监", 5),
        ("（2020）豫执复77号", "豫", "执复", 77),
        ("（2021）豫03执恢8号", "豫03", "执恢", 8),
        ("（2016）豫0391司惩复1号", "豫0391", "司惩复", 1),
        ("（2022）新4021民初1020号", "新4021", "民初", 1020),
        ("（2023）兵0101执异9号", "兵0101", "执异", 9),
    ],
)
def test_parts(text: str, court: str, code: str, serial: int) -> None:
    number = parse(text)
    assert (number.court_code, number.type_code, number.serial, number.sub) == (court, code, serial, None)


@pytest.mark.parametrize(
    ("text", "sub", "written"),
    [
        ("（2024）豫0302执123号之一", 1, "之一"),
        ("（2024）豫0302执123号-1", 1, "之一"),
        ("（2024）豫0302执123-1号", 1, "之一"),
        ("（2024）豫0302执123之二号", 2, "之二"),
        ("（2024）豫0302执123号之12", 12, "之十二"),
        ("（2024）豫0302执123号－２０", 20, "之二十"),
        ("（2024）豫0302执123号之九十九", 99, "之九十九"),
    ],
)
def test_sub_numbers(text: str, sub: int, written: str) -> None:
    assert parse(text).sub == sub
    assert normalise(text) == STANDARD + written


CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=3)
NUMBERS = st.builds(
    CaseNumber,
    st.integers(2016, 9999),
    st.just("最高法") | st.from_regex(r"[京津沪渝豫新军兵]([0-9]{2}|[0-9]{4})?", fullmatch=True),
    st.sampled_from(list(TYPES)) | CHINESE.filter(lambda text: not set(text) & set("字第号之")),
    st.integers(1, 999_999_999),
    st.none() | st.integers(1, 99),
)


@given(NUMBERS)
def test_round_trip(number: CaseNumber) -> None:
    assert parse(str(number)) == number
    assert normalise(str(number)) == str(number)
    assert parse_or_raw(str(number)).is_standard


@given(NUMBERS, st.sampled_from(["()", "〔〕", "[]", "【】"]), st.booleans(), st.booleans(), st.booleans())
def test_every_writing_is_the_same_number(
    number: CaseNumber, brackets: str, wide: bool, infix: bool, spaced: bool
) -> None:
    sub = f"-{number.sub}" if number.sub else ""
    middle = "字第" if infix else ""
    text = f"{brackets[0]}{number.year}{brackets[1]}{number.court_code}{number.type_code}{middle}{number.serial}号{sub}"
    if wide:
        text = text.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    assert parse(" ".join(text) if spaced else text) == number


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "案号未填写"),
        ("   ", "案号未填写"),
        ("豫0302执123号", "缺少年度"),
        ("（）豫0302执123号", "括号中缺少年度"),
        ("（24）豫0302执123号", "年度“24”须为四位数字"),
        ("（二〇二四）豫0302执123号", "年度“二〇二四”须为四位数字"),
        ("2024豫0302执123号", "年度须用括号括起"),
        ("{2024}豫0302执123号", "括号“{”无法识别"),
        ("《2024》豫0302执123号", "括号“《”无法识别"),
        ("（2024]豫0302执123号", "括号不成对"),
        ("（2024豫0302执123号", "括号不成对"),
        ("（2024）豫0302执123", "缺少“号”字"),
        ("（2024）豫0302执号", "案件编号无法识别"),
        ("（2024）豫0302执一二三号", "案件编号无法识别"),
        ("（2024）西工执123号", "法院代字无法识别"),
        ("（2024）豫030执123号", "法院代字“豫030”位数不对"),
        ("（2024）豫03021执123号", "法院代字“豫03021”位数不对"),
        ("（2024）最高法01执123号", "法院代字“最高法01”位数不对"),
        ("（2024）豫0302字第123号", "缺少类型代字"),
        ("（2024）豫0302执行异议123号", "类型代字“执行异议”超过3个汉字"),
        ("（2024）豫0302执0号", "案件编号不能为0"),
        ("（2024）豫0302执000号", "案件编号不能为0"),
        ("（2024）豫0302执0123号", "“0123”前面不补零，应为123"),
        ("（2024）豫0302执1234567890号", "过长"),
        ("（2024）豫0302执123号裁定书", "多余文字“裁定书”"),
        ("（2024）豫0302执123号之零", "多余文字"),
        ("（2024）豫0302执123号之十十", "分号“十十”无法识别"),
        ("（2024）豫0302执123号之0", "分号“0”无法识别"),
        ("（2024）豫0302执123号之100", "分号“100”无法识别"),
        ("（2024）豫0302执123-1号之一", "只能写一处"),
        ("（2015）豫0302执123号", "年度2015早于2016年"),
        ("（2027）豫0302执123号", "年度2027晚于今年（2026年）"),
        ("（2024）豫0302执1\x0023号", "控制字符"),
        ("（٢٠٢٤）豫0302执123号", "须为四位数字"),
        ("（2024）豫0302执123号" * 20, "案号过长"),
    ],
)
def test_refusals_say_what_is_wrong_and_give_an_example(text: str, what: str) -> None:
    for read in (parse, parse_or_raw):
        with pytest.raises(NumberError) as caught:
            read(text, today=TODAY)
        sentence = str(caught.value)
        assert what in sentence
        assert sentence.endswith(f"，例如：{STANDARD}。") and "\n" not in sentence


def test_the_future_is_only_known_where_today_is_given() -> None:
    assert parse("（2027）豫0302执123号").year == 2027
    assert parse("（2026）豫0302执123号", today=TODAY).year == 2026


@pytest.mark.parametrize(
    ("text", "year", "serial"),
    [
        ("洛执字第12号", None, 12),
        ("（2015）西执字第345号", 2015, 345),
        ("（2009）执监字第2024号", 2009, 2024),
        ("洛执字（2009）第12号", 2009, 12),
        ("〔2014〕洛执字第3-1号", 2014, 3),
        ("2014洛执字第3号", 2014, 3),
        ("（二〇〇九）洛执字第12号", 2009, 12),
        ("（2015）豫执字第12号", 2015, 12),
        ("洛执字第十二号", None, None),
        ("洛执字第2018号", None, 2018),
    ],
)
def test_old_numbers_are_kept_as_written(text: str, year: int | None, serial: int | None) -> None:
    with pytest.raises(NumberError):
        parse(text)
    number = parse_or_raw(f" {text} ", today=TODAY)
    assert not number.is_standard
    assert (number.raw, str(number), number.year, number.serial) == (f" {text} ", text, year, serial)
    assert parse_or_raw(str(number)) == number
    assert not number.is_enforcement


def test_old_numbers_typed_differently_have_one_key() -> None:
    one, other = parse_or_raw("（2015）西执字第345号"), parse_or_raw("(２０１５) 西执字第345号")
    assert one.key == other.key and one == other
    assert one.raw != other.raw
    assert one != parse_or_raw("（2015）西执字第346号")


@pytest.mark.parametrize(
    "text",
    [
        "（2017）西执字第3号",
        "（二〇二〇）西执字第3号",
        "2019西执字第3号",
        "洛执字〔2018〕3号",
        "洛中法双查〔2020〕3号",
        "（15）西执字第3号",
        "（）西执字第3号",
        "西执字第3",
        "西执字第号",
        "abc",
        "号",
    ],
)
def test_a_slip_in_a_modern_number_never_passes_as_an_old_one(text: str) -> None:
    with pytest.raises(NumberError):
        parse_or_raw(text)


def test_order() -> None:
    texts = [
        "（2023）豫0303执2号",
        "（2024）豫0302执9号",
        "（2024）豫0302执10号",
        "（2024）豫0302执10号之一",
        "（2024）豫0302执10号之二",
        "（2024）豫0302执恢1号",
        "（2024）豫0303执1号",
        "洛执字第12号",
        "（2015）西执字第345号",
    ]
    numbers = [parse_or_raw(text) for text in texts]
    shuffled = random.Random(1).sample(numbers, len(numbers))
    assert sorted(shuffled, key=lambda number: number.sort_key) == numbers


def test_any_part_finds_the_number() -> None:
    keys = search_keys(parse("（2024）豫0302执恢123号之一"))
    for typed in (
        "（2024）豫0302执恢123号之一",
        "2024豫0302",
        "豫0302执恢",
        "执恢123",
        "123号",
        "123",
        "豫0302",
        "2024",
    ):
        assert any(key.startswith(fold(typed)) for key in keys), typed
    assert not any(key.startswith("999") for key in keys)
    assert len(keys) == len(set(keys)) and all(keys)
    old = search_keys(parse_or_raw("（2015）西执字第345号"))
    for typed in ("(2015)西执", "2015西执字第345", "345", "2015"):
        assert any(key.startswith(fold(typed)) for key in old), typed


def test_types_have_label_and_mark() -> None:
    assert type_label("执恢") == "恢复执行"
    assert type_label("民初") is None
    assert is_enforcement("执监") and parse(STANDARD).is_enforcement
    assert not is_enforcement("司惩") and not is_enforcement("民初")
    assert {row.mark for row in TYPES.values()} == {"V~", "M"}
    assert [code for code, row in TYPES.items() if row.mark == "V~"] == ["执", "执恢", "执保"]
    assert all(row.label and 1 <= len(code) <= 3 and code == row.code for code, row in TYPES.items())
