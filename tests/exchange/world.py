"""Named persons who speak to the interface over HTTP, and the short story that they play through it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuangcha.acts import accounts
from shuangcha.acts.load import load_initial
from shuangcha.clock import business
from shuangcha.courts.models import Person

V1 = "/api/v1/"
PEOPLE = {
    "执行局甲": "mi.yanwei",
    "监察室乙": "lin.xingheng",
    "领导小组丙": "shao.yuting",
    "基层执行丁": "yuan.lanheng",
    "基层监察戊": "lou.shuye",
    "外院己": "kang.qingyao",
    "内勤": "pu.muheng",
    "监察内勤": "xu.heting",
    "被反映人": "dang.yuchuan",
    "办公室主任": "jin.xuzhou",
    "基层执行员": "lou.jianjun",
    "基层监察员": "nie.yuzhou",
    "副组长": "kang.ruoji",
    "基层院长": "ge.zhaojun",
    "巡查组长": "zhuang.zhaoting",
    "管理员": "xiang.zhaoting",
}
SECRET = "秦不言"
CASE = "（2019）豫0304执1286号"
POINTS = [{"text": "查封后为何未处置", "allegation": 1}, {"text": "是否接受吃请", "allegation": 2}]


@dataclass
class Answered:
    """One answer: status, JSON, raw bytes."""

    status: int
    json: Any
    raw: bytes
    response: Any
    statements: tuple[str, ...] = ()

    def ok(self) -> Any:
        assert self.status in (200, 201), (self.status, self.raw.decode()[:800])
        return self.json


class Voice:
    """One person at the interface, by token."""

    def __init__(self, login: str | None) -> None:
        self.login = login
        self.client = Client(raise_request_exception=True)
        self.headers: dict[str, str] = {}
        self.costs: list[tuple[str, str, int]] = []

    def __getstate__(self) -> dict[str, Any]:
        """The client of a kept voice is a new one: it signs in by its token anyway."""
        return {**self.__dict__, "client": None}

    def __setstate__(self, kept: dict[str, Any]) -> None:
        self.__dict__.update(kept, client=Client(raise_request_exception=True))

    @cached_property
    def person(self) -> Person:
        return Person.objects.get(login=self.login)

    def with_token(self) -> Voice:
        token = accounts.create_token(self.person, "测试", timezone.now())
        self.headers = {"Authorization": f"Bearer {token}"}
        return self

    def get(self, path: str, **query: Any) -> Answered:
        return self._asked(lambda: self.client.get(V1 + path, query, headers=self.headers), "get", path)

    def post(self, path: str, body: Any = None, **more: Any) -> Answered:
        data, headers = json.dumps(body or {}), {**self.headers, **more}
        return self._asked(
            lambda: self.client.post(V1 + path, data, content_type="application/json", headers=headers), "post", path
        )

    def delete(self, path: str, **more: Any) -> Answered:
        headers = {**self.headers, **more}
        return self._asked(lambda: self.client.delete(V1 + path, headers=headers), "delete", path)

    def upload(self, name: str, data: bytes) -> Answered:
        file = SimpleUploadedFile(name, data)
        return self._asked(
            lambda: self.client.post(V1 + "uploads", {"file": file}, headers=self.headers), "post", "uploads"
        )

    def _asked(self, send: Callable[[], Any], method: str, path: str) -> Answered:
        """Every request is counted: SQL statements without the savepoints that stand for a test's transactions."""
        with CaptureQueriesContext(connection) as seen:
            response = send()
            raw = b"".join(response.streaming_content) if response.streaming else response.content
        said = tuple(one["sql"] for one in seen.captured_queries)
        said = tuple(one for one in said if not one.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")))
        self.costs.append((method, path, len(said)))
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return Answered(response.status_code, json.loads(raw) if is_json and raw else None, raw, response, said)

    def move(
        self,
        key: str,
        subject: tuple[str, str] | None = None,
        happened_on: str | None = None,
        request_key: str = "",
        seen: int | None = None,
        **content: Any,
    ) -> Answered:
        """Act on a subject in the version that the interface shows now (or the one given)."""
        if subject is not None and seen is None:
            seen = self.get("/".join(subject)).ok()["version"]
        return self.post(
            f"moves/{key}",
            {
                "subject": {"kind": subject[0], "uid": subject[1]} if subject else None,
                "seen_version": seen,
                "content": content,
                "happened_on": happened_on,
                "request_key": request_key,
            },
        )


@dataclass
class World:
    voices: dict[str, Voice] = field(default_factory=dict)
    clue: tuple[str, str] = ("", "")
    matter: tuple[str, str] = ("", "")
    original: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Voice:
        if name not in self.voices:
            self.voices[name] = Voice(PEOPLE[name]).with_token()
        return self.voices[name]

    def uid(self, name: str) -> str:
        return str(self[name].person.uid)

    def on(self, day: str) -> None:
        business.move_to(dt.date.fromisoformat(day))

    def only(self, name: str, kind: str, **query: Any) -> tuple[str, str]:
        """The newest subject of a kind that a person sees."""
        return kind, self[name].get(kind, **query).ok()["items"][0]["uid"]

    def both(self, first: str, second: str, key: str, subject: tuple[str, str], **content: Any) -> Any:
        """Proposed by one, signed by the other over the content that the interface showed."""
        proposed = self[first].move(key, subject, **content).ok()
        waiting = [one for one in self[second].get("/".join(subject)).ok()["actions"] if one["move"] == key]
        assert waiting[0]["verb"] == "sign" and waiting[0]["proposal"] == proposed["proposal"]
        return (
            self[second].post(f"proposals/{proposed['proposal']}/sign", {"content_sha": waiting[0]["content_sha"]}).ok()
        )

    def registration(self, **more: Any) -> dict[str, Any]:
        return {
            "subject_court": "豫0304",
            "source": "petition",
            "source_facts": {"channel": "来信"},
            "subjects": [{"name": self["被反映人"].person.name, "court": "豫03", "title": "执行员"}],
            "received_on": "2020-05-20",
            "named": True,
            "complainant": {"name": SECRET, "phone": "13800000000"},
            "cases": [{"number": CASE, "filed_on": "2019-03-06", "officers": []}],
            "title": "反映长期不处置财产",
            "summary": "查封后九个月未启动评估拍卖",
            "allegations": [
                {"kind": "handling", "text": "查封后未处置"},
                {"kind": "conduct", "text": "承办人接受吃请"},
            ],
            **more,
        }

    def meet(self, item: tuple[str, str], on: str) -> tuple[str, str]:
        """A joint meeting in session with the item on its agenda, declared and with both positions."""
        meeting = (
            "meeting",
            self["办公室主任"].move("meeting.convene", held_on=on, place="第一会议室").ok()["subject_uid"],
        )
        self["内勤"].move("item.list", item, meeting=meeting[1]).ok()
        self.on(on)
        here = [self.uid("执行局甲"), self.uid("监察室乙")]
        self["执行局甲"].move("meeting.open", meeting, chair=here[0], attendees=here).ok()
        for name in ("执行局甲", "监察室乙"):
            self[name].move("item.declare", item).ok()
        for name in ("执行局甲", "监察室乙"):
            self[name].move("item.take_position", item, stance="agree", text="同意").ok()
        return meeting

    def begin(self) -> None:
        """Registered, screened, submitted; the joint meeting starts the matter and assigns it."""
        self.on("2020-05-21")
        self.original = self["内勤"].upload("来信 原件.pdf", b"%PDF-1.4 letter").ok()
        uid = self["内勤"].move("clue.register", **self.registration(files=[self.original["uid"]])).ok()["subject_uid"]
        self.clue = "clue", uid
        self["内勤"].move("clue.put_forward", self.clue, reason="具体").ok()
        self["内勤"].move("clue.submit", self.clue).ok()
        item = self.only("内勤", "item")
        meeting = self.meet(item, "2020-05-25")
        self.both("执行局甲", "监察室乙", "item.start_and_assign", item, reason="线索具体", points=POINTS)
        self["监察室乙"].move("meeting.close", meeting, minutes="会议议定").ok()
        self.matter = self.only("内勤", "matter")

    def investigate(self) -> None:
        """Long on purpose: handed down, acknowledged by both lower bodies, investigated, reported, in order."""
        assignment = self.only("执行局甲", "assignment")
        self.both(
            "监察室乙",
            "执行局甲",
            "assignment.hand_down",
            assignment,
            points=POINTS,
            demands="四部分",
            contact="内勤 0379",
            content="重新撰写的内容",
        )
        self.on("2020-05-26")
        self.both("基层执行丁", "基层监察戊", "assignment.acknowledge", assignment)
        round_ = self.only("基层执行丁", "round")
        members = [
            {"person": self.uid("基层执行员"), "leader": True, "statement": "无"},
            {"person": self.uid("基层监察员"), "statement": "无"},
        ]
        self.both("基层执行丁", "基层监察戊", "round.form_team", round_, members=members, scope="全案")
        self.on("2020-06-01")
        worker = self["基层执行员"]
        self.evidence = worker.upload("卷宗.pdf", b"%PDF-1.4 volume").ok()
        worker.move(
            "record.file_review",
            round_,
            title="调卷",
            held_on="2020-06-01",
            holder="档案室",
            called_on="2020-05-28",
            files=[self.evidence["uid"]],
            cases=[
                {
                    "number": CASE,
                    "lawful": "yes",
                    "timely": "no",
                    "complete": "yes",
                    "civil": "yes",
                    "kind": "yes",
                    "remarks": "卷一第35页",
                }
            ],
        ).ok()
        for n, finding in ((1, "founded"), (2, "unfounded")):
            worker.move(
                "round.answer_point",
                round_,
                point=n,
                finding=finding,
                text="查明",
                evidence=[{"record": 1, "page": "35"}],
            ).ok()
        report = (
            "report",
            worker.move("report.draft", round_, process="经过", facts="事实", analysis="分析", proposal="意见").ok()[
                "subject_uid"
            ],
        )
        self.both("基层执行丁", "基层监察戊", "report.sign", report, version=1)
        self["基层院长"].move("report.issue", report, version=1).ok()

    def deliberate(self) -> None:
        """Verified, deliberated, opinion signed and approved; duties are open."""
        self.on("2020-06-20")
        report = self.only("内勤", "report")
        self["内勤"].move("report.verify", report, text="清楚").ok()
        self["内勤"].move("matter.submit_for_consultation", self.matter).ok()
        item = self.only("内勤", "item")
        meeting = self.meet(item, "2020-06-22")
        self.both("执行局甲", "监察室乙", "item.consult", item, text="采纳")
        self["监察室乙"].move("meeting.close", meeting, minutes="会商").ok()
        opinion = (
            "opinion",
            self["内勤"]
            .move(
                "opinion.draft",
                self.matter,
                facts="认定",
                text="检查意见",
                conclusions=[
                    {"allegation": 1, "finding": "founded", "text": "属实"},
                    {"allegation": 2, "finding": "unfounded", "text": "不属实"},
                ],
                dispositions=[
                    {"kind": "urge", "allegation": 1, "addressee": "豫0304", "demand": "限期处置", "period": "30日"}
                ],
            )
            .ok()["subject_uid"],
        )
        self.both("执行局甲", "监察室乙", "opinion.sign", opinion, version=1)
        self["办公室主任"].move("opinion.office_approve", opinion).ok()
        self["副组长"].move("opinion.deputy_approve", opinion).ok()
        self["领导小组丙"].move("opinion.head_approve", opinion).ok()


def told() -> World:
    """The story up to the open duties."""
    loaded = load_initial(now=dt.datetime.now(dt.UTC), demo=True)
    assert not [one.errors for one in loaded if one.errors]
    world = World()
    world.begin()
    world.investigate()
    world.deliberate()
    return world
