"""An administrator takes a data set back: hidden and freed, with its step in the chain;
what was frozen stays word for word."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from shuangcha.access import administered, flow
from shuangcha.acts import flow_data
from shuangcha.audit.models import Step
from shuangcha.audit.verify import verify
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person
from shuangcha.courts.people import viewer_of
from shuangcha.flowcheck import FlowError
from shuangcha.flowruns import checking, folders, incoming, running, withdrawing
from shuangcha.flowruns.models import FlowDataset, FlowRun, RunState
from tests.desk.conftest import DAY
from tests.desk.story import E, S
from tests.desk.test_pages import text_of

from . import data
from .test_admin import GOOD, zipped
from .test_record import check, filed

SignedIn = Callable[[str], Client]
ADMINISTRATOR, AUDITOR = "xiang.zhaoting", "xin.zhaoting"
REASON = "导出时漏选了2020年的案件，将重新读入"


@pytest.fixture
def story(pages: Any, own_data: Path) -> Any:
    found = pages["investigating"]
    dataset = data.read(
        own_data / "in",
        [data.late_notice(found.number, "豫0304"), data.late_notice(data.number("豫0305", 7), "豫0305")],
    )
    running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)
    running.work()
    return found


def address(dataset: FlowDataset | None = None) -> str:
    return f"/admin/flow/sets/{(dataset or FlowDataset.objects.get()).uid}/withdraw/"


def withdraw(client: Client, django_capture_on_commit_callbacks: Any, reason: str = REASON, **more: str) -> Any:
    with django_capture_on_commit_callbacks(execute=True):
        return client.post(address(), {"reason": reason, "request_key": uuid4().hex, **more})


def steps() -> list[Step]:
    return list(Step.objects.filter(edge="register.flow_data:>").order_by("id"))


def test_data_and_runs_are_hidden_and_their_files_are_gone(
    signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dataset, run = FlowDataset.objects.get(), FlowRun.objects.get()
    keeper, reader = signed_in(ADMINISTRATOR), signed_in(S)
    assert "撤回后不能恢复" in text_of(keeper.get(address())) and "测试数据" in text_of(reader.get("/system-check/"))
    assert withdraw(keeper, django_capture_on_commit_callbacks).status_code == 302
    assert "测试数据" not in text_of(reader.get("/system-check/"))
    for tail in ("", "signs/", "state/", "courts/豫0304/", "courts/豫0304/pdf/", "officers/"):
        assert reader.get(f"/system-check/runs/{run.uid}/{tail}").status_code == 404, tail
    assert reader.post("/system-check/start/", {"dataset": str(dataset.uid)}).status_code == 404
    assert not folders.of(dataset).exists() and not folders.of_run(run).exists()
    assert not list(folders.root().rglob("*.parquet"))
    listed = text_of(keeper.get("/admin/flow/"))
    assert "已撤回" in listed and REASON in listed
    with pytest.raises(FlowError, match="已经撤回"):
        running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)


def test_what_was_frozen_stays_word_for_word(
    signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(story.leader)
    made = check(client, story)
    filed(client, story, made)
    record = cf.Record.rows.latest("id")
    printed, payload, frozen = text_of(client.get(f"/records/{record.uid}/print/")), record.payload, made.result
    withdraw(signed_in(ADMINISTRATOR), django_capture_on_commit_callbacks)
    record.refresh_from_db()
    made.refresh_from_db()
    assert (record.payload, made.result) == (payload, frozen) and checking.read(made)
    assert text_of(client.get(f"/records/{record.uid}/print/")) == printed
    page = text_of(client.get(f"/flow-checks/{made.uid}/"))
    assert "数据已撤回" in page and REASON in page and "发出执行通知超过10日" in page
    answer = client.post(f"/rounds/{story.round.uid}/flow/", {"number": story.number})
    assert answer.status_code == 422 and "没有这个案件" in text_of(answer)


def test_loading_and_withdrawing_leave_steps_that_verify(
    signed_in: SignedIn, pages: Any, own_data: Path, django_capture_on_commit_callbacks: Any, tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate().public_key()
    before = verify(folder=tmp_path, public_key=key)  # of a world without seals
    client = signed_in(ADMINISTRATOR)
    kept = incoming.keep(
        io.BytesIO(zipped(own_data / "a", [*GOOD, data.clean(data.number("豫0305", 9), "豫0305")]).read()),
        "a.zip",
        name="六月数据",
        taken_at=data.TAKEN,
        person_id=Person.objects.get(login=ADMINISTRATOR).pk,
    )
    client.post(f"/admin/flow/{kept.key}/", {"do": "read"})
    assert running.work(flow_data.load_incoming) == 1, kept.state
    assert withdraw(client, django_capture_on_commit_callbacks).status_code == 302
    told = [
        (one.stream_id.split(":")[0], json.loads(one.content)["what"], one.actor.login, one.post_id is not None)
        for one in steps()
    ]
    assert [what for _, what, _, _ in told] == [
        "读入流程数据“六月数据”，2020年6月20日 09:30取数，本院案件2件",
        "读入流程数据“六月数据”，2020年6月20日 09:30取数，本院案件1件",
        f"撤回流程数据“六月数据”，2020年6月20日 09:30取数，本院案件2件；理由：{REASON}",
        f"撤回流程数据“六月数据”，2020年6月20日 09:30取数，本院案件1件；理由：{REASON}",
    ]
    assert {(kind, login, by_post) for kind, _, login, by_post in told} == {("court", ADMINISTRATOR, True)}
    assert len({one.stream_id for one in steps()}) == 2
    shown = text_of(signed_in(AUDITOR).get("/admin/steps/?act=register.flow_data"))
    assert "管理流程数据" in shown and "本院案件2件" in shown and REASON in shown
    after = verify(folder=tmp_path, public_key=key)
    assert [(one.place, one.what) for one in after.findings] == [(one.place, one.what) for one in before.findings]
    assert after.checked["steps"] == before.checked["steps"] + 4


@pytest.mark.parametrize("reason", ["", "  ", "重读", "长" * 401])
def test_without_a_reason_nothing_happens(
    signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any, reason: str
) -> None:
    answer = withdraw(signed_in(ADMINISTRATOR), django_capture_on_commit_callbacks, reason)
    assert answer.status_code == 422 and "请写明撤回理由" in text_of(answer) and "例如" in text_of(answer)
    assert (
        FlowDataset.objects.get().withdrawn_at is None
        and not steps()
        and folders.of(FlowDataset.objects.get()).is_dir()
    )


def test_twice_is_once(signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any) -> None:
    client, key = signed_in(ADMINISTRATOR), uuid4().hex
    for _ in range(2):
        assert withdraw(client, django_capture_on_commit_callbacks, request_key=key).status_code == 302
    assert withdraw(client, django_capture_on_commit_callbacks).status_code == 409
    assert len(steps()) == 2, "one for each court"


@pytest.mark.parametrize("login", [E, S, "qu.ruohe", AUDITOR])
def test_nobody_else_may(signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any, login: str) -> None:
    client = signed_in(login)
    assert (
        client.get(address()).status_code == 404
        and withdraw(client, django_capture_on_commit_callbacks).status_code == 404
    )
    assert FlowDataset.objects.get().withdrawn_at is None


def test_who_keeps_one_of_its_courts_only_may_not(story: Any) -> None:
    """The data cover 瀍河 and 涧西; an administrator of 瀍河 alone sees that they were loaded and takes nothing from 涧西."""
    import dataclasses

    viewer = viewer_of(Person.objects.get(login=ADMINISTRATOR).pk, DAY)
    assert viewer is not None
    whole = administered.domain_of(viewer, DAY, "administration")
    assert whole is not None
    one = dataclasses.replace(whole, whole=False, codes={"豫0304": whole.codes["豫0304"]})
    dataset = FlowDataset.objects.get()
    assert flow.kept(one, str(dataset.uid)) == dataset and not flow.may_withdraw(one, dataset)
    with pytest.raises(flow_data.NotAllowed, match="不归您管理"):
        flow_data.withdraw(one, str(dataset.uid), REASON, now=data.TAKEN)
    other = dataclasses.replace(one, codes={"豫0306": 0})
    with pytest.raises(flow_data.flow.NotFound):
        flow_data.withdraw(other, str(dataset.uid), REASON, now=data.TAKEN)
    assert FlowDataset.objects.get().withdrawn_at is None


def test_a_waiting_run_is_called_off_and_a_running_one_leaves_nothing(
    signed_in: SignedIn, story: Any, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from shuangcha import flowcheck

    dataset = FlowDataset.objects.get()
    running.ask(dataset, data.TAKEN.date(), None, data.TAKEN)
    later = running.ask(dataset, data.TAKEN.date().replace(day=1), None, data.TAKEN)
    real = flowcheck.check_folder

    def withdrawn_midway(*args: Any, **more: Any) -> Any:
        found = real(*args, **more)
        withdraw(signed_in(ADMINISTRATOR), django_capture_on_commit_callbacks)
        return found

    monkeypatch.setattr(flowcheck, "check_folder", withdrawn_midway)
    running.work()
    later.refresh_from_db()
    assert (
        later.state == RunState.CANCELLED
        and not FlowRun.objects.filter(state__in=[RunState.RUNNING, RunState.QUEUED]).exists()
    )
    assert not list(folders.root().rglob("*.parquet"))


def test_files_that_a_killed_process_left_are_swept(story: Any) -> None:
    dataset = FlowDataset.objects.get()
    withdrawing.mark(dataset, by=Person.objects.get(login=ADMINISTRATOR).pk, why=REASON, now=data.TAKEN)
    assert folders.of(dataset).is_dir()
    running.start()
    assert not folders.of(dataset).exists() and not folders.of_run(FlowRun.objects.get()).exists()
