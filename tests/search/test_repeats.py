"""Likely repeats: the same enforcement case, the same officer, nearly the same text; bounded,
with the reason of each."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Court, Person
from shuangcha.search import repeats
from shuangcha.search.repeats import Told

pytestmark = pytest.mark.django_db
ON = dt.date(2021, 11, 30)
SINCE = repeats.since(ON)
NUMBER = "（2019）豫0304执1286号"
LETTER = (
    "申请人与某置业公司借款合同纠纷一案进入执行后，瀍河法院于二〇一九年三月查封被执行人名下房产三套，此后九个月未启动评估拍卖，"
    "申请人多次到执行局询问，承办人均以案多人少为由推脱，至今没有任何进展，请求依法查处并督促尽快处置财产。"
)
OTHER = (
    "来信人称其工资案件胜诉后长期拿不到钱，法院冻结了包工头银行账户却迟迟不划拨，承办人电话一直打不通，也没有收到过任何书面告知，"
    "家中老人看病急需用钱，希望上级法院了解情况并尽快发放执行款。"
)


class World:
    def __init__(self) -> None:
        self.court, self.next_court = (
            Court.objects.create(code=code, name=name, level="basic")
            for code, name in (("试1", "甲区法院"), ("试2", "乙区法院"))
        )
        self.body = Body.objects.create(court=self.court, kind="enforcement", local_name="执行局")
        self.person = Person.objects.create(name="登记人", password="!")
        self.count = 0

    def clue(
        self,
        title: str = "标题",
        summary: str = "",
        *,
        number: str = "",
        officer: str = "",
        court: Any = None,
        on: dt.date = ON,
    ) -> cf.Clue:
        self.count += 1
        found = cf.Clue(
            court=self.court,
            received_by=self.body,
            registrar=self.person,
            number=f"线{self.count}",
            source="other",
            received_on=on,
            subject_court=court or self.court,
            title=title,
            summary=summary,
            created_at=dt.datetime(2021, 1, 1, tzinfo=dt.UTC),
        )
        found.save(force_insert=True)
        if number:
            cf.ClueCase.rows.create(clue=found, enforcement_case=self.case(number))
        if officer:
            cf.ClueSubject.rows.create(clue=found, name=officer, court=court or self.court)
        return found

    def case(self, number: str) -> cf.EnforcementCase:
        return cf.EnforcementCase.rows.get_or_create(number=number, defaults={"raw": number, "court": self.court})[0]


@pytest.fixture
def world() -> World:
    return World()


def found(told: Told) -> dict[int, list[str]]:
    return {pk: reasons for _, pk, reasons in repeats.hits(told, since=SINCE)}


def test_the_same_enforcement_case_however_it_is_written(world: World) -> None:
    clue, other = world.clue(number=NUMBER), world.clue(number="（2019）豫0304执1287号")
    for written in (NUMBER, "(2019)豫0304执1286号", "（２０１９）豫0304执１２８６号", " （2019）豫0304执1286号 "):
        assert found(Told(numbers=(written,))) == {clue.pk: [f"同一执行案件：{NUMBER}"]}, written
    assert other.pk not in found(Told(numbers=(NUMBER,)))
    assert found(Told(numbers=("（2019）豫0304执12", ""))) == {}  # still being typed


def test_a_number_born_on_the_way_counts_both_ways(world: World) -> None:
    revived = "（2021）豫0304执恢15号"
    first, later = world.clue(number=NUMBER), world.clue(number=revived)
    cf.CaseLink.rows.create(origin=world.case(NUMBER), born=world.case(revived))
    assert found(Told(numbers=(revived,))) == {
        later.pk: [f"同一执行案件：{revived}"],
        first.pk: [f"关联的执行案件：{NUMBER}"],
    }
    assert set(found(Told(numbers=(NUMBER,)))) == {first.pk, later.pk}


def test_the_same_officer_of_the_same_court_only(world: World) -> None:
    here = world.clue(officer="楚雨洲")
    world.clue(officer="楚雨洲", court=world.next_court)
    world.clue(officer="楚雨舟")
    assert found(Told(officers=(("楚雨洲", world.court.pk),))) == {here.pk: ["同一被反映人：楚雨洲"]}
    assert found(Told(officers=(("楚", world.court.pk),))) == {}


@pytest.mark.parametrize(
    ("text", "near"),
    [
        (LETTER, True),
        (LETTER.replace("三套", "四套").replace("多次", "五次"), True),
        ("补充：" + LETTER + "另附银行流水两页。", True),
        (LETTER.replace("，", ",　").replace("。", ". "), True),  # other signs and widths
        (LETTER[: len(LETTER) // 2], True),  # a shortened letter stands in the longer one
        (OTHER, False),
        ("", False),
    ],
)
def test_nearly_the_same_text(world: World, text: str, near: bool) -> None:
    clue = world.clue("反映长期不处置查封财产", LETTER)
    hits = found(Told(court_id=world.court.pk, title="群众来信", text=text))
    assert (clue.pk in hits) is near, hits
    if near:
        assert hits[clue.pk][0].startswith("文字相近（约")


def test_two_letters_of_the_field_are_not_alike_by_its_words(world: World) -> None:
    """Letters of different people about different things share 执行、法院、承办人, and are no repeats."""
    world.clue("反映工资案款迟迟不发放", OTHER)
    assert found(Told(court_id=world.court.pk, title="反映长期不处置查封财产", text=LETTER)) == {}


def test_text_is_compared_within_the_court_and_two_years(world: World) -> None:
    world.clue("甲", LETTER, court=world.next_court)
    world.clue("乙", LETTER, on=SINCE - dt.timedelta(days=1))
    kept = world.clue("丙", LETTER, on=SINCE)
    assert set(found(Told(court_id=world.court.pk, text=LETTER))) == {kept.pk}
    assert found(Told(text=LETTER)) == {}


def test_the_threshold_is_a_setting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from shuangcha.courts import settings

    assert settings.get("repeat_similarity_percent").mark == "D"
    clue = world.clue("甲", LETTER)
    half = Told(court_id=world.court.pk, text=LETTER[:60] + OTHER[:60])
    assert found(half) == {}
    monkeypatch.setattr(repeats.settings, "get", lambda key: settings.SettingValue("30", "", "D"))
    assert clue.pk in found(half)


def test_rare_characters_and_emoji_are_compared_like_others(world: World) -> None:
    clue = world.clue("瀍璟珺喆与𠮷野一案", "瀍璟珺喆😀与𠮷野一案查封后长期不处置财产")
    assert clue.pk in found(
        Told(court_id=world.court.pk, title="瀍璟珺喆与𠮷野一案", text="瀍璟珺喆😀与𠮷野一案查封后长期不处置财产")
    )


def test_the_likeliest_first_and_all_reasons(world: World) -> None:
    officer = world.clue("甲", officer="楚雨洲")
    both = world.clue("乙", LETTER, number=NUMBER, officer="楚雨洲")
    clue = world.clue("丙", LETTER, number=NUMBER, officer="楚雨洲")
    hits = repeats.candidates(clue)
    assert [pk for _, pk, _ in hits] == [both.pk, officer.pk]
    assert [reason[:4] for reason in hits[0][2]] == ["同一执行", "文字相近", "同一被反"]
    assert {kind for kind, *_ in hits} == {"clue"}


def test_never_itself_and_only_within_the_rows_given(world: World) -> None:
    mine, hidden = world.clue("甲", LETTER, number=NUMBER), world.clue("乙", LETTER, number=NUMBER)
    assert [pk for _, pk, _ in repeats.candidates(mine)] == [hidden.pk]
    told = Told(numbers=(NUMBER,), court_id=world.court.pk, text=LETTER)
    assert [pk for _, pk, _ in repeats.hits(told, since=SINCE, within=lambda ref: Q(**{ref: mine.pk}))] == [mine.pk]


def test_the_cost_does_not_grow_with_the_rows(world: World) -> None:
    told = Told(
        numbers=(NUMBER,), officers=(("楚雨洲", world.court.pk),), court_id=world.court.pk, title="标题", text=LETTER
    )
    counts = []
    for _ in range(2):
        for _ in range(20):
            world.clue("甲", LETTER, number=NUMBER, officer="楚雨洲")
        repeats.settings.get("repeat_similarity_percent")
        with CaptureQueriesContext(connection) as spent:
            assert len(repeats.hits(told, since=SINCE)) <= repeats.MOST
        counts.append(len(spent))
    assert counts == [1, 1]


def test_likeness_by_hand() -> None:
    one, other = repeats.shingles("甲乙丙丁"), repeats.shingles("甲乙丙戊")  # 甲乙 乙丙 丙丁 / 甲乙 乙丙 丙戊
    assert repeats.likeness(one, other) == pytest.approx(2 / 4)
    assert repeats.likeness(one, one) == 1 and repeats.likeness(one, frozenset()) == 0
    assert repeats.shingles("（甲） 乙，Ａb") == repeats.shingles("甲乙aB")
