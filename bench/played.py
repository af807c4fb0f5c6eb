"""One sitting of the assigning court's joint meeting and what became of its items, played through the real door.

A sitting is the pattern that `bench.copies` repeats: sixteen matters, one about each basic court of the city, each left
at another stage, and a few clues that never became one. So every row of a seeded database was once written by the
program.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from shuangcha.conf.demo.cast import Cast, cast
from shuangcha.conf.demo.scenes import Teller
from shuangcha.courts.models import Court
from shuangcha.plan.stages import MAIN_LINE

OWNER = "豫03"
FIRST_DAY = dt.date(2020, 6, 1)
APART = dt.timedelta(days=70)
"""Sittings begin so far apart; the last act of one is 60 days after its first."""
SHALLOW = ("opened", "opened", "assigned", "assigned", "assigned", "received", "received", "investigating") * 2
DEEP = (*SHALLOW[:4], *MAIN_LINE)
"""Where the sixteen matters of a sitting are left. Young sittings are copied more often than deep ones."""
POINTS = [{"text": "查封后为何长期未处置", "allegation": 1}, {"text": "是否接受当事人吃请", "allegation": 2}]


@dataclass
class Sitting:
    """`n` counts the sittings; stages are dealt to the courts anew in each."""

    n: int
    deep: bool

    def play(self) -> None:
        self.mid = cast(OWNER, "2020-07-01")
        self.first = FIRST_DAY + self.n * APART
        ends = DEEP if self.deep else SHALLOW
        codes = basic_courts()
        tellers = [self._clue(code, i) for i, code in enumerate(codes)]
        for way in ("", "", "put_forward", "submit", "set_aside", "refer_out"):
            self._left(codes[self.n % len(codes)], way)
        self._sit(tellers)
        for i, teller in enumerate(tellers):
            self._on(teller, ends[(i + 5 * self.n) % len(ends)], cast(codes[i], "2020-07-01"))

    def _day(self, after: int) -> str:
        return (self.first + dt.timedelta(days=after)).isoformat()

    def _clue(self, code: str, i: int) -> Teller:
        """Registered by the one or the other body, screened, submitted."""
        t = Teller()
        clerk = self.mid.enforcement_clerk if i % 2 else self.mid.supervision_clerk
        t.on(self._day(0)).register(clerk, **self._content(t, code, i))
        t.put_forward(clerk, "反映事项具体，附有案号")
        return t

    def _content(self, t: Teller, code: str, i: int) -> dict[str, object]:
        handler = cast(code, "2020-07-01").executors[0]
        officers = [{"name": t.name_of(handler), "role": "承办人"}] if i % 4 == 0 else []
        return {
            "subject_court": code,
            "subjects": [{"name": "某执行员", "court": code, "title": "执行员"}],
            "source": "superior" if i % 3 == 0 else "command",
            "source_facts": {"from_court": "河南省高级人民法院", "number": "豫高法信〔2020〕1号", "on": self._day(0)}
            if i % 3 == 0
            else {"link": "终本案件抽查", "on": self._day(0)},
            "received_on": self._day(0),
            "urgent": i % 7 == 0,
            "cases": [
                {
                    "number": f"（2019）{code}执{1000 + 50 * self.n + i}号",
                    "filed_on": "2019-03-06",
                    "officers": officers,
                }
            ],
            "title": "反映查封房产后长期不处置",
            "summary": "查封后九个月未启动评估拍卖，多次联系承办人无结果。",
            "allegations": [
                {"kind": "handling", "text": "查封后长期未处置"},
                {"kind": "conduct", "text": "接受当事人吃请"},
            ],
        }

    def _left(self, code: str, way: str) -> None:
        """A clue that does not come before the meeting."""
        t, clerk = Teller(), self.mid.enforcement_clerk
        content = self._content(t, code, 1) | {"cases": [], "title": "反映执行款发放迟延"}
        clue = t.on(self._day(1)).register(clerk, **content)
        if way in ("set_aside", "refer_out"):
            more = {"organ": "信访部门"} if way == "refer_out" else {}
            t.act(clerk, f"clue.{way}", clue, reason="线索不具体", basis="方案四(二)", **more)
        elif way:
            t.act(clerk, "clue.put_forward", clue, reason="反映事项具体")
            if way == "submit":
                t.act(clerk, "clue.submit", clue)

    def _sit(self, tellers: list[Teller]) -> None:
        """One meeting over all items."""
        first, second = self.mid.bodies
        t = tellers[0].on(self._day(7))
        meeting = t.got(t.act(self.mid.enforcement_clerk, "meeting.convene", held_on=self._day(7), place="第一会议室"))
        for one in tellers:
            clerk = (
                self.mid.enforcement_clerk if one.clue.received_by.kind == "enforcement" else self.mid.supervision_clerk
            )
            t.act(clerk, "item.list", one.item_waiting(), meeting=str(meeting.uid))
        present = [t.uid_of(first), t.uid_of(second)]
        t.act(first, "meeting.open", meeting, chair=present[0], attendees=present)
        for one in tellers:
            one.on(self._day(7))
            item = one.item_waiting()
            for who in (first, second):
                one.act(who, "item.declare", item)
            for who in (first, second):
                one.act(who, "item.take_position", item, stance="agree", text="同意启动")
            one.both(first, second, "item.start_and_assign", item, reason="线索具体，附有案号", points=POINTS)
            one.file = one.matter(one.clue)
        t.act(second, "meeting.close", meeting, minutes="逐件研究，议定启动并交办有关基层法院。")

    def _on(self, t: Teller, end: str, low: Cast) -> None:
        """The matter is played on up to its stage."""
        far = MAIN_LINE.index(end)
        if far >= MAIN_LINE.index("assigned"):
            t.on(self._day(8)).hand_down(self.mid, POINTS, "请就所列事项开展联合调查。")
        if far >= MAIN_LINE.index("received"):
            t.on(self._day(9)).acknowledge(low)
        if far >= MAIN_LINE.index("investigating"):
            team = [low.executors[1], low.inspectors[0]]
            t.on(self._day(10)).form_team(low, team, "全案")
        if end == "received":
            t.on(self._day(20)).act(
                self.mid.enforcement, "assignment.remind", t.newest("assignment", t.file), text="请抓紧报送。"
            )
        if far >= MAIN_LINE.index("reported"):
            self._investigate(t, low)
        if far >= MAIN_LINE.index("verified"):
            t.on(self._day(35)).verify_report(self.mid.enforcement_clerk, "事实清楚，要点逐项答复。")
        if far >= MAIN_LINE.index("consulting"):
            t.act(self.mid.enforcement_clerk, "matter.submit_for_consultation", t.file)
        if far >= MAIN_LINE.index("consulted"):
            t.convene(self.mid.enforcement_clerk, self._day(36), "第二会议室")
            t.on(self._day(36)).sit(
                self.mid, "item.consult", say=("同意", "同意"), text="采纳调查结论", minutes="会商一致。"
            )
        if far >= MAIN_LINE.index("approving"):
            self._opine(t, low)
        if far >= MAIN_LINE.index("disposing"):
            t.on(self._day(38)).approve_all(self.mid)
        if far >= MAIN_LINE.index("concluded"):
            self._dispose(t, low)
        if far >= MAIN_LINE.index("archived"):
            t.on(self._day(60)).archive(self.mid.enforcement_clerk, "正卷1册60页", "已办结。")

    def _investigate(self, t: Teller, low: Cast) -> None:
        executor, inspector = low.executors[1], low.inspectors[0]
        number = t.clue.case_links.get().enforcement_case.number
        day = self._day(20)
        t.on(day).review(executor, day, {"number": number, "timely": "no", "remarks": "正卷第35页"})
        t.talk(inspector, executor, day, "执行局负责人", "执行局局长", "head", "承办人未及时报告处置障碍。")
        t.answer(executor, 1, "founded", "查封后九个月未启动评估。", 1)
        t.answer(inspector, 2, "unfounded", "未发现吃请。", 2)
        t.on(self._day(28)).draft_report(
            executor, "调卷、谈话各一次。", "查封后九个月未启动评估拍卖。", "节点管理不到位。", "建议督办。"
        )
        t.sign_report(low)
        t.on(self._day(30)).issue_report(low)

    def _opine(self, t: Teller, low: Cast) -> None:
        conclusions = [
            {"allegation": 1, "finding": "founded", "text": "有卷宗证实"},
            {"allegation": 2, "finding": "unfounded", "text": "未发现"},
        ]
        ways = [
            {"kind": "urge", "allegation": 1, "addressee": low.code, "demand": "三十日内启动评估拍卖", "period": "30日"}
        ]
        t.on(self._day(37)).draft_opinion(
            self.mid.enforcement_clerk, "查封后九个月未处置。", "督办。", conclusions, ways
        )
        t.sign_opinion(*self.mid.bodies)

    def _dispose(self, t: Teller, low: Cast) -> None:
        duty = t.on(self._day(39)).issue(self.mid, "urge", text="督办意见正文", measures="启动评估拍卖", period="30日")
        t.on(self._day(45)).reply(low.enforcement_clerk, duty, "已启动评估。", "评估委托书")
        t.on(self._day(50)).close(self.mid.enforcement_clerk, duty)
        for clerk in (self.mid.enforcement_clerk, self.mid.supervision_clerk):
            for kind in ("feedback_handling", "tell_unfounded"):
                t.feed_back(clerk, kind, "逐项反馈。", staff="内勤", helped="另一机构内勤")
        if t.duty("clarify") is not None:
            t.clarify(self.mid, "经查反映吃请一节不属实，特此澄清。")


def basic_courts() -> list[str]:
    """Codes of the sixteen basic courts of the city as they stood when the plan came into force."""
    rows = Court.objects.filter(superior__code=OWNER, level="basic", valid_from__isnull=True)
    return list(rows.order_by("code").values_list("code", flat=True))
