"""Calendar and parameters on the administrator's pages."""

from __future__ import annotations

import datetime as dt

from shuangcha.courts.models import PublishedYear, RestDay, Setting
from tests.desk.test_admin import (
    HENAN,
    LUOYANG,
    Keeping,
    errors_of,
    last_step,
    text_of,
)


def test_the_calendar_is_kept_by_the_highest_administrator(keeping: Keeping) -> None:
    low, high = keeping(LUOYANG), keeping(HENAN)
    days = {
        "day": "2027-10-01",
        "until": "2027-10-07",
        "kind": "休息",
        "source": "国务院办公厅关于2027年部分节假日安排的通知",
    }
    assert low.post("/admin/calendar/?year=2027", days).status_code == 404
    assert "尚未公布" in text_of(high.get("/admin/calendar/?year=2027"))
    wrong = high.post("/admin/calendar/?year=2027", days | {"until": "2027-09-01"})
    assert "早于起日" in errors_of(wrong)["至"]
    wrong = high.post("/admin/calendar/?year=2027", days | {"source": "听说"})
    assert "通知" in errors_of(wrong)["来源"]
    assert not RestDay.objects.filter(day__year=2027).exists()
    assert high.post("/admin/calendar/?year=2027", days).status_code == 302
    assert RestDay.objects.filter(day__year=2027, kind="rest").count() == 7
    assert PublishedYear.objects.filter(year=2027).exists()
    step, _ = last_step()
    assert (step.edge_id, step.stream_id) == ("register.calendar:>", "court:0")
    text = text_of(high.get("/admin/calendar/?year=2027"))
    assert "已公布" in text and "2027年10月1日 星期五" in text


def test_a_year_without_a_calendar_is_asked_for(keeping: Keeping) -> None:
    from shuangcha.clock import business

    business.move_to(dt.date(2026, 10, 31))
    assert "2027年工作日历尚未公布" not in text_of(keeping(HENAN).get("/"))
    business.move_to(dt.date(2026, 11, 1))
    assert "2027年工作日历尚未公布" in text_of(keeping(HENAN).get("/"))


def test_a_setting_shows_its_source_and_keeps_its_past(keeping: Keeping) -> None:
    low, high = keeping(LUOYANG), keeping(HENAN)
    new = {"court": "", "value": "12工作日", "source": "院长办公会2020年第6次会议", "mark": "L", "start": "2020-07-01"}
    refused = low.post("/admin/settings/limit.screening/", new)
    assert "各院共用" in errors_of(refused)["适用法院"]
    wrong = high.post("/admin/settings/limit.screening/", new | {"value": "十来天"})
    assert errors_of(wrong)["值"]
    assert high.post("/admin/settings/limit.screening/", new).status_code == 302
    assert last_step()[0].edge_id == "register.setting:>"
    text = text_of(high.get("/admin/settings/limit.screening/"))
    assert "地方规定，仅供参考" in text and "15个工作日" in text and "12个工作日" in text
    assert "15个工作日" in text_of(high.get("/admin/settings/")).split("筛选")[1][:40]  # today's is still the old one
    own = new | {"court": "豫03", "value": "8工作日"}
    assert low.post("/admin/settings/limit.screening/", own).status_code == 302
    assert Setting.objects.get(court__code="豫03").value == "8工作日"
    assert low.post("/admin/settings/limit.screening/", own | {"court": "豫"}).status_code == 422
