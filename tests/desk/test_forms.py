"""The form drawn from a content model, and what a browser sends read back: no database is needed for either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict

from shuangcha.access.refusals import Invalid
from shuangcha.acts.contents.base import read
from shuangcha.acts.options import OPTIONS
from shuangcha.acts.registry import CONTENTS
from shuangcha.desk.forms import Form
from shuangcha.desk.typed import blank, is_edit, pruned, raw_of, specs, typed_from, typed_of

KINDS = {
    "text",
    "textarea",
    "date",
    "time",
    "number",
    "select",
    "radio",
    "checkboxes",
    "checkbox",
    "court",
    "rows",
    "group",
    "source_facts",
    "files",
    "version",
}


def post(**fields: Any) -> QueryDict:
    """What a browser would send; `__` stands for a dot."""
    found = QueryDict(mutable=True)
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            found.appendlist(name.replace("__", "."), one)
    return found


def offered(source: str) -> list[tuple[str, str]]:
    return [("1", "第一个"), ("2", "第二个")]


def drawn(key: str, typed: dict[str, Any], errors: dict[str, str] | None = None) -> tuple[Form, list[dict[str, Any]]]:
    form = Form(CONTENTS[key], typed, offered, errors=errors or {})
    return form, form.drawn()


def leaves(fields: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every drawn field, also of rows, groups and the shown source."""
    for f in fields:
        yield f
        for row in f.get("rows", []) if f["kind"] == "rows" else []:
            yield from leaves(row["fields"])
        if f["kind"] == "group":
            yield from leaves(f["fields"])
        for block in f.get("blocks", []):
            yield from leaves(block["fields"]) if block["shown"] else ()


def every_spec(model: Any) -> Iterator[Any]:
    for one in specs(model):
        yield one
        if one.inner is not None and one.widget in ("rows", "group"):
            yield from every_spec(one.inner)


def test_every_source_of_choices_has_its_function() -> None:
    named = {one.source for model in CONTENTS.values() for one in every_spec(model) if one.widget == "pick"}
    assert named
    assert named <= set(OPTIONS)


