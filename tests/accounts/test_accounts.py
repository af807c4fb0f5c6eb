"""One-time codes, passwords, tokens, closing an account, the first administrators."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from shuangcha.acts import accounts
from shuangcha.acts.load import load_initial
from shuangcha.courts.models import Body, OneTimeCode, Person, Post, Token

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GOOD = "七月的雨落在伊河桥上很久"


@pytest.fixture
def person() -> Person:
    return Person.objects.create(login="wen.ruochuan", name="温若川", password="!")


def test_a_code_is_long_stored_as_digest_and_works_once(person: Person) -> None:
    code = accounts.issue_code(person, NOW)
    assert len(code.replace("-", "")) * 5 >= 80
    assert code not in str(list(OneTimeCode.objects.values_list("digest", flat=True)))
    accounts.reset_password("wen.ruochuan", code, GOOD, NOW)
    person.refresh_from_db()
    assert person.check_password(GOOD)
    with pytest.raises(accounts.CodeRefused):
        accounts.reset_password("wen.ruochuan", code, GOOD + "二", NOW)


def test_a_code_is_read_as_people_type_it(person: Person) -> None:
    code = accounts.issue_code(person, NOW)
    typed = " " + code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert accounts.reset_password("wen.ruochuan", typed, GOOD, NOW) == person


@pytest.mark.parametrize("late", [timedelta(hours=24), timedelta(days=3)])
def test_a_code_expires(person: Person, late: timedelta) -> None:
    code = accounts.issue_code(person, NOW)
    with pytest.raises(accounts.CodeRefused):
        accounts.reset_password("wen.ruochuan", code, GOOD, NOW + late)
    accounts.reset_password("wen.ruochuan", code, GOOD, NOW + timedelta(hours=23, minutes=59))


def test_a_new_code_voids_the_old_one(person: Person) -> None:
    old = accounts.issue_code(person, NOW)
    accounts.issue_code(person, NOW)
    with pytest.raises(accounts.CodeRefused):
        accounts.reset_password("wen.ruochuan", old, GOOD, NOW)


def test_a_code_is_of_one_person_and_all_refusals_are_alike(person: Person) -> None:
    other = Person.objects.create(login="zhu.wangzhou", name="祝望舟", password="!")
    code = accounts.issue_code(person, NOW)
    said = set()
    for login, typed in (("zhu.wangzhou", code), ("nobody", code), ("wen.ruochuan", "AAAAA"), ("", "")):
        with pytest.raises(accounts.CodeRefused) as refused:
            accounts.reset_password(login, typed, GOOD, NOW)
        said.add(str(refused.value))
    assert len(said) == 1
    other.refresh_from_db()
    assert not other.has_usable_password()


def test_a_refused_password_does_not_use_up_the_code(person: Person) -> None:
    code = accounts.issue_code(person, NOW)
    with pytest.raises(accounts.AccountError) as wrong:
        accounts.reset_password("wen.ruochuan", code, "short", NOW)
    assert not isinstance(wrong.value, accounts.CodeRefused)
    accounts.reset_password("wen.ruochuan", code, GOOD, NOW)


def test_no_code_for_a_person_without_an_account() -> None:
    with pytest.raises(accounts.AccountError):
        accounts.issue_code(Person.objects.create(name="柏与石"), NOW)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "password1234",
        "123456789012",
        "wen.ruochuan1",
        "shuangcha-2020!",
        "Luoyang20200520",
        "洛阳中院2020052020",
    ],
)
def test_weak_passwords_are_refused_in_chinese(person: Person, password: str) -> None:
    with pytest.raises(accounts.AccountError) as wrong:
        accounts.set_password(person, password)
    for sentence in wrong.value.sentences:
        assert any("一" <= letter <= "鿿" for letter in sentence), sentence
        assert "password" not in sentence.lower()


def test_a_long_password_of_ones_own_is_taken(person: Person) -> None:
    accounts.set_password(person, GOOD)
    accounts.set_password(person, "luoyang peonies open in april")


def test_closing_ends_everything_and_opening_gives_nothing_back(person: Person) -> None:
    accounts.set_password(person, GOOD)
    session = person.get_session_auth_hash()
    token, code = accounts.create_token(person, "对接", NOW), accounts.issue_code(person, NOW)
    accounts.disable(person, NOW)
    assert accounts.person_for_token(token) is None
    with pytest.raises(accounts.CodeRefused):
        accounts.reset_password("wen.ruochuan", code, GOOD, NOW)
    accounts.enable(person)
    person.refresh_from_db()
    assert person.get_session_auth_hash() != session
    assert not person.check_password(GOOD)
    assert accounts.person_for_token(token) is None
    with pytest.raises(accounts.CodeRefused):
        accounts.reset_password("wen.ruochuan", code, GOOD, NOW)


def test_a_token_names_its_person_in_one_statement_until_revoked(
    person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    text = accounts.create_token(person, "对接执行指挥平台", NOW)
    assert text not in str(Token.objects.values_list("digest", "label").get())
    with django_assert_num_queries(1):
        assert accounts.person_for_token(text) == person
    for wrong in ("", "sc_", text + "x", text[3:], text.upper()):
        assert accounts.person_for_token(wrong) is None
    [token] = accounts.tokens_of(person)
    other = Person.objects.create(login="zhu.wangzhou", name="祝望舟")
    assert not accounts.revoke_token(other, token.pk, NOW)
    assert accounts.revoke_token(person, token.pk, NOW)
    assert accounts.person_for_token(text) is None
    assert accounts.tokens_of(person) == []


def test_tokens_are_few_and_have_a_purpose(person: Person) -> None:
    for label in ("", "  ", "长" * 61, "换\n行"):
        with pytest.raises(accounts.AccountError):
            accounts.create_token(person, label, NOW)
    for number in range(accounts.MAX_TOKENS):
        accounts.create_token(person, f"用途{number}", NOW)
    with pytest.raises(accounts.AccountError):
        accounts.create_token(person, "再来一个", NOW)


def test_resetting_the_password_ends_tokens(person: Person) -> None:
    text = accounts.create_token(person, "对接", NOW)
    accounts.reset_password("wen.ruochuan", accounts.issue_code(person, NOW), GOOD, NOW)
    assert accounts.person_for_token(text) is None


def test_first_administrator(capsys: pytest.CaptureFixture[str]) -> None:
    load_initial(now=NOW, demo=False)
    words = ["create-admin", "--login", "Zhou.Ming", "--name", "周明川", "--court", "豫0305"]
    call_command(*words)
    told = capsys.readouterr().out
    person = Person.objects.get(login="zhou.ming")
    assert "已建立洛阳市涧西区人民法院系统管理员“周明川”" in told
    assert Post.objects.get(person=person).body.kind == "administration"
    code = told.split("一次性码：")[1].split()[0]
    call_command(*words)  # no password yet: another code, nobody new
    again = capsys.readouterr().out
    assert "未作改动" in again
    assert "一次性码：" in again
    assert (
        Person.objects.filter(login__isnull=False).count(),
        Body.objects.filter(kind="administration", court__code="豫0305").count(),
    ) == (1, 1)
    newer = again.split("一次性码：")[1].split()[0]
    assert newer != code
    from django.utils import timezone

    accounts.reset_password("zhou.ming", newer, GOOD, timezone.now())
    call_command(*words)
    assert "一次性码：" not in capsys.readouterr().out
    call_command(*words, "--reset")
    assert "一次性码：" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("login", "name", "court", "said"),
    [
        ("zhou.ming", "周明川", "豫77", "不在法院表中"),
        ("周明", "周明川", "豫03", "用户名应以小写字母开头"),
        ("zhou.ming", "周", "豫03", "姓名应为"),
        ("wen.ruochuan", "周明川", "豫03", "已属于“温若川”"),
    ],
)
def test_an_administrator_that_cannot_be(
    person: Person, login: str, name: str, court: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load_initial(now=NOW, demo=False)
    with pytest.raises(SystemExit) as ended:
        call_command("create-admin", "--login", login, "--name", name, "--court", court)
    assert ended.value.code == 1
    assert said in capsys.readouterr().err
    assert Person.objects.count() == 1


def test_making_an_administrator_is_recorded_once() -> None:
    load_initial(now=NOW, demo=False)
    told: list[Any] = []
    for _ in range(2):
        accounts.create_admin("zhou.ming", "周明川", "豫03", NOW, record=lambda *what: told.append(what))
    assert [(move, court.code) for move, court, _ in told] == [("register.account", "豫03")]


@pytest.mark.parametrize("mode", ["demo", "training"])
def test_the_shared_password_exists_with_invented_data_only(person: Person, settings: Any, mode: str) -> None:
    settings.SHUANGCHA_MODE = "production"
    with pytest.raises(accounts.AccountError):
        accounts.set_demo_passwords()
    settings.SHUANGCHA_MODE = mode
    assert accounts.set_demo_passwords() == 1
    person.refresh_from_db()
    assert person.check_password(accounts.DEMO_PASSWORD)
    assert accounts.set_demo_passwords() == 0
