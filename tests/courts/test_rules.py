"""Calendar and settings as the other rooms read them."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from shuangcha.acts.load import load, load_initial
from shuangcha.courts import calendar, settings
from shuangcha.courts.models import Court, RestDay
from shuangcha.periods import Calendar, Period
from shuangcha.plan.limits import LIMITS
from tests.courts import NOW

pytestmark = pytest.mark.django_db


def test_calendar_of_the_rows_equals_the_shipped_one() -> None:
    load_initial(now=NOW, demo=False)
    assert calendar.current() == Calendar.bundled()


def test_an_empty_database_uses_the_shipped_calendar() -> None:
    assert calendar.current() == Calendar.bundled()


def test_calendar_costs_two_statements_then_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    load_initial(now=NOW, demo=False)
    calendar.forget()
    with django_assert_num_queries(2):
        first = calendar.current()
    with django_assert_num_queries(0):
        assert calendar.current() is first


def test_calendar_is_read_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    load_initial(now=NOW, demo=False)
    calendar.forget()
    first = calendar.current()
    RestDay.objects.filter(day=date(2020, 1, 1)).update(kind="work")
    assert calendar.current() is first
    monkeypatch.setattr(calendar, "KEPT_SECONDS", 0)
    second = calendar.current()
    assert second.version != first.version
    assert calendar.current() is second  # the same rows: the same object


def test_settings_fall_back_from_court_to_all_courts_to_the_file() -> None:
    assert settings.get("limit.report") == settings.DEFAULTS["limit.report"]
    load_initial(now=NOW, demo=False)
    settings.forget()
    court = Court.objects.get(code="豫03")
    rows = (
        "法院代字,参数,值,来源,来源标记,起\n"
        "豫03,limit.team,2工作日,本院规定,L,2020-06-01\n"
        ",limit.team,4工作日,全省规定,L,2021-01-01\n"
    )
    assert load(rows.encode(), now=NOW).written
    settings.forget()
    asked = [
        settings.limit("team", court_id, on).value
        for court_id, on in (
            (court.pk, date(2020, 5, 31)),
            (court.pk, date(2020, 6, 1)),
            (court.pk, None),
            (None, date(2020, 6, 1)),
            (None, date(2021, 1, 1)),
            (court.superior_id, date(2021, 1, 1)),
        )
    ]
    assert asked == ["3工作日", "2工作日", "2工作日", "3工作日", "4工作日", "4工作日"]
    assert settings.limit("team", court.pk).mark == "L"


def test_settings_cost_one_statement_then_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        settings.get("limit.report")
    with django_assert_num_queries(0):
        settings.get("thin_report_chars", 5)


def test_an_undefined_setting_is_a_sentence() -> None:
    with pytest.raises(settings.UnknownSetting) as wrong:
        settings.get("limit.nap")
    assert str(wrong.value) == "参数“limit.nap”没有定义，请核对参数名。"


def test_the_report_month_stands_in_the_plan_and_starts_at_handing_down() -> None:
    report = settings.get("limit.report")
    assert (report.value, report.mark) == ("1月", "S")
    assert "方案四(五)" in report.source
    assert settings.get("report_starts_at").value == "交办"


def test_every_limit_of_the_plan_has_a_setting_of_the_same_length() -> None:
    for key, limit in LIMITS.items():
        value = settings.get(f"limit.{key}")
        period = getattr(limit, "period", "")
        assert not period or value.period == Period.parse(period), key


def test_every_shipped_value_fits_its_parameter() -> None:
    assert {key: wrong for key, v in settings.DEFAULTS.items() if (wrong := settings.wrong_value(key, v.value))} == {}
    assert settings.get("upload_max_mb").number == 20


def test_every_parameter_has_a_name_of_its_own_and_a_limit_that_of_the_plan() -> None:
    from shuangcha.plan.limits import LIMITS

    assert set(settings.NAMES) == set(settings.DEFAULTS) and len(settings.KEYS) == len(settings.NAMES)
    assert {kind.setting: kind.label for kind in LIMITS.values() if kind.setting in settings.NAMES} == {
        key: name for key, name in settings.NAMES.items() if key in {kind.setting for kind in LIMITS.values()}
    }
    assert not [name for name in settings.NAMES.values() if name.isascii()]


def test_a_number_has_a_unit() -> None:
    numbers = {key for key in settings.DEFAULTS if not key.startswith(settings.LIMIT)} - set(settings.CHOICES)
    assert set(settings.UNITS) == numbers
