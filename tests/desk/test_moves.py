"""Long on purpose: eight tales, told once, serve the form of every move, signing,
attachments and the picker of courts."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shuangcha.access import scope
from shuangcha.access.actions import actions_on
from shuangcha.acts.options import Offer, options, suggest
from shuangcha.audit.chain import ZONE
from shuangcha.audit.models import Proposal, ReadLog, Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from tests.cost.test_statements import warm
from tests.desk.story import CLERK, LE, E, S, Story, member

TODAY = dt.date(2020, 6, 24)
STRANGER = "li.zhaoye"


@pytest.fixture
def tales(desk_places: dict[str, Story], db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Story]:
    now = dt.datetime.combine(TODAY, dt.time(15, 0), ZONE)
    monkeypatch.setattr("shuangcha.clock.business.now", lambda: now)
    for story in desk_places.values():
        story.player.on(TODAY.isoformat())
    return desk_places


def as_(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def address(move: str, subject: Any = None) -> str:
    base = reverse("move", args=[move])
    return f"{base}?kind={subject.KIND}&uid={subject.uid}" if subject is not None else base


def hidden(page: str) -> dict[str, str]:
    """Request key and seen version, as the browser would send them back."""
    return dict(re.findall(r'<input type="hidden" name="(request_key|seen_version|content_sha)" value="([^"]*)"', page))


def text(response: Any) -> str:
    return str(response.content.decode())


def registration(**more: str) -> dict[str, Any]:
    return {
        "subject_court": "洛阳市瀍河回族区人民法院",
        "source": "petition",
        "source_facts.petition.channel": "来信",
        "received_on": "2020-06-20",
        "title": "反映长期不处置财产",
        "summary": "查封后九个月未启动评估拍卖",
        "cases.0.number": "（2019）豫0304执1500号",
        "allegations.0.kind": "handling",
        "allegations.0.text": "查封后未处置",
        "subjects.0.name": "",
        "repeats_checked": "1",
        "request_key": "first",
        **more,
    }


HANDING = {
    "points.0.text": "为何未处置",
    "points.0.allegation": "1",
    "demands": "逐项答复",
    "contact": "内勤",
    "content": "重新撰写",
}


# --- the form -----------------------------------------------------------------------------------------------------
def test_every_act_that_is_offered_opens_its_form(tales: dict[str, Story]) -> None:
    """For several persons and every subject of every matter: a button that is not grey leads to a form,
    a grey one says why."""
    seen: set[str] = set()
    for story in tales.values():
        subjects = [story.clue, getattr(story, "item", None), getattr(story, "meeting", None)]
        if story.matter is not None:
            for kind in ("matter", "assignment", "round", "report", "opinion", "duty"):
                model = cf.SUBJECTS[kind]
                rows = (
                    model.rows.filter(pk=story.matter.pk)
                    if kind == "matter"
                    else model.rows.filter(matter=story.matter)
                )
                if kind in ("assignment", "duty"):
                    rows = rows.annotate(last_reminded=scope.last_reminded(kind))
                subjects += list(rows)
        for login in (CLERK, S, LE, member("enforcement"), "jin.xuzhou"):
            client, viewer = as_(login), story.player.viewer(login)
            for subject in subjects:
                if subject is None or not scope.sees(viewer, subject):
                    continue
                subject.refresh_from_db()
                for action in actions_on(subject, viewer, TODAY):
                    answer = client.get(address(action.move.key, subject))
                    if action.proposal is not None:
                        assert answer["Location"] == reverse("sign", args=[action.proposal.uid])
                    elif action.enabled:
                        assert answer.status_code == 200, (action.move.key, text(answer)[-800:])
                        seen.add(action.move.key)
                    else:
                        assert answer.status_code == 403, (action.move.key, login)
                        assert "没有作任何改动" in text(answer)
    assert len(seen) > 25


def test_registering_with_mistakes_keeps_every_word_and_then_works(tales: dict[str, Story]) -> None:
    client = as_(CLERK)
    wrong = registration(
        title="<b>标题</b>",
        **{"cases.0.officers.2.name": "张某某", "complainant.name": "柏青禾", "named": "1", "allegations.0.text": ""},
    )
    answer = client.post(address("clue.register"), wrong)
    page = text(answer)
    assert answer.status_code == 422
    for word in ("&lt;b&gt;标题&lt;/b&gt;", "张某某", "柏青禾", "（2019）豫0304执1500号", "查封后九个月未启动评估拍卖"):
        assert word in page
    links = re.findall(r'<li><a href="#([^"]+)">', page)
    assert links == ["id_cases.0.officers.0.role", "id_title", "id_allegations.0.text"]
    for one in links:
        assert f'id="{one}"' in page
        assert f'id="{one}_error"' in page
    assert hidden(page)["request_key"] == "first"
    before = cf.Clue.rows.count()
    sent = registration(**{"cases.0.officers.0.name": "张某某", "cases.0.officers.0.role": "承办人"})
    done = client.post(address("clue.register"), sent)
    assert done.status_code == 303
    again = client.post(address("clue.register"), sent)
    assert again["Location"] == done["Location"]
    assert cf.Clue.rows.count() == before + 1
    clue = cf.Clue.rows.latest("id")
    assert done["Location"] == reverse("clue", args=[clue.uid])
    assert "“登记线索”已办理" in text(client.get(done["Location"]))


def test_buttons_that_change_the_form_execute_nothing(tales: dict[str, Story]) -> None:
    before = Step.objects.count()
    for button in ("add-cases", "refresh", "add-cases.0.officers"):
        answer = as_(CLERK).post(address("clue.register"), registration(**{button: "1"}))
        assert answer.status_code == 200
        assert "查封后九个月未启动评估拍卖" in text(answer)
        assert 'class="error-summary"' not in text(answer)
    assert Step.objects.count() == before


def test_handing_down_shows_points_due_day_and_working_before_it_is_sent(tales: dict[str, Story]) -> None:
    assignment = tales["opened"].newest("assignment")
    page = text(as_(S).get(address("assignment.hand_down", assignment)))
    assert "第0问" in page
    assert "第1问" in page
    assert "2020年7月24日 星期五" in page  # one month from 24 June, the day of handing down not counted
    assert "这一天是怎样算出来的" in page
    assert "起算日" in page
    assert "本办理动作须两机构分别签署同一内容" in page


def test_a_named_period_is_computed_on_demand_and_a_backdated_start_counts(tales: dict[str, Story]) -> None:
    story = tales["disposing"]
    duty = next(one for one in story.duties() if one.kind == "urge")
    client, url = as_(E), address("duty.issue_urge", duty)
    assert "2020年7月24日 星期五" in text(client.get(url))  # 30 days by the opinion
    asked = {"text": "督办", "period": "10日", "refresh": "due", "seen_version": "1"}
    assert "2020年7月6日 星期一" in text(client.post(url, asked))  # 4 July is a Saturday
    assert "2020年7月3日 星期五" in text(client.post(url, {**asked, "happened_on": "2020-06-23"}))


def test_a_joint_act_waits_for_the_other_body_and_a_double_click_is_one_proposal(tales: dict[str, Story]) -> None:
    assignment = tales["opened"].newest("assignment")
    client, url = as_(S), address("assignment.hand_down", assignment)
    sent = {**HANDING, **hidden(text(client.get(url)))}
    answers = [client.post(url, sent) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert "等待执行机构签署" in text(client.get(answers[0]["Location"]))
    proposal = Proposal.objects.get(subject_kind="assignment", subject_id=assignment.pk)
    for login in (S, E):
        assert as_(login).get(url)["Location"] == reverse("sign", args=[proposal.uid])


def test_a_stale_page_is_told_and_keeps_the_text(tales: dict[str, Story]) -> None:
    assignment = tales["opened"].newest("assignment")
    sent = {**HANDING, "seen_version": "99", "request_key": "k"}
    answer = as_(S).post(address("assignment.hand_down", assignment), sent)
    assert answer.status_code == 409
    assert "重新撰写" in text(answer)
    assert "情况已有变化" in text(answer)
    assert hidden(text(answer))["seen_version"] == str(assignment.version)


def test_a_day_in_the_future_and_a_wrong_day_are_told_at_their_field(tales: dict[str, Story]) -> None:
    assignment = tales["opened"].newest("assignment")
    for day in ("2020-06-25", "昨天"):
        sent = {**HANDING, "seen_version": str(assignment.version), "happened_on": day}
        answer = as_(S).post(address("assignment.hand_down", assignment), sent)
        assert answer.status_code == 422
        assert 'id="id_happened_on_error"' in text(answer)
        assert day in text(answer)


def test_who_may_not_is_told_why_and_a_stranger_learns_nothing(tales: dict[str, Story]) -> None:
    story = tales["disposing"]
    refused = as_(CLERK).get(address("opinion.draft", story.matter))
    assert refused.status_code == 409, "there is nothing to draft any more"
    stage = as_(CLERK).get(address("matter.archive", story.matter))
    assert stage.status_code == 409
    nothing = as_(CLERK).get(address("matter.archive")).content
    other = (
        Person.objects.exclude(posts__body__court__code__in=["豫03", "豫0304", "豫"])
        .filter(posts__body__kind="enforcement")
        .first()
    )
    assert other is not None and other.login is not None
    for url in (
        address("matter.archive", story.matter),
        address("clue.start", story.clue),
        address("no.such"),
        f"{reverse('move', args=['matter.archive'])}?kind=matter&uid=x",
    ):
        assert as_(other.login).get(url).status_code == 404
        assert as_(other.login).post(url, {}).status_code == 404
    assert nothing
    assert Client().get(address("clue.register")).status_code == 302


def test_the_version_before_fills_the_form(tales: dict[str, Story]) -> None:
    story = tales["drafted"]
    page = text(as_(story.leader).get(address("report.revise", story.report)))
    for word in ("调查经过", "查明事实", "问题分析", "处理意见"):
        assert f">\n{word}</textarea>" in page
    signing = text(as_(LE).get(address("report.sign", story.report)))
    assert '<input type="hidden" name="version" value="1">' in signing


def test_who_shuts_himself_out_goes_to_the_worklist(tales: dict[str, Story]) -> None:
    matter = tales["opened"].matter
    sent = {"reason": "系当事人近亲属", "understood": "1", "seen_version": str(matter.version)}
    answer = as_("xu.heting").post(address("matter.recuse_self", matter), sent)
    assert (answer.status_code, answer["Location"]) == (303, reverse("home"))
    assert as_("xu.heting").get(reverse("matter", args=[matter.uid])).status_code == 404


# --- signing ------------------------------------------------------------------------------------------------------
@pytest.fixture
def waiting(tales: dict[str, Story]) -> Proposal:
    return Proposal.objects.get(status="open", stream_id=f"matter:{tales['handing'].matter.pk}")


def test_the_second_body_sees_and_signs_the_very_content(tales: dict[str, Story], waiting: Proposal) -> None:
    url = reverse("sign", args=[waiting.uid])
    page = text(as_(E).get(url))
    for word in ("第0问", "第1问", "按四部分报告", "重写的线索内容", waiting.content_sha[:12], "2020年7月24日 星期五"):
        assert word in page
    assert hidden(page)["content_sha"] == waiting.content_sha
    wrong = as_(E).post(url, {"content_sha": "0" * 64})
    assert wrong.status_code == 409
    assert "内容不一致" in text(wrong)
    sent = hidden(page)
    done = [as_(E).post(url, sent) for _ in range(2)]
    assert [one.status_code for one in done] == [303, 303]
    assignment = tales["handing"].newest("assignment")
    assert assignment.stage == "assigned"
    after = text(as_(E).get(url))
    assert "该提请已经办结" in after
    assert f'action="{url}"' not in after


def test_who_has_signed_or_may_not_sign_is_told_and_has_no_button(tales: dict[str, Story], waiting: Proposal) -> None:
    url = reverse("sign", args=[waiting.uid])
    mine = text(as_(S).get(url))
    assert "您已签署" in mine
    assert f'action="{url}"' not in mine
    assert reverse("withdraw", args=[waiting.uid]) in mine
    clerk = text(as_(CLERK).get(url))
    assert f'action="{url}"' not in clerk
    assert as_(LE).get(url).status_code == 404
    assert as_(CLERK).post(url, {"content_sha": waiting.content_sha}).status_code == 403


def test_a_proposal_is_taken_back_by_its_body_only(tales: dict[str, Story], waiting: Proposal) -> None:
    url = reverse("withdraw", args=[waiting.uid])
    assert as_(E).get(url).status_code == 405
    assert as_(E).post(url).status_code == 403
    assert as_(S).post(url).status_code == 303
    waiting.refresh_from_db()
    assert waiting.status == Proposal.WITHDRAWN
    assert "该提请已经撤回" in text(as_(S).get(reverse("sign", args=[waiting.uid])))


# --- attachments --------------------------------------------------------------------------------------------------
def letter(name: str = "来信.txt", content: str = "来信原文") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), "text/plain")


def test_files_sent_with_the_form_survive_a_mistake_and_are_attached(tales: dict[str, Story]) -> None:
    client = as_(CLERK)
    answer = client.post(
        address("clue.register"), {**registration(title=""), "files-upload": [letter(), letter("病毒.exe")]}
    )
    page = text(answer)
    assert answer.status_code == 422
    assert "“病毒.exe”：不接受" in page
    (uid,) = re.findall(r'name="files" value="([^"]+)" checked', page)
    assert client.post(address("clue.register"), {**registration(), "files": [uid]}).status_code == 303
    kept = cf.Material.rows.latest("id")
    assert (kept.name, kept.original, kept.clue_id) == ("来信.txt", True, cf.Clue.rows.latest("id").pk)


def test_uploading_ahead_answers_in_json(tales: dict[str, Story]) -> None:
    sent = as_(CLERK).post(reverse("upload"), {"file": letter()})
    assert sent.status_code == 201
    assert sent.json()["files"][0]["name"] == "来信.txt"
    bad = as_(CLERK).post(reverse("upload"), {"file": letter("x.html")})
    assert bad.status_code == 422
    assert "不接受" in bad.json()["errors"]["file"]
    assert as_(CLERK).post(reverse("upload"), {}).status_code == 422
    assert as_(CLERK).get(reverse("upload")).status_code == 405
    assert Client().post(reverse("upload"), {"file": letter()}).status_code == 302


def test_a_download_is_an_attachment_logged_and_closed_to_others(tales: dict[str, Story]) -> None:
    from shuangcha.desk.files import link

    client = as_(CLERK)
    client.post(address("clue.register"), {**registration(), "files-upload": letter()})
    kept = cf.Material.rows.latest("id")
    before = ReadLog.objects.count()
    answer: Any = client.get(link(kept))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).decode() == "来信原文"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert ReadLog.objects.count() == before + 1
    for login in (LE, S):  # before the joint meeting the other body has number, court and title only
        assert as_(login).get(link(kept)).status_code == 404
    assert client.get(link(kept)[:-2] + "x/").status_code == 404
    assert client.get(reverse("material", args=[str(kept.pk)])).status_code == 404


def test_an_original_never_leaves_the_court_that_received_it(tales: dict[str, Story]) -> None:
    """Also where somebody of another court is, by mistake, made a member of the clue."""
    from shuangcha.desk.files import link

    client = as_(CLERK)
    client.post(address("clue.register"), {**registration(), "files-upload": letter()})
    kept = cf.Material.rows.latest("id")
    cf.Membership.rows.create(clue=kept.clue, person=Person.objects.get(login=LE))
    assert as_(LE).get(reverse("clue", args=[kept.clue.uid])).status_code == 200
    assert as_(LE).get(link(kept)).status_code == 404


# --- choices ------------------------------------------------------------------------------------------------------
def test_two_characters_find_a_court(tales: dict[str, Story]) -> None:
    client = as_(CLERK)
    found = client.get(reverse("court-suggest"), {"q": "瀍河"}).json()["items"]
    assert [(one["value"], one["code"]) for one in found] == [("洛阳市瀍河回族区人民法院", "豫0304")]
    assert suggest("豫0304", TODAY)[0]["code"] == "豫0304"
    assert suggest("瀍", TODAY) == []
    assert len(suggest("人民法院", TODAY)) == 10


def test_a_recused_person_is_not_offered(tales: dict[str, Story]) -> None:
    story = tales["investigating"]
    viewer, second = story.player.viewer(LE), Person.objects.get(login=story.second)
    for source in ("team_candidate", "team_member"):
        assert str(second.uid) in dict(options(source, story.round, viewer, TODAY))
    cf.Recusal.rows.create(matter=story.matter, person=second, cause="declared")
    for source in ("team_candidate", "team_member"):
        assert str(second.uid) not in dict(options(source, story.round, viewer, TODAY))
    meeting = tales["sitting"].meeting
    named = options("attendee", meeting, tales["sitting"].player.viewer(E), TODAY)
    assert str(Person.objects.get(login=E).uid) in dict(named)
    cf.Recusal.rows.create(clue=tales["sitting"].clue, person=Person.objects.get(login=E), cause="declared")
    assert str(Person.objects.get(login=E).uid) not in dict(options("attendee", meeting, viewer, TODAY))


def test_choices_say_what_they_are(tales: dict[str, Story]) -> None:
    story = tales["drafted"]
    viewer = story.player.viewer(story.leader)
    offer = Offer(story.round, viewer, TODAY)
    assert [value for value, _ in offer.of("point")] == ["1", "2"]
    assert offer.of("allegation")[0] == ("1", "第1项（执行案件办理）查封后未处置")
    assert offer.of("enforcement_case") == [(story.number, story.number)]
    assert offer.of("record")[0][0] == "1"
    assert "调卷审查" in offer.of("record")[0][1]
    assert [code for code, _ in offer.of("addressee")] == ["豫03", "豫0304"]


# --- register ------------------------------------------------------------------------------------------------------
def test_an_identity_is_shown_once_with_its_reason_in_the_ledger(tales: dict[str, Story]) -> None:
    clue = tales["registered"].clue
    client, url = as_(CLERK), address("register.reveal", clue)
    before = Step.objects.count()
    page = client.get(url)
    assert page.status_code == 200
    assert "柏青禾" not in text(page)
    assert client.post(url, {"purpose": "contact"}).status_code == 422
    assert Step.objects.count() == before
    answer = client.post(url, {"purpose": "contact", "reason": "联系反映人核实情况"})
    assert answer.status_code == 200
    assert "柏青禾" in text(answer)
    assert "13800000000" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert Step.objects.count() == before + 1
    assert as_(S).get(url).status_code == 404


def test_a_fact_is_corrected_from_the_list_of_facts(tales: dict[str, Story]) -> None:
    clue = tales["registered"].clue
    client, url = as_(CLERK), address("register.correct", clue)
    assert "反映长期不处置查封财产" in text(client.get(url))
    sent = {"field": "title", "value": "反映长期不处置房产", "reason": "登记笔误"}
    answer = client.post(url, sent)
    assert answer.status_code == 303, text(answer)[-1500:]
    clue.refresh_from_db()
    assert clue.title == "反映长期不处置房产"


# --- cost ---------------------------------------------------------------------------------------------------------
def test_a_move_costs_at_most_28_statements(tales: dict[str, Story]) -> None:
    story = tales["opened"]
    assignment = story.newest("assignment")
    duty = next(one for one in tales["disposing"].duties() if one.kind == "urge")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        (CLERK, address("clue.register"), registration(request_key="cost")),
        (
            S,
            address("assignment.hand_down", assignment),
            {**HANDING, "seen_version": str(assignment.version), "request_key": "c1"},
        ),
        (
            E,
            address("duty.issue_urge", duty),
            {"text": "督办", "measures": "启动评估", "seen_version": str(duty.version), "request_key": "c2"},
        ),
    ]
    for login, url, sent in calls:
        client = as_(login)
        warm()
        with CaptureQueriesContext(connection) as opened:
            assert client.get(url).status_code == 200
        assert len(opened) <= 18, [one["sql"] for one in opened]
        with CaptureQueriesContext(connection) as spent:
            answer = client.post(url, sent)
        assert answer.status_code == 303, text(answer)[-1500:]
        said = [one["sql"] for one in spent if not re.match(r"(BEGIN|COMMIT|SAVEPOINT|RELEASE)", one["sql"])]
        assert len(said) <= 28, "\n".join(one[:110] for one in said)
