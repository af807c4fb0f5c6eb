"""Reading periods and dates, the sentences for bad ones, and the working in words."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangcha.periods import Calendar, Period, PeriodError, Step, Unit, due, parse_day

CALENDAR = Calendar.bundled()


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1月", "1月"),
        ("1个月", "1月"),
        ("一个月", "1月"),
        ("两年", "2年"),
        ("30日", "30日"),
        ("３０天", "30日"),
        (" 5 个工作日 ", "5工作日"),
        ("十五日", "15日"),
        ("三十日", "30日"),
        ("九十九日", "99日"),
        ("2年", "2年"),
    ],
)
def test_read(text: str, canonical: str) -> None:
    assert str(Period.parse(text)) == canonical


@given(st.builds(Period, st.integers(1, 100), st.sampled_from(list(Unit))))
def test_round_trip(period: Period) -> None:
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(
    "text",
    ["", "月", "1", "1.5月", "-1月", "1 month", "5小时", "十十日", "二三日", "1月2日", "٣日", "1月" * 50, "1\n月"],
)
def test_unreadable_periods_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(PeriodError, match=r"^期间“.*例如：1月、30日、5工作日。$"):
        Period.parse(text)


@pytest.mark.parametrize("text", ["0日", "0工作日", "36501日", "1201月", "101年"])
def test_counts_out_of_range_are_refused(text: str) -> None:
    with pytest.raises(PeriodError, match=rf"期间“{text}”的数目须为1至\d+的整数"):
        Period.parse(text)


def test_days() -> None:
    assert parse_day("2020-05-20") == parse_day("2020年5月20日") == parse_day(" ２０２０-5-20 ") == date(2020, 5, 20)
    for text in ("20200520", "2020-W21-3", "2020/05/20", "昨天", "", "2020-05-20T00:00", "2" * 60):
        with pytest.raises(PeriodError, match=r"^日期“.*无法识别，请写成年-月-日，例如：2020-05-20。$"):
            parse_day(text)
    with pytest.raises(PeriodError, match="日期“2021-02-29”不存在"):
        parse_day("2021-02-29")


def test_other_refusals() -> None:
    with pytest.raises(PeriodError, match="止日2024-03-01早于起日2024-03-02"):
        due(date(2024, 3, 1), "1月", calendar=CALENDAR, stops=[(date(2024, 3, 2), date(2024, 3, 1))])
    with pytest.raises(PeriodError, match="以工作日计算的期间不能延长“1月”"):
        due(date(2024, 3, 1), "5工作日", calendar=CALENDAR, extension="1月")
    with pytest.raises(PeriodError, match="期间“-3日”的数目"):
        due(date(2024, 3, 1), "5日", calendar=CALENDAR, extension=-3)
    for period in ("100年", "36500日", "36500工作日"):
        with pytest.raises(PeriodError, match="超出可计算的范围"):
            due(date(9999, 3, 1), period, calendar=CALENDAR)
    with pytest.raises(PeriodError, match="超出可计算的范围"):  # the roll runs off the end of time: a Friday is last
        due(date(9998, 12, 31), "1年", calendar=Calendar([(date(9999, 12, 31), "rest", "试")], set()))
    with pytest.raises(TypeError, match="Asia/Shanghai"):
        due(datetime(2024, 3, 1, tzinfo=UTC), "1月", calendar=CALENDAR)


def labels(steps: tuple[Step, ...]) -> list[str]:
    return [step.label for step in steps]


def test_the_working_names_each_move_with_its_source() -> None:
    stop = (date(2020, 9, 1), date(2020, 10, 1))
    result = due(date(2020, 7, 8), "6月", calendar=CALENDAR, stops=[stop], extension="10日")
    assert labels(result.steps) == ["起算日", "期间", "届满日", "延期", "扣除", "顺延", "结果"]
    texts = {step.label: step.text for step in result.steps}
    assert texts["起算日"] == "2020年7月8日（周三）为起始之日，不计入，自2020年7月9日（周四）起算"
    assert texts["届满日"] == "到期月的对应日为2021年1月8日（周五）"
    assert texts["延期"] == "延长10日，自2021年1月8日（周五）计至2021年1月18日（周一）"
    assert "2020年9月1日（周二）至2020年9月30日（周三）30日，共30日" in texts["扣除"]
    assert texts["扣除"].endswith("届满日移至2021年2月17日（周三）")
    assert texts["结果"] == "期限至2021年2月18日（周四）止"
    assert all(step.source and step.mark in ("S", "V", "M", "D") for step in result.steps)


def test_rolling_says_which_notice_and_marks_the_inference_on_adjusted_days() -> None:
    rolled = due(date(2020, 5, 25), "1月", calendar=CALENDAR).steps[-2]
    assert rolled.label == "顺延"
    assert rolled.text == (
        "2020年6月25日（周四）至2020年6月27日（周六）为休假日，顺延至其后第一个工作日2020年6月28日（周日，调休上班）"
    )
    assert "国务院办公厅关于2020年部分节假日安排的通知" in rolled.source
    assert (rolled.days, rolled.mark) == (3, "M")
    stays = due(date(2022, 9, 8), "1月", calendar=CALENDAR).steps[-2]
    assert (stays.label, stays.days) == ("顺延", 0)
    assert "调休上班日，是工作日，不顺延" in stays.text
    weekend = due(date(2024, 2, 23), "1月", calendar=CALENDAR).steps[-2]
    assert weekend.text.endswith("2024年3月24日（周日）为休假日，顺延至其后第一个工作日2024年3月25日（周一）")
    assert weekend.source.endswith("周六、周日为休息日")
    assert weekend.mark == "V"
    assert labels(due(date(2024, 3, 1), "1月", calendar=CALENDAR).steps) == ["起算日", "期间", "届满日", "结果"]


def test_clipping_is_said() -> None:
    assert due(date(2024, 1, 31), "1月", calendar=CALENDAR).steps[2].text == (
        "到期月没有31日，以该月最后一日2024年2月29日（周四）为届满日"
    )


def test_the_article_is_that_of_the_day() -> None:
    def source(start: date) -> str:
        return due(start, "1月", calendar=CALENDAR).steps[0].source

    assert source(date(2020, 5, 20)) == "民诉法（2017年修正）第82条"
    assert source(date(2022, 1, 1)) == "民诉法（2021年修正）第85条"
    assert source(date(2024, 1, 1)) == "民诉法（2023年修正）第85条"


def test_stops_outside_are_said_not_to_count() -> None:
    step = due(date(2024, 3, 1), "10日", calendar=CALENDAR, stops=[(date(2025, 1, 1), date(2025, 2, 1))]).steps[3]
    assert (step.label, step.days, step.text) == ("扣除", 0, "无可扣除的日数；另有1段不在期间之内，不扣除")
    working = due(date(2024, 3, 5), "5工作日", calendar=CALENDAR, stops=[(date(2024, 3, 8), date(2024, 3, 12))])
    assert "2个工作日，共2个工作日" in working.steps[3].text


def test_as_dict_is_plain_data() -> None:
    answer = due(date(2020, 5, 20), "1月", calendar=CALENDAR).as_dict()
    assert {key: answer[key] for key in ("due", "provisional", "calendar")} == {
        "due": "2020-06-22",
        "provisional": False,
        "calendar": CALENDAR.version,
    }
    assert [set(step) for step in answer["steps"]] == [{"label", "text", "days", "source", "mark"}] * 5
