"""What cannot be is refused with a Chinese sentence at its field, and nothing is left half-written."""

from __future__ import annotations

import copy
import datetime as dt
import re
import types
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from pydantic import BaseModel

from shuangcha.access.refusals import Invalid, Refused, Stale
from shuangcha.acts.contents.base import CONTENTS
from shuangcha.plan.words import SOURCES
from tests.plan import scenes
from tests.plan.scenes import OFFERED, Scene, scene
from tests.plan.worlds import E, S, Worlds, clue_content, give_post, login_of

Path = tuple[str | int, ...]
HTML = ("<script>alert(1)</script>", "正文<img src=x onerror=alert(1)>", "<b>加粗</b>", "文</p>")
UNSEEN = ("甲\x00乙", "甲\u202e乙", "甲\u200b乙", "甲\x1b[31m乙", "甲\u2066乙")
TEN_MB = "长" * 10_000_000


def counts() -> dict[str, int]:
    """Rows of every table."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models() if model._meta.managed}


def leaves(model: type[BaseModel], raw: Any) -> Iterator[tuple[Path, type]]:
    """(path, type) of every field that holds one value, in the model's own nesting; lists by their first entry."""
    for name, field in model.model_fields.items():
        yield from _leaf((name,), field.annotation, raw.get(name) if isinstance(raw, dict) else None)


def _leaf(path: Path, kind: Any, value: Any) -> Iterator[tuple[Path, type]]:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        kind = next(arg for arg in typing.get_args(kind) if arg is not type(None))
    if typing.get_origin(kind) is typing.Annotated:
        kind = typing.get_args(kind)[0]
    if typing.get_origin(kind) is list:
        if value:
            yield from _leaf((*path, 0), typing.get_args(kind)[0], value[0])
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        for inner, deeper in leaves(kind, value or {}):
            yield (*path, *inner), deeper
    else:
        yield path, kind