@pytest.mark.parametrize("key", sorted(CONTENTS))
def test_every_content_can_be_drawn_and_has_labels(key: str) -> None:
    _, fields = drawn(key, blank(CONTENTS[key]))
    for f in leaves(fields):
        assert f["kind"] in KINDS, f
        assert f["label"] and not f["label"].isascii(), f
    names = [f["name"] for f in leaves(fields)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", sorted(CONTENTS))
def test_an_empty_form_is_refused_or_accepted_at_its_fields(key: str) -> None:
    """Whatever is missing is told at a field that is drawn."""
    model = CONTENTS[key]
    typed = pruned(model, blank(model))
    try:
        read(key, raw_of(model, typed))
    except Invalid as no:
        form, fields = drawn(key, typed, no.errors)
        ids = {f["id"] for f in leaves(fields)}
        assert {one["field_id"] for one in form.summary} <= ids
        left = [path for path in no.errors if path and path not in form.placed]
        assert left == []


def test_rows_in_rows_keep_their_place_over_gaps_and_empty_ones_fall_away() -> None:
    model = CONTENTS["clue.register"]
    sent = post(
        cases__0__number="",
        cases__3__number="（2019）豫0304执1286号",
        cases__3__officers__2__name="张某",
        cases__3__officers__2__role="承办人",
        cases__7__number=" ",
        allegations__1__kind="handling",
        allegations__1__text="未处置",
    )
    typed = typed_of(model, sent)
    assert [row["number"] for row in typed["cases"]] == ["", "（2019）豫0304执1286号", " "]
    raw = raw_of(model, pruned(model, typed))
    assert raw["cases"] == [{"number": "（2019）豫0304执1286号", "officers": [{"name": "张某", "role": "承办人"}]}]
    assert raw["allegations"] == [{"kind": "handling", "text": "未处置"}]
    assert raw["subjects"] == []


def test_add_and_remove_work_without_javascript_and_keep_what_is_typed() -> None:
    model = CONTENTS["clue.register"]
    base = {"cases__0__number": "一", "cases__1__number": "二", "cases__1__officers__0__name": "张某"}
    assert not is_edit(post(**base))
    added = post(**base)
    added["add-cases"] = "1"
    assert is_edit(added)
    assert [row["number"] for row in typed_of(model, added)["cases"]] == ["一", "二", ""]
    inner = post(**base)
    inner["add-cases.1.officers"] = "1"
    assert [row["name"] for row in typed_of(model, inner)["cases"][1]["officers"]] == ["张某", ""]
    removed = post(**base)
    removed["remove-cases"] = "0"
    assert [row["number"] for row in typed_of(model, removed)["cases"]] == ["二"]


def test_a_row_index_of_any_size_or_script_is_no_row() -> None:
    model = CONTENTS["clue.register"]
    sent = post(**{"cases__9999999__number": "x", "cases__１__number": "x", "cases__-1__number": "x"})
    assert typed_of(model, sent)["cases"] == []


def test_an_error_stands_at_its_field_in_the_row_and_is_linked_from_the_summary() -> None:
    model = CONTENTS["clue.register"]
    sent = post(
        subject_court="豫0304",
        source="petition",
        received_on="2020-05-20",
        title="标题",
        summary="摘要",
        source_facts__petition__channel="来信",
        allegations__0__kind="handling",
        allegations__0__text="事项",
        cases__0__number="（2019）豫0304执1286号",
        cases__0__officers__0__name="张某",
    )
    typed = pruned(model, typed_of(model, sent))
    with pytest.raises(Invalid) as no:
        read("clue.register", raw_of(model, typed))
    form, fields = drawn("clue.register", typed, no.value.errors)
    wrong = {f["id"]: f["error"] for f in leaves(fields) if f.get("error")}
    assert wrong == {"id_cases.0.officers.0.role": "必须填写。"}
    assert [one["field_id"] for one in form.summary] == list(wrong)


def test_only_the_fields_of_the_chosen_source_are_sent_and_a_missing_one_is_told_at_its_place() -> None:
    model = CONTENTS["clue.register"]
    sent = post(
        subject_court="豫0304",
        source="superior",
        received_on="2020-05-20",
        title="标题",
        summary="摘要",
        source_facts__superior__from_court="河南省高级人民法院",
        source_facts__superior__on="2020-05-19",
        source_facts__petition__channel="来信",
        allegations__0__kind="handling",
        allegations__0__text="事项",
    )
    typed = pruned(model, typed_of(model, sent))
    raw = raw_of(model, typed)
    assert raw["source_facts"] == {"from_court": "河南省高级人民法院", "on": "2020-05-19"}
    with pytest.raises(Invalid) as no:
        read("clue.register", raw)
    form, fields = drawn("clue.register", typed, no.value.errors)
    wrong = [f["id"] for f in leaves(fields) if f.get("error")]
    assert wrong == ["id_source_facts.superior.number"]
    assert set(no.value.errors) <= form.placed


def test_a_blank_complainant_is_none_and_a_given_one_is_kept() -> None:
    model = CONTENTS["clue.register"]
    assert "complainant" not in raw_of(model, typed_of(model, post(complainant__name=" ")))
    assert raw_of(model, typed_of(model, post(complainant__name="某人")))["complainant"] == {"name": "某人"}


def test_choices_lists_and_lines() -> None:
    hearing = CONTENTS["record.hearing"]
    raw = raw_of(hearing, typed_of(hearing, post(parties="申请执行人\n\n 被执行人 ", files=["a", "a", "b"])))
    assert raw["parties"] == ["申请执行人", "被执行人"]
    assert raw["files"] == ["a", "b"]
    opened = CONTENTS["meeting.open"]
    _, fields = drawn("meeting.open", typed_of(opened, post(chair="2", attendees=["1", "2"])))
    chair, attendees = fields
    assert [one["value"] for one in chair["options"] if one["selected"]] == ["2"]
    assert (attendees["kind"], [one["value"] for one in attendees["options"] if one["selected"]]) == (
        "checkboxes",
        ["1", "2"],
    )


def test_content_that_is_there_already_fills_the_form_and_comes_back_the_same() -> None:
    model = CONTENTS["opinion.draft"]
    content = {
        "facts": "事实",
        "text": "意见",
        "conclusions": [{"allegation": 1, "finding": "founded", "text": "属实", "misconduct": False}],
        "dispositions": [{"kind": "urge", "allegation": 1, "addressee": "豫0304", "demand": "处置", "period": "30日"}],
    }
    raw = raw_of(model, pruned(model, typed_from(model, content)))
    assert read("opinion.draft", raw).model_dump(mode="json") == content


def test_sentences_stand_without_the_name_of_their_field() -> None:
    form, fields = drawn("item.take_position", blank(CONTENTS["item.take_position"]), {"text": "理由:必须填写。"})
    assert next(f["error"] for f in fields if f["name"] == "text") == "必须填写。"
    assert form.summary == [{"field_id": "id_text", "label": "理由", "text": "必须填写。"}]
