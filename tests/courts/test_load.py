"""Loading files: every wrong row is told with its place, nothing half-written, twice is the same as once."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuangcha.acts.load import DATA, MAX_BYTES, load, load_initial
from shuangcha.courts.models import Body, Court, PublishedYear, RestDay, Setting
from shuangcha.courts.models import Post as PostRow
from tests.courts import NOW

pytestmark = pytest.mark.django_db
Person = get_user_model()

COURTS = "法院代字,名称,层级,上级代字,起,止,承继法院代字\n"
SUPREME = "最高法,最高人民法院,最高人民法院,,,,\n"
HIGH = "豫,河南省高级人民法院,高级人民法院,最高法,,,\n"
CITY = "豫03,洛阳市中级人民法院,中级人民法院,豫,,,\n"


def read(text: str, **more: Any) -> Any:
    return load(text.encode(), now=NOW, **more)


def only_error(text: str) -> tuple[int, str]:
    report = read(text)
    assert len(report.errors) == 1, report.errors
    assert not report.written
    return report.errors[0].row, report.errors[0].column


@pytest.fixture
def small() -> None:
    """Three courts one above the other, bodies of the middle one, two persons."""
    assert read(COURTS + SUPREME + HIGH + CITY).ok
    assert read("法院代字,机构类别,本院名称\n豫03,执行机构,执行局\n豫03,监察机构,监察室\n").ok
    assert read("姓名,用户名\n温若川,wen.ruochuan\n祝望舟,zhu.wangzhou\n").ok


def test_shipped_files_load_and_load_again_unchanged() -> None:
    first = load_initial(now=NOW, demo=True)
    assert [report.kind for report in first] == ["courts", "bodies", "calendar", "settings", "persons", "posts"]
    assert not [error for report in first for error in report.errors]
    assert all(report.written for report in first)
    again = load_initial(now=NOW, demo=True)
    assert [(r.created, r.changed, r.written) for r in again] == [(0, 0, False)] * 6
    assert all(report.unchanged > 0 for report in again)
    assert Court.objects.filter(superior__code="豫03", valid_to__isnull=True).count() == 15
    assert Court.objects.get(code="豫7102").superior.code == "豫71"  # type: ignore[union-attr]
    assert set(PublishedYear.objects.values_list("year", flat=True)) == set(range(2020, 2027))


def test_shipped_courts_can_all_play_the_procedure() -> None:
    """Teams need investigators and handlers: three members in each of both bodies, and everyone who signs."""
    load_initial(now=NOW, demo=True)
    for on in (date(2020, 6, 1), date(2026, 11, 24)):
        for court in Court.objects.all():
            if (court.valid_from and court.valid_from > on) or (court.valid_to and court.valid_to < on):
                continue
            held: dict[tuple[str, str], int] = {}
            for post in PostRow.objects.filter(body__court=court, valid_from__lte=on).exclude(valid_to__lt=on):
                key = (post.body.kind, post.role)
                held[key] = held.get(key, 0) + 1
            for kind in ("enforcement", "supervision"):
                assert held[kind, "head"] == 1, (court, kind)
                assert held[kind, "member"] >= 3, (court, kind)
            for kind in ("presidency", "leading_group", "group_office"):
                assert held[kind, "head"] == 1, (court, kind)
            assert held["leading_group", "deputy"] == 3
            assert held["enforcement", "deputy"] >= 1
            assert held["department", "member"] >= 1


def test_initial_load_makes_a_constant_number_of_statements() -> None:
    with CaptureQueriesContext(connection) as taken:
        load_initial(now=NOW, demo=True)
    with CaptureQueriesContext(connection) as again:
        load_initial(now=NOW, demo=True)
    assert len(again) < 40
    assert len(taken) < 120


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("豫3,某法院,中级人民法院,豫,,,", "法院代字"),
        ("豫0302,某法院,中级人民法院,豫,,,", "层级"),
        ("豫0302,某法院,基层人民法院,豫,,,", "上级代字"),
        ("豫0302,某法院,基层人民法院,,,,", "上级代字"),
        ("豫0302,某法院,基层人民法院,豫99,,,", "上级代字"),
        ("豫0302,某法院,基层法庭,豫03,,,", "层级"),
        ("豫0302,,基层人民法院,豫03,,,", "名称"),
        ("豫0302,某法院,基层人民法院,豫03,2022-01-01,2021-12-31,", "止"),
        ("豫0302,某法院,基层人民法院,豫03,2022-02-30,,", "起"),
        ("豫0302,某法院,基层人民法院,豫03,,,豫03", "止"),
        ("豫0302,某法院,基层人民法院,豫03,,2021-12-31,豫0399", "承继法院代字"),
        ("豫0302,某法院,基层人民法院,豫03,,2021-12-31,豫0302", "承继法院代字"),
        ("豫0302,<b>某法院</b>,基层人民法院,豫03,,,", "名称"),
    ],
)
def test_a_wrong_court_is_told_with_row_and_column(row: str, column: str) -> None:
    assert only_error(COURTS + SUPREME + HIGH + CITY + row + "\n") == (5, column)
    assert not Court.objects.exists()


def test_a_court_named_twice_is_told() -> None:
    assert only_error(COURTS + SUPREME + HIGH + HIGH)[0] == 4


def test_good_rows_writes_the_good_and_never_what_leans_on_a_bad_one() -> None:
    text = COURTS + SUPREME + "豫,,高级人民法院,最高法,,,\n" + CITY
    report = read(text, good_rows=True)
    assert [(error.row, error.column) for error in report.errors] == [(3, "名称"), (4, "上级代字")]
    assert list(Court.objects.values_list("code", flat=True)) == ["最高法"]


def test_dry_run_counts_and_writes_nothing() -> None:
    report = read(COURTS + SUPREME + HIGH, dry_run=True)
    assert (report.created, report.written) == (2, False)
    assert not Court.objects.exists()


def test_a_change_keeps_columns_that_the_file_does_not_have() -> None:
    read("法院代字,名称,层级,上级代字,市\n最高法,最高人民法院,最高人民法院,,北京市\n")
    report = read("法院代字,名称,层级\n最高法,中华人民共和国最高人民法院,最高人民法院\n")
    assert (report.created, report.changed) == (0, 1)
    assert Court.objects.get(code="最高法").city == "北京市"


@pytest.mark.parametrize("encode", [lambda t: codecs.BOM_UTF8 + t.encode(), lambda t: t.encode("gb18030")])
def test_bom_and_gb18030_are_read(encode: Any) -> None:
    assert load(encode(COURTS + SUPREME), now=NOW).created == 1
    assert Court.objects.get().name == "最高人民法院"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "列名"),
        ("甲,乙\n1,2\n".encode(), "看不出"),
        (b"\xff\xfe\x00\x01", "编码"),
        (("姓名,用户名\n" + "温若川,wen,多\n").encode(), "多于列名"),
        ("姓名,姓名,用户名\n".encode(), "两次"),
        ("姓名,用户名,身份证号\n".encode(), "身份证号"),
        (b"x" * (MAX_BYTES + 1), "兆字节"),
        ('姓名,用户名\n"温若川,wen\n'.encode(), "CSV"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(data: bytes, said: str) -> None:
    report = load(data, now=NOW)
    assert said in report.errors[0].text
    assert not Person.objects.exists()


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert "无法读取" in load(tmp_path / "没有.csv", now=NOW).errors[0].text


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("豫77,执行机构,执行局", "法院代字"),
        ("豫03,执法机构,执行局", "机构类别"),
        ("豫03,执行机构,执行二局", "止"),
        ("豫03,监察机构,执行局", "机构类别"),
        ("豫03,执行机构,", "本院名称"),
    ],
)
def test_a_wrong_body_is_told(small: None, row: str, column: str) -> None:
    assert only_error(f"法院代字,机构类别,本院名称\n{row}\n") == (2, column)


def test_a_body_is_replaced_by_ending_it(small: None) -> None:
    text = "法院代字,机构类别,本院名称,起,止\n豫03,监察机构,督察室,2021-01-01,\n豫03,监察机构,监察室,,2020-12-31\n"
    report = read(text)
    assert (report.created, report.changed, report.errors) == (1, 1, [])
    assert Body.objects.get(local_name="监察室").valid_to == date(2020, 12, 31)
    assert read(text).unchanged == 2


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("温,wen.x", "姓名"),
        ("温若川,", "用户名"),
        ("温若川,Wen", "用户名"),
        ("温若川,温", "用户名"),
    ],
)
def test_a_wrong_person_is_told(row: str, column: str) -> None:
    assert only_error(f"姓名,用户名\n{row}\n") == (2, column)


def test_a_duplicate_login_is_told(small: None) -> None:
    assert only_error("姓名,用户名\n温若川,wen.x\n祝望舟,wen.x\n")[0] == 3
    uid = Person.objects.get(login="zhu.wangzhou").uid
    assert only_error(f"姓名,用户名,人员标识\n祝望舟,wen.ruochuan,{uid}\n") == (2, "用户名")


def test_a_person_keeps_the_password_and_loses_it_when_closed(small: None) -> None:
    person = Person.objects.get(login="wen.ruochuan")
    person.set_password("kept-through-a-load")
    person.save()
    read("姓名,用户名\n温若澄,wen.ruochuan\n")
    person.refresh_from_db()
    assert (person.name, person.check_password("kept-through-a-load")) == ("温若澄", True)
    read("姓名,用户名,可登录\n温若澄,wen.ruochuan,否\n")
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password()) == (False, False)


POSTS = "人员,法院代字,机构名称,职务,任职起,任职止\n"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("mei.you,豫03,执行局,负责人,2020-01-01,", "人员"),
        ("wen.ruochuan,豫77,执行局,负责人,2020-01-01,", "法院代字"),
        ("wen.ruochuan,豫03,审判庭,负责人,2020-01-01,", "机构名称"),
        ("wen.ruochuan,豫03,执行局,局长,2020-01-01,", "职务"),
        ("wen.ruochuan,豫03,执行局,负责人,,", "任职起"),
        ("wen.ruochuan,豫03,执行局,负责人,2020-02-01,2020-01-01", "任职止"),
    ],
)
def test_a_wrong_post_is_told(small: None, row: str, column: str) -> None:
    assert only_error(POSTS + row + "\n") == (2, column)


def test_a_promotion_ends_the_post_before_it(small: None) -> None:
    first = POSTS + "wen.ruochuan,豫03,执行局,副职,2020-01-01,\n"
    both = first + "wen.ruochuan,豫03,执行局,负责人,2021-03-01,\n"
    read(first)
    report = read(POSTS + "wen.ruochuan,豫03,执行局,负责人,2021-03-01,\n")
    assert (report.created, report.changed, report.errors) == (1, 1, [])
    ends = list(PostRow.objects.order_by("valid_from").values_list("role", "valid_to"))
    assert ends == [("deputy", date(2021, 2, 28)), ("head", None)]
    assert read(both).unchanged == 2


def test_a_role_is_not_rewritten_and_posts_do_not_overlap(small: None) -> None:
    read(POSTS + "wen.ruochuan,豫03,执行局,副职,2020-01-01,2020-12-31\n")
    assert only_error(POSTS + "wen.ruochuan,豫03,执行局,负责人,2020-01-01,\n") == (2, "职务")
    assert only_error(POSTS + "wen.ruochuan,豫03,执行局,负责人,2020-06-01,\n") == (2, "任职起")
    both = "wen.ruochuan,豫03,监察室,副职,2020-01-01,2020-12-31\nwen.ruochuan,豫03,监察室,负责人,2020-12-31,\n"
    assert only_error(POSTS + both) == (2, "任职止")


def test_a_post_does_not_outlive_its_body(small: None) -> None:
    read("法院代字,机构类别,本院名称,起,止\n豫03,执行机构,执行局,2020-01-01,2020-12-31\n")
    assert only_error(POSTS + "wen.ruochuan,豫03,执行局,负责人,2020-01-01,\n") == (2, "任职止")
    assert only_error(POSTS + "wen.ruochuan,豫03,执行局,负责人,2019-12-31,2020-06-01\n") == (2, "任职起")


def test_a_post_in_place_of_another(small: None) -> None:
    heading = "人员,法院代字,机构名称,职务,任职起,任职止,代理\n"
    head = "wen.ruochuan,豫03,执行局,负责人,2020-01-01,,\n"
    deputy = "zhu.wangzhou,豫03,执行局,负责人,2020-06-01,2020-08-31,wen.ruochuan\n"
    report = read(heading + deputy + head)
    assert (report.created, report.errors) == (2, [])
    post = PostRow.objects.get(person__login="zhu.wangzhou")
    assert post.deputy_of == PostRow.objects.get(person__login="wen.ruochuan")
    assert read(heading + deputy + head).unchanged == 2
    assert only_error(heading + "zhu.wangzhou,豫03,监察室,负责人,2020-06-01,,wen.ruochuan\n") == (2, "代理")
    assert only_error(heading + "zhu.wangzhou,豫03,监察室,负责人,2020-06-01,,zhu.wangzhou\n") == (2, "代理")


def test_a_rest_day_needs_a_notice() -> None:
    heading = "day,kind,source,mark\n"
    assert only_error(heading + "2027-01-01,rest,听说,V\n") == (2, "来源")
    assert only_error(heading + "2027-01-01,holiday,国务院办公厅关于2027年部分节假日安排的通知,V\n") == (2, "类别")
    report = read(heading + "2027-01-01,rest,国务院办公厅关于2027年部分节假日安排的通知,V\n")
    assert report.written
    assert RestDay.objects.get().kind == "rest"
    assert PublishedYear.objects.get().year == 2027


def test_an_extension_notice_publishes_no_year() -> None:
    assert read("day,kind,source,mark\n2020-02-02,rest,国务院办公厅关于延长2020年春节假期的通知,V\n").written
    assert not PublishedYear.objects.exists()


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",limit.reporting,1月,方案,S,", "值"),
        (",limit.report,一会儿,方案,S,", "值"),
        (",thin_report_chars,很多,方案,D,", "值"),
        (",report_starts_at,签到,方案,D,", "值"),
        (",limit.report,1月,,S,", "来源"),
        (",limit.report,1月,方案,X,", "来源标记"),
        ("豫77,limit.report,1月,方案,S,", "法院代字"),
        (",limit.report,1月,方案,S,昨天", "起"),
    ],
)
def test_a_wrong_setting_is_told(small: None, row: str, column: str) -> None:
    assert only_error(f"法院代字,参数,值,来源,来源标记,起\n{row}\n") == (2, column)


def test_a_setting_without_a_day_holds_from_the_day_of_loading() -> None:
    read("参数,值,来源,来源标记\nlimit.team,4工作日,本院规定,L\n")
    assert Setting.objects.get().valid_from == NOW.date()


def test_each_court_touched_gets_one_record_in_the_same_transaction(small: None) -> None:
    told: list[tuple[str, str | None, dict[str, Any]]] = []

    def record(move: str, court: Court | None, content: dict[str, Any]) -> None:
        told.append((move, court.code if court else None, content))

    text = "法院代字,机构类别,本院名称\n豫03,院领导,院领导\n豫,执行机构,执行局\n豫,监察机构,督察处\n"
    read(text, record=record, name="机构.csv")
    assert [(move, court, len(content["rows"])) for move, court, content in told] == [
        ("register.court", "豫", 2),
        ("register.court", "豫03", 1),
    ]
    assert told[0][2]["file"] == "机构.csv"
    assert len(told[0][2]["sha256"]) == 64
    read(text, record=record)
    assert len(told) == 2  # nothing changed, nothing recorded


def test_a_record_that_fails_takes_the_rows_back(small: None) -> None:
    def record(*_: Any) -> None:
        raise RuntimeError("ledger")

    with pytest.raises(RuntimeError):
        read("法院代字,机构类别,本院名称\n豫03,院领导,院领导\n", record=record)
    assert not Body.objects.filter(local_name="院领导").exists()


def test_recorded_changes_hold_the_old_value(small: None) -> None:
    told: list[dict[str, Any]] = []
    read("姓名,用户名\n温若澄,wen.ruochuan\n", record=lambda _m, _c, content: told.append(content))
    [row] = told[0]["rows"]
    assert (row["before"], row["after"]) == ({"name": "温若川"}, {"name": "温若澄"})


def test_command_tells_row_errors_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "法院.csv"
    file.write_text(COURTS + "豫3,某法院,中级人民法院,豫,,,\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("load", str(file))
    assert ended.value.code == 1
    assert "法院.csv 第2行“法院代字”" in capsys.readouterr().err
    call_command("load", str(DATA / "courts.csv"), "--json")
    assert '"created": 23' in capsys.readouterr().out
