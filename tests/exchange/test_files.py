"""Attachments: staged, hashed, attached, and handed out as downloads to whoever may see their place."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest

from shuangcha.casefile import models as cf
from shuangcha.courts.models import Body, Post
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


# --- insiders: each file, each way to stand to the matter ------------------------------------------------------------
ABOVE = {"内勤", "执行局甲", "监察室乙", "监察内勤", "办公室主任", "领导小组丙", "副组长"}
BELOW = {"基层执行丁", "基层监察戊", "基层执行员", "基层监察员", "基层院长"}
OUTSIDE = {"外院己", "被反映人", "巡查组长", "管理员"}
RECEIVING = {"内勤", "执行局甲", "监察室乙", "监察内勤", "办公室主任"}
"""Of both bodies of the court that received the petition (the head of the group's office is deputy head of one of them)."""


def further(world: World, kind: str, of: dict[str, Any]) -> str:
    """A file on the newest subject of a kind, as an act on it would leave it; its hash."""
    sent = world["内勤"].upload(f"{kind}.pdf", b"%PDF-1.4 " + kind.encode()).ok()
    subject = cf.SUBJECTS[kind].rows.filter(**of).order_by("-id")[0]
    matter = cf.Matter.rows.get(uid=world.matter[1])
    cf.Material.rows.create(
        sha256=sent["sha256"],
        size=sent["size"],
        name=sent["name"],
        media="application/pdf",
        matter=matter,
        subject_kind=kind,
        subject_id=subject.pk,
        added_by=world["内勤"].person,
        added_at=matter.created_at,
    )
    return str(sent["sha256"])


def fetched_by(world: World, sha: str, names: set[str]) -> set[str]:
    """Who gets the file; who does not gets the one answer, without a byte of it."""
    found, refusals = set(), set()
    for name in names:
        answer = world[name].get(f"materials/{sha}")
        if answer.status == 200:
            assert hashlib.sha256(answer.raw).hexdigest() == sha
            found.add(name)
        else:
            refusals.add((answer.status, answer.raw))
    assert refusals <= {(404, '{"sentence": "没有找到，或者与您无关。", "errors": {}}'.encode())}
    return found


EVERYBODY = ABOVE | BELOW | OUTSIDE


def test_of_the_insiders_each_gets_the_files_that_are_his(world: World) -> None:
    matter = {"matter__uid": world.matter[1]}
    files = {
        world.original["sha256"]: RECEIVING,
        world.evidence["sha256"]: ABOVE | BELOW,
        further(world, "report", matter): ABOVE | BELOW,
        further(world, "assignment", matter): ABOVE | BELOW,
        further(world, "matter", {"uid": world.matter[1]}): ABOVE | BELOW,
        further(world, "opinion", matter): ABOVE,
        further(world, "item", matter): ABOVE,
        further(world, "duty", {**matter, "kind": "urge"}): ABOVE,
    }
    assert len(files) == 8
    for sha, wanted in files.items():
        assert fetched_by(world, sha, EVERYBODY) == wanted, cf.Material.rows.filter(sha256=sha).first()


def test_a_file_of_a_duty_goes_down_with_the_duty(world: World) -> None:
    sha = further(world, "duty", {"matter__uid": world.matter[1], "kind": "urge"})
    duty = cf.Duty.rows.get(matter__uid=world.matter[1], kind="urge")
    assert fetched_by(world, sha, BELOW) == set()
    world.both("执行局甲", "监察室乙", "duty.issue_urge", ("duty", str(duty.uid)), text="督办", measures="启动评估")
    assert fetched_by(world, sha, EVERYBODY) == ABOVE | BELOW


@pytest.mark.parametrize("name", ["内勤", "领导小组丙", "基层执行丁", "基层执行员"])
def test_a_recused_insider_gets_nothing_more(world: World, name: str) -> None:
    person = world[name].person
    for where in ({"matter": cf.Matter.rows.get(uid=world.matter[1])}, {"clue": cf.Clue.rows.get(uid=world.clue[1])}):
        cf.Recusal.rows.create(person=person, cause="declared", **where)
    for sha in (world.original["sha256"], world.evidence["sha256"]):
        assert name not in fetched_by(world, sha, EVERYBODY)
    others = (ABOVE | BELOW) - {name}
    assert fetched_by(world, world.evidence["sha256"], EVERYBODY) == others


def test_who_is_shut_out_of_the_matter_keeps_what_the_clue_gives_and_no_more(world: World) -> None:
    cf.Recusal.rows.create(
        person=world["内勤"].person, cause="declared", matter=cf.Matter.rows.get(uid=world.matter[1])
    )
    assert fetched_by(world, world.evidence["sha256"], {"内勤"}) == set()
    assert fetched_by(world, world.original["sha256"], {"内勤"}) == {"内勤"}


@pytest.mark.parametrize("name", ["监察内勤", "基层监察戊"])
def test_an_ended_post_gets_nothing(world: World, name: str) -> None:
    assert fetched_by(world, world.evidence["sha256"], {name}) == {name}
    Post.objects.filter(person=world[name].person).update(valid_to=dt.date(2020, 6, 23))  # the day is 24 June
    assert fetched_by(world, world.evidence["sha256"], {name}) == set()
    assert fetched_by(world, world.original["sha256"], {name}) == set()


@pytest.mark.parametrize("kind", ["administration", "audit"])
def test_who_keeps_the_system_or_audits_it_gets_no_file(world: World, kind: str) -> None:
    """A body without a part in files is in no matter; its person is not either."""
    from tests.exchange.world import Voice

    post = Post.objects.filter(body__court__code="豫03", body__kind=kind, valid_to__isnull=True).select_related(
        "person"
    )[0]
    voice = Voice(post.person.login).with_token()
    for sha in (world.original["sha256"], world.evidence["sha256"]):
        assert voice.get(f"materials/{sha}").status == 404


def test_the_same_bodies_of_another_court_get_nothing(world: World) -> None:
    from tests.exchange.world import Voice

    for code in ("豫0311", "豫71", "豫"):
        for body in Body.objects.filter(court__code=code, kind__in=["enforcement", "supervision"]):
            voice = Voice(Post.objects.filter(body=body, role="head").get().person.login).with_token()
            for sha in (world.original["sha256"], world.evidence["sha256"]):
                assert voice.get(f"materials/{sha}").status == 404, (code, body.kind)


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
