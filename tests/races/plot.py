"""One matter brought to the point where a race begins: the court and its people, then the acts up to there."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any
from uuid import UUID

from shuangcha.acts.load import load_initial
from shuangcha.audit.models import Proposal
from shuangcha.casefile import models as cf
from shuangcha.conf.demo.cast import Cast, cast
from shuangcha.conf.demo.scenes import Teller
from shuangcha.courts.models import Body, Person, Post
from shuangcha.courts.people import Viewer, viewer_of

POINTS = [{"text": "查封后为何未处置", "allegation": 1}, {"text": "是否接受吃请", "allegation": 2}]
DAY_OF_POSTS = dt.date(2019, 1, 1)


def courts() -> None:
    """The demo courts on an empty database."""
    reports = load_initial(now=dt.datetime.now(dt.UTC), demo=True)
    assert not [one.errors for one in reports if one.errors]


@cache
def mid() -> Cast:
    """The court that assigns."""
    return cast("豫03")


@cache
def low() -> Cast:
    """The court that is assigned to."""
    return cast("豫0304")


def crowd(code: str, kind: str, count: int, role: str = "deputy", body: str = "") -> list[str]:
    """So many more invented holders of a post in one body of a court, as logins."""
    where = Body.objects.get(court__code=code, kind=kind, **({"local_name": body} if body else {}))
    names = [f"{code}-{kind}-{role}-{n}" for n in range(count)]
    people = Person.objects.bulk_create(
        [Person(name=f"众人{n}", login=name, password="!") for n, name in enumerate(names)]
    )
    Post.objects.bulk_create(
        [Post(person=one, body=where, role=role, title="副职", valid_from=DAY_OF_POSTS) for one in people]
    )
    return names


class Plot(Teller):
    """The acts from registration to the point that a race needs; each method goes on from the one before it."""

    def eyes(self, login: str) -> Viewer:
        found = viewer_of(Person.objects.get(login=login).pk, self.day)
        assert found is not None, login
        return found

    def clue_of(self, n: int = 1) -> Plot:
        self.on("2020-05-20").register(mid().supervision_clerk, **registration(n))
        self.put_forward(mid().supervision_clerk, "反映事项具体")
        return self

    def on_agenda(self) -> Plot:
        self.convene(mid().supervision_clerk, "2020-05-25")
        return self

    def heard(self) -> Plot:
        """In session, declared, both bodies heard: only the decision is left."""
        item, people = self.item_waiting(), mid().bodies
        self.on("2020-05-25").act(
            people[0],
            "meeting.open",
            self.meeting,
            chair=self.uid_of(people[0]),
            attendees=[self.uid_of(one) for one in people],
        )
        declare(self, item)
        return self

    def assigned(self) -> Plot:
        self.clue_of().on_agenda().heard()
        self.both(*mid().bodies, "item.start_and_assign", self.item_waiting(), reason="线索具体", points=POINTS)
        self.act(mid().supervision, "meeting.close", self.meeting, minutes="议定交办")
        self.file = self.matter(self.clue)
        return self

    def investigating(self) -> Plot:
        self.on("2020-05-26").hand_down(mid(), POINTS, "请开展联合调查。")
        self.on("2020-05-27").acknowledge(low())
        self.form_team(low(), [low().executors[0], low().inspectors[0]], "全案")
        return self

    def report_drafted(self) -> Plot:
        worker = low().executors[0]
        self.on("2020-06-01").other_way(worker, "2020-06-01", "实地查看", "查看标的物现状。")
        for point in (1, 2):
            self.answer(worker, point, "founded", "查明属实。", 1)
        self.draft_report(worker, "调查经过", "查明事实", "问题分析", "处理意见")
        return self

    def consulted(self) -> Plot:
        self.on("2020-06-10").sign_report(low())
        self.issue_report(low())
        self.on("2020-06-15").consult(mid(), mid().supervision_clerk, "2020-06-16", "事实清楚", "采纳")
        return self

    def opinion_signed(self, *dispositions: tuple[str, int]) -> Plot:
        """`dispositions`: (kind, allegation); an allegation without one is unfounded."""
        founded = {allegation for _, allegation in dispositions}
        self.draft_opinion(
            mid().supervision_clerk,
            "认定事实",
            "检查意见",
            [
                {"allegation": n, "finding": "founded" if n in founded else "unfounded", "text": "认定理由"}
                for n in (1, 2)
            ],
            [
                {"kind": kind, "allegation": n, "addressee": "豫0304", "demand": "限期整改", "period": "30日"}
                for kind, n in dispositions
            ],
        )
        self.on("2020-06-17").sign_opinion(*mid().bodies)
        return self

    def to_opinion(self, *dispositions: tuple[str, int]) -> Plot:
        return self.assigned().investigating().report_drafted().consulted().opinion_signed(*dispositions)

    def waiting(self, move: str, who: str, subject: cf.Subject, **content: Any) -> Proposal:
        """A joint act proposed, by someone who may not sign or who signs it first."""
        outcome = self.act(who, move, subject, **content)
        return Proposal.objects.get(uid=UUID(outcome.proposal))


def registration(n: int = 1) -> dict[str, Any]:
    return {
        "subject_court": "豫0304",
        "subjects": [],
        "source": "petition",
        "source_facts": {"channel": "来信"},
        "received_on": "2020-05-20",
        "named": False,
        "cases": [],
        "title": f"反映查封后长期不处置 {n}",
        "summary": "查封房产后九个月未启动评估拍卖。",
        "allegations": [{"kind": "handling", "text": "查封后未处置"}, {"kind": "conduct", "text": "承办人接受吃请"}],
    }


def declare(plot: Plot, item: cf.Item) -> None:
    """Both who attend declare, both bodies are heard on the item."""
    for one in mid().bodies:
        plot.act(one, "item.declare", item)
    for one in mid().bodies:
        plot.act(one, "item.take_position", item, stance="agree", text="同意")
