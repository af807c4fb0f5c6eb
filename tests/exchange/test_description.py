"""The OpenAPI document says what the interface does, and its page keeps the strict content policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.shortcuts import resolve_url
from django.test import Client

from tests.exchange.world import PEOPLE, V1, Voice, World

METHODS = ("get", "post", "delete", "put", "patch")
DECLARED = {"400", "401", "403", "404", "409", "422"}


@pytest.fixture
def described(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world["外院己"].get("openapi.json").ok()
    return found


def _operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            assert method in METHODS
            yield path, method, operation


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def test_the_document_holds_together(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0" and described["info"]["title"] and described["info"]["version"]
    for reference in _references(described):
        place: Any = described
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        assert place, reference
    names = [operation["operationId"] for _, _, operation in _operations(described)]
    assert len(names) == len(set(names)) > 45
    for path, method, operation in _operations(described):
        assert path.startswith(V1), path
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), path
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
        assert re.search("[一-龥]", operation["summary"]), path
        assert set(operation["responses"]) >= DECLARED, (method, path)
        assert any(status.startswith("2") for status in operation["responses"])
        for status, answer in operation["responses"].items():
            assert answer["description"]
            if status[0] == "4":
                schema = answer["content"]["application/json"]["schema"]
                assert schema["$ref"] == "#/components/schemas/Refusal"
        for security in operation.get("security", []):
            assert set(security) <= set(described["components"]["securitySchemes"])


def test_every_operation_wants_somebody_but_the_two_that_let_one_in(described: dict[str, Any]) -> None:
    stranger, open_ones = Voice(None), set()
    for path, method, _ in _operations(described):
        address = re.sub(r"{\w+}", str(uuid4()), path).removeprefix(V1)
        answered = stranger.get(address) if method == "get" else getattr(stranger, method)(address)
        if answered.status == 401:
            assert answered.json["sentence"].startswith("请先登录"), path
        else:
            open_ones.add((method, path.removeprefix(V1)))
            assert answered.status == 422
    assert open_ones == {("post", "session"), ("post", "password-reset")}


def test_every_path_answers_as_declared(world: World, described: dict[str, Any]) -> None:
    """Each operation with a random key and an empty body: an answer that its description names, never a 5xx."""
    voice = Voice(PEOPLE["内勤"])
    voice.client.force_login(voice.person)
    for path, method, operation in _operations(described):
        if operation["operationId"] == "sign_out":
            continue
        for key in (str(uuid4()), "x", "%00", "汉字"):
            address = re.sub(r"{\w+}", key, path).removeprefix(V1)
            answered = voice.get(address) if method == "get" else getattr(voice, method)(address)
            assert str(answered.status) in operation["responses"], (
                method,
                address,
                answered.status,
                answered.raw[:200],
            )


def test_answers_have_the_declared_fields(world: World, described: dict[str, Any]) -> None:
    """What really comes out for each kind has the fields of its schema, no more and no fewer."""
    for kind in ("clue", "matter", "meeting", "item", "assignment", "round", "record", "report", "opinion", "duty"):
        shown = world["内勤"].get("/".join(world.only("内勤", kind))).ok()
        schema = described["paths"][f"{V1}{kind}/{{uid}}"]["get"]["responses"]["200"]["content"]["application/json"]
        name = schema["schema"]["$ref"].rsplit("/", 1)[1]
        declared = described["components"]["schemas"][name]["properties"]
        assert set(shown) == set(declared), kind
        facts = described["components"]["schemas"][f"{kind.title()}Facts"]["properties"]
        assert set(shown["facts"]) == set(facts) and len(facts) >= 5


@pytest.mark.django_db
def test_the_description_is_for_signed_in_persons() -> None:
    client = Client()
    assert client.get(V1 + "openapi.json").status_code == 401
    page = client.get(V1 + "docs")
    assert page.status_code == 302 and page["Location"] == f"{resolve_url(settings.LOGIN_URL)}?next={V1}docs"


def test_the_page_keeps_the_strict_policy_and_loads_nothing_from_outside(world: World) -> None:
    voice = Voice(PEOPLE["内勤"])
    voice.client.force_login(voice.person)
    page = voice.client.get(V1 + "docs")
    policy, text = page["Content-Security-Policy"], page.content.decode()
    assert "script-src 'self'" in policy and "unsafe" not in policy and "nonce" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)", text) and "style=" not in text and "<style" not in text
    assert not re.search(r"\son\w+=", text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        assert address.startswith("/") and not address.startswith("//"), address
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
