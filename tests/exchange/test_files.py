"""Attachments: staged, hashed, attached, and handed out as downloads to whoever may see their place."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.exchange.world import V1, World


def test_evidence_comes_back_as_it_was_sent_and_as_a_download(world: World) -> None:
    for name in ("内勤", "监察室乙", "基层执行丁"):
        got = world[name].get(f"materials/{world.evidence['sha256']}")
        assert got.status == 200 and got.raw == b"%PDF-1.4 volume", name
        assert hashlib.sha256(got.raw).hexdigest() == world.evidence["sha256"]
        disposition = got.response["Content-Disposition"]
        assert disposition.startswith("attachment") and "filename*=utf-8''%E5%8D%B7%E5%AE%97.pdf" in disposition
        assert got.response["X-Content-Type-Options"] == "nosniff"
        assert got.response["Content-Security-Policy"].startswith("sandbox")
        assert "no-store" in got.response["Cache-Control"]
    record = world["基层执行丁"].get("/".join(world.only("基层执行丁", "record"))).ok()
    assert [one["key"] for one in record["facts"]["materials"]] == [world.evidence["sha256"]]


def test_the_original_of_a_petition_is_for_both_bodies_of_the_receiving_court_only(world: World) -> None:
    key = f"materials/{world.original['sha256']}"
    for name in ("内勤", "监察室乙"):
        assert world[name].get(key).raw == b"%PDF-1.4 letter", name
    for name in ("基层执行丁", "基层监察戊", "外院己", "被反映人", "领导小组丙", "管理员"):
        assert world[name].get(key).status == 404, name
    assert world["内勤"].get("/".join(world.clue)).ok()["facts"]["materials"][0]["original"] is True


def test_strangers_and_random_keys_get_the_one_404(world: World) -> None:
    known = f"materials/{world.evidence['sha256']}"
    bodies = {world[name].get(known).raw for name in ("外院己", "被反映人")}
    for key in ("0" * 64, "x", world.evidence["sha256"].upper(), "..%2f..%2fetc"):
        bodies.add(world["内勤"].get(f"materials/{key}").raw)
    assert bodies == {'{"sentence": "没有找到，或者与您无关。", "errors": {}}'.encode()}


def test_a_download_is_logged(world: World) -> None:
    from shuangcha.audit.models import ReadLog

    before = ReadLog.objects.count()
    world["内勤"].get(f"materials/{world.evidence['sha256']}")
    last = ReadLog.objects.order_by("-id")[0]
    assert ReadLog.objects.count() == before + 1 and (last.what, last.subject_kind) == ("file", "matter")


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.exe", b"MZ"), ("a.html", b"<html>"), ("a.pdf", b"not a pdf"), ("a.pdf", b""), ("a", b"x"), ("a.svg", b"<svg")],
)
def test_what_is_not_accepted_is_refused_at_the_field(world: World, name: str, data: bytes) -> None:
    refused = world["内勤"].upload(name, data)
    assert refused.status == 422 and list(refused.json["errors"]) == ["file"]


def test_an_upload_without_a_file_and_a_broken_one(world: World) -> None:
    voice = world["内勤"]
    assert voice.post("uploads", {}).status == 422
    broken: Any = voice.client.post(V1 + "uploads", b"x", content_type="multipart/form-data", headers=voice.headers)
    assert broken.status_code in (400, 422) and broken.json()["sentence"]


def test_an_upload_of_another_person_cannot_be_attached(world: World) -> None:
    theirs = world["监察内勤"].upload("x.pdf", b"%PDF-1.4 x").ok()["uid"]
    refused = world["内勤"].move("clue.register", **world.registration(files=[theirs]))
    assert refused.status == 422 and "files" in refused.json["errors"]


def test_names_are_made_harmless(world: World) -> None:
    made = world["内勤"].upload('..\\..\\a"b\u202egnp.pdf', b"%PDF-1.4 x").ok()
    assert made["name"] == "abgnp.pdf"
