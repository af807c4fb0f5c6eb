"""The interface is the one kept in docs/openapi.json, and nothing that was released breaks without being told."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shuangcha.conf.management.commands import openapi
from shuangcha.exchange import kept

V1 = "/api/v1"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def present() -> dict[str, Any]:
    return kept.document()


def fields(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def test_the_interface_is_the_one_kept(present: dict[str, Any]) -> None:
    assert openapi.problems(present) == []
    call_command("openapi", "--check")


def test_the_document_is_the_one_served_and_knows_every_move(present: dict[str, Any]) -> None:
    from shuangcha.exchange.api import api

    assert present["paths"].keys() == api.get_openapi_schema()["paths"].keys()
    assert len(present[kept.CONTENT]) > 100
    assert "court" in str(present[kept.CONTENT]["clue.register"])
    assert openapi.text(present).count("\n") > 10_000, "one thing a line, so that a change is read as one"


def remove(*path: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for one in path[:-1]:
            place = place[one]
        if isinstance(place, list):
            place.remove(path[-1])
        else:
            del place[path[-1]]

    return change


def put(value: Any, *path: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for one in path[:-1]:
            place = place[one]
        if isinstance(place, list):
            place.append(value)
        else:
            place[path[-1]] = value

    return change


SCHEMAS = ("components", "schemas")
REGISTER = (kept.CONTENT, "clue.register")
SIGN = f"POST {V1}/proposals/{{uid}}/sign"
TEXT = {"type": "string", "title": "New"}
BREAKS: dict[str, tuple[Change, str, str]] = {
    "a path": (remove("paths", f"{V1}/me"), f"GET {V1}/me", "取消"),
    "a method": (remove("paths", f"{V1}/tokens", "post"), f"POST {V1}/tokens", "取消"),
    "a move": (remove(kept.CONTENT, "clue.register"), f"POST {V1}/moves/clue.register", "取消"),
    "a field of an answer": (remove(*SCHEMAS, "Refusal", "properties", "sentence"), f"GET {V1}/me", "取消栏目sentence"),
    "a field that may be absent": (remove(*SCHEMAS, "Refusal", "required", "errors"), f"GET {V1}/me", "可能没有"),
    "the type of an answer": (
        put({"type": "integer"}, *SCHEMAS, "Refusal", "properties", "sentence"),
        f"GET {V1}/me",
        "应答400.sentence的类型改变",
    ),
    "null in an answer": (
        put({"anyOf": [TEXT, {"type": "null"}]}, *SCHEMAS, "Refusal", "properties", "sentence"),
        f"GET {V1}/me",
        "类型改变",
    ),
    "a required field of a request": (put("request_key", *SCHEMAS, "SignIn", "required", "+"), SIGN, "成为必须"),
    "a field of a request": (remove(*SCHEMAS, "SignIn", "properties", "request_key"), SIGN, "取消栏目request_key"),
    "the type of a request": (
        put({"type": "integer"}, *SCHEMAS, "SignIn", "properties", "content_sha"),
        SIGN,
        "content_sha的类型改变",
    ),
    "a parameter": (
        put(
            {"in": "query", "name": "why", "required": True, "schema": TEXT},
            "paths",
            f"{V1}/me",
            "get",
            "parameters",
            "+",
        ),
        f"GET {V1}/me",
        "参数why成为必须",
    ),
    "a status": (remove("paths", f"{V1}/me", "get", "responses", "200"), f"GET {V1}/me", "不再应答200"),
    "a media type": (
        remove("paths", f"{V1}/me", "get", "responses", "200", "content", "application/json"),
        f"GET {V1}/me",
        "不再用application/json",
    ),
    "a field of a content": (
        remove(*REGISTER, "$defs", "Complainant", "properties", "phone"),
        f"POST {V1}/moves/clue.register",
        "取消栏目phone",
    ),
    "a required field of a content": (
        put(["number", "filed_on"], *REGISTER, "$defs", "CaseOfClue", "required"),
        f"POST {V1}/moves/clue.register",
        "filed_on成为必须",
    ),
}
HARMLESS: dict[str, Change] = {
    "a path": put({"get": {"responses": {}}}, "paths", f"{V1}/new"),
    "a field of an answer": put(TEXT, *SCHEMAS, "Refusal", "properties", "new"),
    "a field of a request that may be absent": put(TEXT, *SCHEMAS, "SignIn", "properties", "new"),
    "null in a request": put(
        {"anyOf": [{"type": "string"}, {"type": "null"}]}, *SCHEMAS, "SignIn", "properties", "content_sha"
    ),
    "a move": put({"type": "object"}, kept.CONTENT, "clue.new"),
    "a description": put("other words", *SCHEMAS, "Refusal", "description"),
    "a parameter that may be absent": put(
        {"in": "query", "name": "why", "schema": TEXT}, "paths", f"{V1}/me", "get", "parameters", "+"
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_what_breaks_is_found_and_must_be_told(
    name: str, present: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    change, operation, phrase = BREAKS[name]
    later = copy.deepcopy(present)
    change(later)
    found = kept.breaking(present, later)
    assert phrase in "、".join(found[operation])
    said = openapi.problems(later)
    assert openapi.MADE in said[0], "drift names the command"
    assert any(operation in one and "CHANGELOG" in one for one in said[1:])
    monkeypatch.setattr(kept, "document", lambda: later)
    with pytest.raises((SystemExit, CommandError)):
        call_command("openapi", "--check")
    monkeypatch.setattr(kept, "named", lambda _: set(found))
    assert len(openapi.problems(later)) == 1, "told in the changelog, only the kept document is behind"


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_only_added_breaks_nothing(name: str, present: dict[str, Any]) -> None:
    later = copy.deepcopy(present)
    HARMLESS[name](later)
    assert kept.breaking(present, later) == {}
    assert openapi.text(later) != openapi.text(present)


@pytest.mark.parametrize(
    ("before", "after", "sent", "breaks"),
    [
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, True, True),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, False, True),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, True, False),
        ({}, {"enum": ["a"]}, True, True),
        ({"enum": ["a"]}, {}, False, True),
        ({"options": [["a", "甲"], ["b", "乙"]]}, {"options": [["b", "乙"]]}, True, True),
        ({"options": [["a", "甲"]]}, {"options": [["a", "新名称"]]}, True, False),
    ],
)
def test_values_that_are_taken_away(before: dict[str, Any], after: dict[str, Any], sent: bool, breaks: bool) -> None:
    def one(schema: dict[str, Any]) -> dict[str, Any]:
        return {"type": "object", "properties": {"kind": {"type": "array", "items": {"type": "string"} | schema}}}

    body = {"content": {"application/json": {"schema": one(before)}}}
    later = {"content": {"application/json": {"schema": one(after)}}}
    said = [
        {"paths": {"/x": {"post": {"responses": {}, "requestBody": part} if sent else {"responses": {"200": part}}}}}
        for part in (body, later)
    ]
    assert bool(kept.breaking(said[0], said[1])) is breaks


def test_only_the_unreleased_part_of_the_changelog_counts() -> None:
    text = (
        "# Changelog\n## 0.2.0 (unreleased)\n- 接口变更: GET /api/v1/me 取消栏目name\n"
        "## 0.1.0 (2026-12-01)\n- 接口变更：POST /api/v1/tokens …\n"
    )
    assert kept.named(text) == {"GET /api/v1/me"}
    assert kept.named(text.replace(" (unreleased)", "")) == set()
