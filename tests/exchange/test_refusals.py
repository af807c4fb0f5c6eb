"""How the interface says no: one sentence in Chinese, the right status, and nothing half-written."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.conf import settings

from tests.exchange.world import V1, Answered, Voice, World


def _said(answered: Answered, status: int) -> dict[str, Any]:
    assert answered.status == status, (answered.status, answered.raw.decode()[:300])
    assert set(answered.json) == {"sentence", "errors"}
    assert any("一" <= letter <= "鿿" for letter in answered.json["sentence"])
    return answered.json


def test_stranger_recused_random_and_unknown_get_the_same_bytes(world: World) -> None:
    kinds = (world.matter, world.clue)
    bodies = set()
    for kind, uid in kinds:
        for ending in ("", "/steps"):
            for name in ("外院己", "被反映人", "管理员"):
                bodies.add(world[name].get(f"{kind}/{uid}{ending}").raw)
            bodies.add(world["内勤"].get(f"{kind}/{uuid.uuid4()}{ending}").raw)
            bodies.add(world["内勤"].get(f"{kind}/not-a-uid{ending}").raw)
    for path in ("", "nothing", "nothing/at/all", "clue/%00", f"register/{uuid.uuid4()}", "proposals"):
        bodies.add(world["内勤"].get(path).raw)
    for name in ("外院己", "被反映人"):
        for ending in ("/overview", "/children"):
            bodies.add(world[name].get("/".join(world.matter) + ending).raw)
        bodies.add(world[name].move("matter.recuse_self", world.matter, seen=1, reason="x", understood=True).raw)
    bodies.add(world["内勤"].move("matter.recuse_self", ("matter", str(uuid.uuid4())), seen=1, reason="x").raw)
    bodies.add(world["内勤"].move("no.such_move").raw)
    bodies.add(world["内勤"].move("duty.open", world.matter, seen=1).raw)
    bodies.add(world["内勤"].post(f"proposals/{uuid.uuid4()}/sign", {"content_sha": "x"}).raw)
    bodies.add(Voice(None).get("no/such/address").raw)
    assert bodies == {json.dumps({"sentence": "没有找到，或者与您无关。", "errors": {}}, ensure_ascii=False).encode()}


def test_a_recused_person_finds_nothing_in_any_list(world: World) -> None:
    recused = world["被反映人"]
    for path in ("clue", "matter", "item", "assignment", "duty", "todos", "brief-clues"):
        assert recused.get(path).ok()["items"] == [], path
    assert recused.get("meeting").ok()["items"]  # of the court's meeting, but not of the item on its agenda
    meeting = recused.get("/".join(world.only("被反映人", "meeting"))).ok()
    assert meeting["facts"]["items"] == []


def test_declared_recusal_shuts_at_once(world: World) -> None:
    world["执行局甲"].move("matter.recuse_self", world.matter, reason="与当事人有利害关系", understood=True).ok()
    assert world["执行局甲"].get("/".join(world.matter)).status == 404
    assert world["执行局甲"].get("/".join(world.matter) + "/steps").status == 404


def test_403_names_the_office(world: World) -> None:
    early = world["内勤"].move("matter.archive", world.matter, volumes="一册", place="档案室", summary="结")
    _said(early, 409)  # not in this stage, whoever asks
    assert "执行机构" in _said(world["管理员"].move("clue.register", **world.registration()), 403)["sentence"]
    urge = ("duty", next(one for one in world["内勤"].get("duty").ok()["items"] if "督办" in one["title"])["uid"])
    told = next(one for one in world["内勤"].get("duty").ok()["items"] if "反馈执行行为" in one["title"])
    # The lower court sees the matter, but not a duty that was not sent to it yet.
    _said(world["基层执行丁"].move("duty.issue_urge", urge, seen=1, text="督办", measures="启动"), 404)
    content = {
        "who": "complainant",
        "way": "phone",
        "on": "2020-06-24",
        "staff": "内勤",
        "helped": "监察室",
        "points": "逐项",
        "attitude": "satisfied",
    }
    wrong_body = world["监察内勤"].move("duty.feed_back_handling", ("duty", told["uid"]), **content)
    assert "执行机构" in _said(wrong_body, 403)["sentence"]


def test_409_for_an_old_page_and_for_another_content(world: World) -> None:
    urge = ("duty", next(one for one in world["内勤"].get("duty").ok()["items"] if "督办" in one["title"])["uid"])
    assert (
        "刷新"
        in _said(world["执行局甲"].move("duty.issue_urge", urge, seen=0, text="督办", measures="x"), 409)["sentence"]
    )
    missing = world["执行局甲"].post(
        "moves/duty.issue_urge", {"subject": {"kind": "duty", "uid": urge[1]}, "content": {}}
    )
    _said(missing, 409)
    uid = world["执行局甲"].move("duty.issue_urge", urge, text="督办", measures="启动").ok()["proposal"]
    _said(world["监察室乙"].post(f"proposals/{uid}/sign", {"content_sha": "0" * 64}), 409)
    _said(world["执行局甲"].post(f"proposals/{uid}/sign", {"content_sha": "0" * 64}), 409)
    sha = world["监察室乙"].get("/".join(urge)).ok()["proposals"][0]["content_sha"]
    _said(world["执行局甲"].post(f"proposals/{uid}/sign", {"content_sha": sha}), 403)  # one person for both bodies
    assert world["监察室乙"].post(f"proposals/{uid}/sign", {"content_sha": sha}).ok()["status"] == "executed"
    _said(world["监察室乙"].post(f"proposals/{uid}/sign", {"content_sha": sha}), 409)
    _said(world["监察室乙"].post(f"proposals/{uid}/withdraw"), 409)


def test_422_names_the_fields(world: World) -> None:
    wrong = world.registration(subject_court="没有", allegations=[{"kind": "handling"}], extra="x", received_on="昨天")
    errors = _said(world["内勤"].move("clue.register", **wrong), 422)["errors"]
    assert {"allegations.0.text", "extra", "received_on"} <= set(errors)
    other = world.registration(cases=[{"number": "（2019）豫0305执1号"}])
    assert "cases.0.number" in _said(world["内勤"].move("clue.register", **other), 422)["errors"]
    future = world["内勤"].move("clue.register", happened_on="2030-01-01", **world.registration())
    assert "happened_on" in _said(future, 422)["errors"]
    markup = world["内勤"].move("clue.register", **world.registration(title="<script>x</script>"))
    assert "title" in _said(markup, 422)["errors"]
    nameless = world["内勤"].move("clue.register", **world.registration(source_facts={}))
    assert _said(nameless, 422)["errors"]
    assert len(world["内勤"].get("clue").ok()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"subject": "x"}, "subject"),
        ({"subject": {"kind": "clue"}}, "subject.uid"),
        ({"subject": {"kind": "clue", "uid": "7"}}, "subject.uid"),
        ({"seen_version": "x"}, "seen_version"),
        ({"content": []}, "content"),
        ({"content": None}, "content"),
        ({"happened_on": "32"}, "happened_on"),
        ({"request_key": "a\u0000"}, "request_key"),
        ({"request_key": "x" * 65}, "request_key"),
        ({"other": 1}, "other"),
    ],
)
def test_wrong_requests_name_the_field(world: World, body: dict[str, Any], field: str) -> None:
    assert list(_said(world["内勤"].post("moves/clue.submit", body), 422)["errors"]) == [field]


def _raw(voice: Voice, data: bytes, kind: str = "application/json") -> Answered:
    response = voice.client.post(V1 + "moves/clue.register", data, content_type=kind, headers=voice.headers)
    return Answered(response.status_code, response.json(), response.content, response)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"\xff\xfe",
        b"NaN",
        b'{"content": {"title": NaN}}',
        b'{"content": {"title": "\\ud800"}}',
        b"[" * 100_000,
        b'{"seen_version": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_400(world: World, data: bytes) -> None:
    _said(_raw(world["内勤"], data), 400)


def test_json_in_another_type_is_400(world: World) -> None:
    """A form of another site can send text/plain without asking; it is not read."""
    _said(_raw(world["内勤"], b"{}", "text/plain"), 400)
    _said(_raw(world["内勤"], b"a=b", "application/x-www-form-urlencoded"), 400)


@pytest.mark.parametrize("data", [b"[]", b"null", b"7", b'"x"', b"{}", b""])
def test_json_of_another_shape_is_422_or_the_first_missing_field(world: World, data: bytes) -> None:
    _said(_raw(world["内勤"], data), 422)


def test_too_much_is_413(world: World) -> None:
    over = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1
    _said(_raw(world["内勤"], b'{"content": {"summary": "' + b"x" * over + b'"}}'), 413)
    claimed = world["内勤"].client.post(
        V1 + "uploads",
        b"x",
        content_type="multipart/form-data; boundary=x",
        headers=world["内勤"].headers,
        CONTENT_LENGTH=str(10**10),
    )
    assert claimed.status_code == 413 and claimed.json()["sentence"]


def test_ten_megabytes_of_text_are_refused_at_their_field(world: World) -> None:
    errors = _said(world["内勤"].move("clue.register", **world.registration(summary="x" * 10_000_000)), 422)["errors"]
    assert "summary" in errors


def test_another_method_is_405(world: World) -> None:
    for path in ("clue", "me", "/".join(world.matter), "openapi.json"):
        response = world["内勤"].client.put(V1 + path, "{}", content_type="application/json")
        assert response.status_code == 405 and response.json()["sentence"] and "GET" in response["Allow"], path


def test_a_repeated_request_is_one_act(world: World) -> None:
    before = len(world["内勤"].get("clue").ok()["items"])
    first = world["内勤"].move("clue.register", request_key="form-1", **world.registration()).ok()
    again = world["内勤"].move("clue.register", request_key="form-1", **world.registration()).ok()
    assert again == first and len(world["内勤"].get("clue").ok()["items"]) == before + 1
    clue = ("clue", first["subject_uid"])
    assert len(world["内勤"].get("/".join(clue) + "/steps").ok()["items"]) == 1
    forward = (
        world["内勤"].move("clue.put_forward", clue, request_key="form-2", seen=first["version"], reason="具体").ok()
    )
    assert (
        world["内勤"].move("clue.put_forward", clue, request_key="form-2", seen=first["version"], reason="具体").ok()
        == forward
    )
    _said(world["内勤"].move("clue.put_forward", clue, request_key="form-3", seen=first["version"], reason="具体"), 409)
    # A key belongs to its person.
    assert world["执行局甲"].move("clue.register", request_key="form-1", **world.registration()).ok() != first


def test_signing_twice_with_one_key_is_one_signature(world: World) -> None:
    urge = ("duty", next(one for one in world["内勤"].get("duty").ok()["items"] if "督办" in one["title"])["uid"])
    uid = world["执行局甲"].move("duty.issue_urge", urge, text="督办", measures="启动").ok()["proposal"]
    sha = world["监察室乙"].get("/".join(urge)).ok()["proposals"][0]["content_sha"]
    body = {"content_sha": sha, "request_key": "sign-1"}
    first = world["监察室乙"].post(f"proposals/{uid}/sign", body).ok()
    assert world["监察室乙"].post(f"proposals/{uid}/sign", body).ok() == first


def test_a_mistake_of_the_program_is_told_in_json_and_logged(world: World, monkeypatch: Any, caplog: Any) -> None:
    from shuangcha.exchange import account

    monkeypatch.setattr(account, "openings", lambda *_: 1 // 0)
    answered = world["内勤"].get("me")
    assert answered.status == 500 and "ZeroDivisionError" not in answered.raw.decode()
    _said(answered, 500)
    assert "unforeseen" in caplog.text