def put(raw: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of the content with one value replaced; groups on the way are made."""
    made = copy.deepcopy(raw)
    place: Any = made
    for part in path[:-1]:
        if isinstance(place, dict) and not place.get(part):
            place[part] = {}
        place = place[part]
    place[path[-1]] = value
    return made


ENGLISH = re.compile(r"[A-Za-z]{2,}|_")


def refused(made: Scene, content: dict[str, Any]) -> Invalid:
    """The door refuses the content in Chinese."""
    good, made.content = made.content, content
    try:
        with pytest.raises(Invalid) as refusal:
            made.play()
    finally:
        made.content = good
    said = [refusal.value.sentence, *refusal.value.errors.values()]
    for sentence in said:
        assert sentence.endswith("。") and re.search("[一-鿿]", sentence), sentence
        assert not ENGLISH.search(sentence), sentence
    assert refusal.value.status == 422
    assert refusal.value.errors, "a wrong content is refused at a field"
    return refusal.value


@pytest.mark.parametrize("key", OFFERED)
def test_every_field_of_every_form_refuses_what_is_no_plain_text(key: str, worlds: Worlds) -> None:
    """HTML, control and direction characters, one character too many, ten megabytes, a list, an object,
    an unknown field."""
    made = scene(worlds, key)
    model = CONTENTS[key]
    before = counts()
    fields = list(leaves(model, made.content))
    for n, (path, kind) in enumerate(fields):
        bad: list[Any] = [[["x"]], {"x": 1}, HTML[n % len(HTML)], UNSEEN[n % len(UNSEEN)]]
        if kind is str:
            bad.append("长" * 20_001)
        for value in bad:
            errors = refused(made, put(made.content, path, value)).errors
            assert any(one.split(".")[0] in (str(path[0]), "") for one in errors), (path, value, errors)
    texts = [path for path, kind in fields if kind is str]
    if texts:
        refused(made, put(made.content, texts[0], TEN_MB))
    assert "unknown_one" in refused(made, {**made.content, "unknown_one": "x"}).errors
    assert counts() == before
    made.play()


@pytest.mark.parametrize("key", OFFERED)
def test_every_field_that_must_be_there_is_asked_for(key: str, worlds: Worlds) -> None:
    made = scene(worlds, key)
    before = counts()
    for name, field in CONTENTS[key].model_fields.items():
        if field.is_required():
            assert name in refused(made, {k: v for k, v in made.content.items() if k != name}).errors
            assert refused(made, {**made.content, name: None}).errors
    assert counts() == before


# --- 登记线索 ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def form(worlds: Worlds) -> Scene:
    return scene(worlds, "clue.register")


def days(made: Scene, n: int) -> str:
    return (made.world.player.day + dt.timedelta(days=n)).isoformat()


def test_days_that_cannot_be(form: Scene) -> None:
    before = counts()
    case = form.content["cases"][0]
    assert "received_on" in refused(form, {**form.content, "received_on": days(form, 1)}).errors
    for filed in (days(form, 1), days(form, 400)):
        assert "cases.0.filed_on" in refused(form, {**form.content, "cases": [{**case, "filed_on": filed}]}).errors
    content = {**form.content, "received_on": "2019-03-01", "cases": [{**case, "filed_on": "2019-03-06"}]}
    assert "cases.0.filed_on" in refused(form, content).errors, "filed after the clue about it came in"
    for no_day in ("2020-02-30", "昨天", "20200520", 5):
        refused(form, {**form.content, "received_on": no_day})
    assert counts() == before


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("（2019）豫0303执1286号", "another court's"),
        ("（2019）豫9999执1286号", "no such court"),
        ("（2031）豫0304执1号", "a year to come"),
        ("（2019）豫0304执", "cut off"),
        ("2019豫0304执1286号", "no brackets"),
        ("（2019）豫0304执0号", "number nought"),
    ],
)
def test_a_wrong_case_number_is_refused_at_its_field(number: str, why: str, form: Scene) -> None:
    before = counts()
    errors = refused(form, {**form.content, "cases": [{"number": number, "filed_on": None, "officers": []}]}).errors
    assert "cases.0.number" in errors, why
    assert counts() == before


@pytest.mark.parametrize("court", ["豫9999", "某某人民法院", "", "豫0304 or 1=1", "豫71"])
def test_an_unknown_or_outside_court_is_refused(court: str, form: Scene) -> None:
    before = counts()
    assert "subject_court" in refused_softly(
        form, {**form.content, "subject_court": court, "cases": [], "subjects": []}
    )
    assert counts() == before


def refused_softly(made: Scene, content: dict[str, Any]) -> dict[str, str]:
    """As `refused`, but the sentence may repeat what was entered."""
    good, made.content = made.content, content
    try:
        with pytest.raises(Invalid) as refusal:
            made.play()
    finally:
        made.content = good
    assert all(one.endswith("。") for one in refusal.value.errors.values())
    return refusal.value.errors


@pytest.mark.parametrize("key", list(SOURCES))
def test_each_source_asks_for_each_of_its_fields(key: str, form: Scene) -> None:
    before = counts()
    source = SOURCES[key]
    whole = {
        one.key: one.choices[0] if one.choices else ("2020-05-18" if one.kind == "date" else "某某")
        for one in source.needs
    }
    for one in source.needs:
        left = {name: value for name, value in whole.items() if name != one.key}
        errors = refused(form, {**form.content, "source": key, "source_facts": left}).errors
        assert any(one.label in sentence for sentence in errors.values()), (one.label, errors)
        if one.choices:
            refused(form, {**form.content, "source": key, "source_facts": {**whole, one.key: "其他说法"}})
    assert counts() == before
    form.content = {**form.content, "source": key, "source_facts": whole}
    assert form.play().status == "executed"


@pytest.mark.parametrize("field", ["title", "summary", "allegation"])
def test_the_complainants_name_stands_in_no_text(field: str, form: Scene) -> None:
    before = counts()
    text = "申请人甲反映长期不处置财产"
    more = {"allegations": [{"kind": "handling", "text": text}]} if field == "allegation" else {field: text}
    errors = refused(form, {**form.content, **more}).errors
    assert all("申请人甲" not in one for one in errors.values()), "nor in the refusal"
    assert counts() == before


def test_a_named_complaint_names_somebody(form: Scene) -> None:
    for complainant in (None, {"name": "", "phone": "1"}):
        refused(form, {**form.content, "complainant": complainant})


def test_no_complaint_is_refused(form: Scene) -> None:
    assert "allegations" in refused(form, {**form.content, "allegations": []}).errors
    refused(form, {**form.content, "allegations": [{"kind": "other", "text": "其他"}]})


# --- 人员、日期、版本 --------------------------------------------------------------------------------------------------
def test_one_person_does_not_stand_for_both_bodies_at_a_meeting(worlds: Worlds) -> None:
    made = scene(worlds, "meeting.open")
    w = made.world
    give_post(w.boss(E), "豫03", S, "deputy")
    uid = w.player.uid_of(w.boss(E))
    before = counts()
    assert "attendees" in refused(made, {"chair": uid, "attendees": [uid]}).errors
    refused(made, {"chair": uid, "attendees": [uid, uid]})
    assert counts() == before


def test_one_person_does_not_stand_for_both_bodies_in_a_team(worlds: Worlds) -> None:
    made = scene(worlds, "round.form_team")
    w = made.world
    both, other = w.team[0], w.below(E, "member", 2)
    give_post(both, "豫0304", S)
    members = [{"person": w.player.uid_of(one), "leader": one == both, "statement": "无"} for one in (both, other)]
    before = counts()
    assert "members" in refused(made, {**made.content, "members": members}).errors
    assert counts() == before


def test_a_team_of_strangers_twins_or_two_leaders_is_refused(worlds: Worlds) -> None:
    made = scene(worlds, "round.form_team")
    w = made.world
    first, second = made.content["members"]
    before = counts()
    for members in (
        [first],
        [first, first],
        [first, {**second, "leader": True}],
        [{**first, "leader": False}, second],
        [first, {**second, "person": w.player.uid_of(login_of("豫0303", S))}],
        [first, {**second, "person": "no-uuid"}],
        [first, {**second, "statement": ""}],
        [first, {**second, "recused": True}],
    ):
        refused(made, {**made.content, "members": members})
    assert counts() == before


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        ("meeting.convene", "held_on", "2020-05-01"),
        ("item.defer", "revisit_on", "2020-05-25"),
        ("record.other_way", "held_on", "2020-06-30"),
        ("record.other_way", "held_on", "2020-05-01"),
        ("record.file_review", "called_on", "2020-06-30"),
        ("matter.supervise_on_site", "visited_on", "2020-06-30"),
        ("duty.tell_unfounded", "on", "2020-06-30"),
        ("duty.clarify", "on", "2020-06-30"),
        ("round.order_supplement", "period", "很快"),
        ("round.order_supplement", "period", "0日"),
        ("assignment.ask_extension", "period", "-3日"),
        ("duty.issue_urge", "period", "十几天"),
        ("duty.issue_correct_filing", "supervision_number", "（2020）豫0304执监5号"),
        ("duty.issue_assess", "points", "很多"),
        ("duty.issue_assess", "points", "nan"),
        ("duty.issue_assess", "points", "-1"),
        ("duty.relay", "period", "90日"),
        ("report.sign", "version", 2),
        ("report.issue", "version", 0),
        ("opinion.sign", "version", 7),
        ("round.answer_point", "point", 9),
        ("item.list", "meeting", "no-uuid"),
    ],
)
def test_a_value_that_does_not_fit_the_file(key: str, field: str, value: Any, worlds: Worlds) -> None:
    made = scene(worlds, key)
    before = counts()
    assert field in refused_softly(made, {**made.content, field: value})
    assert counts() == before


def test_an_opinion_that_contradicts_itself(worlds: Worlds) -> None:
    made = scene(worlds, "opinion.draft")
    before = counts()
    founded, unfounded = made.content["conclusions"]
    one = made.content["dispositions"][0]
    for conclusions, dispositions in (
        ([founded], [one]),
        ([founded, unfounded], []),
        ([founded, unfounded], [one, {**one, "allegation": 2}]),
        ([founded, founded], [one]),
        ([founded, {**unfounded, "misconduct": True}], [one]),
        ([founded, unfounded, {**founded, "allegation": 3}], [one]),
        ([founded, unfounded], [{**one, "addressee": "豫0303"}]),
        ([founded, unfounded], [{**one, "period": "马上"}]),
        (
            [founded, unfounded],
            [{**one, "kind": "assess"}],
        ),  # nobody is talked to or circulated: it could never be entered
    ):
        refused(made, {**made.content, "conclusions": conclusions, "dispositions": dispositions})
    assert counts() == before


def test_evidence_that_does_not_exist(worlds: Worlds) -> None:
    made = scene(worlds, "round.answer_point")
    before = counts()
    for evidence in ([], [{"record": 9}], [{"record": None, "material": "", "page": "1"}], [{"material": "deadbeef"}]):
        refused(made, {**made.content, "evidence": evidence})
    assert counts() == before


@pytest.mark.parametrize("key", ["clue.put_forward", "assignment.hand_down", "report.issue", "duty.clarify"])
def test_a_stale_page_leaves_nothing(key: str, worlds: Worlds) -> None:
    made = scene(worlds, key)
    before = counts()
    subject = made.subject
    assert subject is not None
    from shuangcha.acts import door

    for seen in (None, subject.version - 1, subject.version + 1):
        with pytest.raises(Stale) as refusal:
            door.propose(
                key,
                (subject.KIND, subject.uid),
                made.world.player.viewer(made.login),
                made.content,
                seen_version=seen,
                now=made.world.player.now,
                request_key="stale",
            )
        assert refusal.value.sentence.endswith("。")
    assert counts() == before


def test_an_attachment_of_somebody_else_or_of_nobody(worlds: Worlds) -> None:
    made = scene(worlds, "matter.supervise_on_site")
    before = counts()
    for files in (["00000000-0000-4000-8000-000000000000"], ["x"], "x", [None]):
        with pytest.raises(Refused) as refusal:
            good, made.content = made.content, {**made.content, "files": files}
            try:
                made.play()
                w = made.world  # a joint act reads its files when it is executed
                from shuangcha.audit.models import Proposal

                proposal = Proposal.objects.get(status="open")
                from shuangcha.acts import door

                door.sign(proposal.uid, w.player.viewer(w.boss(S)), seen_sha=proposal.content_sha, now=w.player.now)
            finally:
                made.content = good
        assert refusal.value.status == 422
    assert counts() | {"audit.Proposal": 0, "audit.Signature": 0} | {"casefile.Todo": 0} == before | {
        "audit.Proposal": 0,
        "audit.Signature": 0,
        "casefile.Todo": 0,
    }


def test_the_properties_reach_every_text(worlds: Worlds) -> None:
    """The walk above really finds the fields: nested ones, and those that scenes leave out."""
    found = {path for path, _ in leaves(CONTENTS["clue.register"], clue_content(worlds.at("registered")))}
    assert {
        ("title",),
        ("complainant", "name"),
        ("cases", 0, "number"),
        ("source_facts", "way"),
        ("allegations", 0, "text"),
    } <= found
    assert sum(len(list(leaves(CONTENTS[key], {}))) for key in scenes.OFFERED) > 200
