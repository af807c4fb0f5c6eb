"""A check of one case in the procedure: frozen, shown, taken over into the record, printed,
cited as evidence (issue 4 §5)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from shuangcha.casefile import models as cf
from shuangcha.desk import display
from shuangcha.flowruns import checking
from shuangcha.flowruns.models import FlowCheck
from tests.desk.story import LE, LS, E, S
from tests.desk.test_pages import text_of

from . import data

SignedIn = Callable[[str], Client]
LATE, EARLY = "发出执行通知超过10日", "发生时间晚于录入时间"


@pytest.fixture
def story(pages: Any, own_data: Path) -> Any:
    """A round that is investigating; its enforcement case is in the newest data and in an older set."""
    found = pages["investigating"]
    told = [data.late_notice(found.number, "豫0304")]
    data.read(own_data / "old", told, name="旧数据", taken=data.TAKEN.replace(month=5))
    data.read(own_data / "in", told)
    return found


def check(client: Client, story: Any) -> FlowCheck:
    answer = client.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})
    assert answer.status_code == 302, text_of(answer)
    return FlowCheck.objects.latest("id")


def form_url(story: Any, more: str = "") -> str:
    return f"/do/record.system_check/?kind=round&uid={story.round.uid}{more}"


def filed(client: Client, story: Any, made: FlowCheck, **more: Any) -> Any:
    body = client.get(form_url(story, f"&check={made.uid}&sign=1&sign=2&point-2=2")).content.decode()
    p = story.player
    sent = {
        **data.inputs(body, "/do/record.system_check"),
        "checkers": [p.uid_of(story.leader), p.uid_of(story.second)],
        "request_key": uuid4().hex,
        **more,
    }
    return client.post(form_url(story), sent)


# --- the check -------------------------------------------------------------------------------------------------------
def test_the_newest_data_are_checked_and_the_same_check_is_made_once(signed_in: SignedIn, story: Any) -> None:
    client = signed_in(story.leader)
    assert story.number in text_of(client.get(f"/rounds/{story.round.uid}/flow/"))
    made = check(client, story)
    assert made.dataset.name == "测试数据" and made.taken_at == data.TAKEN and made.as_of == data.TAKEN.date()
    assert check(client, story).pk == made.pk and FlowCheck.objects.count() == 1
    text = text_of(client.get(f"/flow-checks/{made.uid}/"))
    for shown in (
        LATE,
        EARLY,
        "发出执行通知书",
        "2019年3月24日 星期日",
        "应当核查",
        "2020年6月20日 09:30",
        display.fingerprint(made.data_hash),
        display.fingerprint(made.rule_version),
        "民诉法解释",
        "是怎样算出来的",
        "可能的正当原因",
        "早于发生 1 天",
    ):
        assert shown in text, shown


def test_the_working_of_the_limit_has_its_steps(signed_in: SignedIn, story: Any) -> None:
    """Filed on Wednesday 6 March 2019: ten days end on Saturday 16 March, rolled to Monday 18 March."""
    client = signed_in(story.leader)
    made = check(client, story)
    sign = next(one for one in checking.read(made)["signs"] if one["title"] == LATE)
    assert (sign["nominal"], sign["due"]) == ("2019-03-16", "2019-03-18")
    assert {"起算", "顺延"} & {one["label"][:2] for one in sign["working"]["steps"]}
    assert "届满日2019年3月18日是怎样算出来的" in text_of(client.get(f"/flow-checks/{made.uid}/"))


def test_a_check_is_frozen(story: Any, signed_in: SignedIn) -> None:
    made = check(signed_in(story.leader), story)
    before = made.result
    FlowCheck.objects.filter(pk=made.pk).update(result=before.replace("2019", "2018", 1))
    with pytest.raises(RuntimeError):
        checking.read(FlowCheck.objects.get(pk=made.pk))


@pytest.mark.parametrize(
    ("login", "named"), [("leader", True), ("second", True), (LS, True), (S, True), (LE, False), (E, False)]
)
def test_persons_are_named_to_the_team_and_the_supervision_side(
    signed_in: SignedIn, story: Any, login: str, named: bool
) -> None:
    made = check(signed_in(story.leader), story)
    text = text_of(signed_in(getattr(story, login, login)).get(f"/flow-checks/{made.uid}/"))
    assert (data.OFFICER in text) == named and LATE in text


def test_a_stranger_finds_neither_round_nor_check(signed_in: SignedIn, story: Any) -> None:
    made = check(signed_in(story.leader), story)
    stranger = signed_in("qu.ruohe")
    nothing = text_of(stranger.get(f"/flow-checks/{uuid4()}/"))
    for url in (f"/flow-checks/{made.uid}/", f"/rounds/{story.round.uid}/flow/"):
        answer = stranger.get(url)
        assert answer.status_code == 404 and text_of(answer) == nothing
    assert stranger.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number}).status_code == 404


def test_who_is_not_of_the_team_reads_but_does_not_check(signed_in: SignedIn, story: Any) -> None:
    answer = signed_in(LE).post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})
    assert answer.status_code == 403 and not FlowCheck.objects.exists()
    assert "现在不能检查" in text_of(signed_in(LE).get(f"/rounds/{story.round.uid}/flow/"))


def test_a_case_in_no_data_set_teaches_what_to_do(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    client = signed_in(story.leader)
    answer = client.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})
    assert answer.status_code == 422
    for words in ("已读入的流程数据里没有这个案件", "请系统管理员导出该院最新的流程数据", "直接登记系统检查记录"):
        assert words in text_of(answer)


# --- the record ------------------------------------------------------------------------------------------------------
def test_taken_signs_are_filed_with_what_they_rest_on_and_print(signed_in: SignedIn, story: Any) -> None:
    client = signed_in(story.leader)
    made = check(client, story)
    answer = filed(client, story, made)
    assert answer.status_code == 303, text_of(answer)
    record = cf.Record.rows.latest("id")
    kept = json.loads(record.payload)["flow"]
    assert (
        kept["sha256"] == made.sha256
        and kept["data_hash"] == made.data_hash
        and kept["rule_version"] == made.rule_version
    )
    assert (
        kept["taken_at"] == data.TAKEN.isoformat()
        and [one["n"] for one in kept["signs"]] == [1, 2]
        and kept["signs"][1]["point"] == 2
    )
    assert data.OFFICER not in record.payload, "a record is read by more persons than may know who entered what"
    for url in (f"/records/{record.uid}/", f"/records/{record.uid}/print/"):
        text = text_of(signed_in(E).get(url))
        for words in (
            LATE,
            EARLY,
            "2020年6月20日 09:30取数",
            display.fingerprint(made.data_hash),
            display.fingerprint(made.rule_version),
            display.fingerprint(made.sha256),
            "第2项核查要点",
            "重点核查",
            "2019年3月24日",
        ):
            assert words in text, (url, words)


def test_the_step_names_the_check_by_its_hashes(signed_in: SignedIn, story: Any) -> None:
    from shuangcha.audit.models import Step

    client = signed_in(story.leader)
    made = check(client, story)
    filed(client, story, made)
    step = Step.objects.filter(edge__move="record.system_check").latest("id")
    assert made.sha256 in str(step.facts) and made.data_hash in str(step.facts)


def test_a_record_reads_the_same_after_new_data_came(signed_in: SignedIn, story: Any, own_data: Path) -> None:
    client = signed_in(story.leader)
    filed(client, story, check(client, story))
    record = cf.Record.rows.latest("id")
    before = text_of(client.get(f"/records/{record.uid}/print/"))
    data.read(own_data / "new", [data.clean(story.number, "豫0304")], name="新数据", taken=data.TAKEN.replace(day=22))
    assert check(client, story).dataset.name == "新数据"
    assert text_of(client.get(f"/records/{record.uid}/print/")) == before


def test_what_is_taken_prints_before_it_is_filed(signed_in: SignedIn, story: Any) -> None:
    client = signed_in(story.leader)
    answer = filed(client, story, check(client, story), refresh="print")
    text = text_of(answer)
    assert (
        answer.status_code == 200
        and LATE in text
        and "未提交" in text
        and not cf.Record.rows.filter(round=story.round).exists()
    )


def test_a_sign_is_dropped_again_by_a_plain_button(signed_in: SignedIn, story: Any) -> None:
    client = signed_in(story.leader)
    answer = filed(client, story, check(client, story), **{"remove-signs": "0"})
    body = answer.content.decode()
    assert answer.status_code == 200 and re.findall(r'name="signs\.\d+\.sign" value="(\d+)"', body) == ["2"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"signs.0.sign": "99"}, "检查结果中没有第99项风险信号"),
        ({"signs.0.sign": "2"}, "已经采纳过了"),
        ({"signs.0.point": "9"}, "没有第9项核查要点"),
        ({"check": ""}, "应当选择所依据的流程数据检查"),
        ({"check": str(uuid4())}, "没有这次流程数据检查"),
    ],
)
def test_what_the_check_does_not_hold_is_refused(
    signed_in: SignedIn, story: Any, change: dict[str, str], sentence: str
) -> None:
    client = signed_in(story.leader)
    answer = filed(client, story, check(client, story), **change)
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert not cf.Record.rows.filter(round=story.round).exists()


def test_a_check_of_another_round_cannot_be_cited(signed_in: SignedIn, story: Any, pages: Any) -> None:
    client = signed_in(story.leader)
    made = check(client, story)
    other = pages["drafted"]
    FlowCheck.objects.filter(pk=made.pk).update(round=other.round)
    made.refresh_from_db()
    body = {
        "title": "记录",
        "held_on": "2020-06-02",
        "system": "系统",
        "snapshot_at": "2020-06-02 09:30",
        "check": str(made.uid),
        "conclusion": "无",
        "checkers": [story.player.uid_of(story.leader), story.player.uid_of(story.second)],
        "nodes.0.node": "立案",
        "nodes.0.complete": "yes",
        "nodes.0.overdue": "no",
        "nodes.0.falsified": "no",
        "request_key": uuid4().hex,
    }
    answer = client.post(form_url(story), body)
    assert answer.status_code == 422 and "没有这次流程数据检查" in text_of(answer)


def test_recording_by_hand_goes_on_without_flow_data(signed_in: SignedIn, pages: Any) -> None:
    story = pages["investigating"]
    client, p = signed_in(story.leader), story.player
    assert "没有引用流程数据检查" in text_of(client.get(form_url(story)))
    sent = {
        "title": "系统检查记录",
        "held_on": "2020-06-02",
        "system": "执行案件流程信息管理系统",
        "snapshot_at": "2020-06-02 09:30",
        "check": "",
        "checkers": [p.uid_of(story.leader), p.uid_of(story.second)],
        "nodes.0.node": "财产查控",
        "nodes.0.complete": "yes",
        "nodes.0.overdue": "no",
        "nodes.0.falsified": "no",
        "conclusion": "节点完整",
        "request_key": uuid4().hex,
    }
    assert client.post(form_url(story), sent).status_code == 303
    record = cf.Record.rows.latest("id")
    assert "flow" not in json.loads(record.payload) and "财产查控" in text_of(
        client.get(f"/records/{record.uid}/print/")
    )


# --- the evidence -----------------------------------------------------------------------------------------------------
def test_the_record_is_cited_for_the_point_with_the_place_of_its_signs(signed_in: SignedIn, story: Any) -> None:
    client = signed_in(story.leader)
    filed(client, story, check(client, story))
    record = cf.Record.rows.latest("id")
    body = client.get(f"/records/{record.uid}/").content.decode()
    found = re.search(r'href="(/do/round\.answer_point/[^"]*)"[^>]*>用作第2项核查要点的证据', body)
    assert found
    form = client.get(found[1].replace("&amp;", "&")).content.decode()
    assert (
        re.search(rf'name="evidence\.0\.record" value="{record.n}" checked', form) and 'value="风险信号第2项"' in form
    )
    sent = {
        "point": "2",
        "finding": "founded",
        "text": "查明超期",
        "evidence.0.record": str(record.n),
        "evidence.0.page": "风险信号第2项",
        "seen_version": str(cf.Round.rows.get(pk=story.round.pk).version),
        "request_key": uuid4().hex,
    }
    assert client.post(form_url(story).replace("record.system_check", "round.answer_point"), sent).status_code == 303
    answer = cf.Answer.rows.get(point__matter=story.matter, point__n=2)
    assert [(one.record_id, one.page) for one in answer.evidence.all()] == [(record.pk, "风险信号第2项")]
    assert "用作第2项核查要点" not in signed_in(E).get(f"/records/{record.uid}/").content.decode()
