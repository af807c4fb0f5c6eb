"""Scenes that most matters share: a sitting of the joint meeting, the chain of approvers, a disposition.

A scene says who acts; what the acts lead to comes back from the system.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q

from shuangcha.access import scope
from shuangcha.acts import materials, registering
from shuangcha.casefile import models as cf
from shuangcha.plan.moves import MOVES
from shuangcha.plan.papers import PAPERS

from .cast import Cast, cast, names
from .inquiry import Inquiry

OF_SUPERVISION = ("referral_letter", "talk_notice", "circular", "clarification_letter")
"""Papers that the supervision body keeps; the others are registered by the enforcement body."""
SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
"""The scan of every paper of the demo: one empty page file."""


@dataclass
class Teller(Inquiry):
    """A player who knows the scenes. `clue`, `file` (the matter) and `meeting` are those of the story being told."""

    clue: Any = None
    meeting: Any = None

    def name_of(self, login: str) -> str:
        return names()[login]

    # --- 线索 ---
    def register(self, who: str, **content: Any) -> cf.Clue:
        """登记线索."""
        try:
            self.act(who, "clue.register", **content)
        finally:
            self.clue = self.got(self.last) if self.last is not None else None
        found: cf.Clue = self.clue
        return found

    def put_forward(self, who: str, reason: str) -> None:
        """筛选 by the receiving body, then 提交联席会议."""
        self.act(who, "clue.put_forward", self.clue, reason=reason)
        self.act(who, "clue.submit", self.clue)

    # --- 联席会议 ---
    def convene(self, who: str, held_on: str, place: str = "第一会议室", item: Any = None) -> Any:
        """召集 and 编入议程 of the item that waits."""
        item = item or self.item_waiting()
        self.meeting = self.got(self.act(who, "meeting.convene", held_on=held_on, place=place))
        self.act(who, "item.list", item, meeting=str(self.meeting.uid))
        return self.meeting

    def item_waiting(self) -> Any:
        return self.newest("item", self.file) if self.file is not None else self.item(self.clue)

    def sit(
        self,
        court: Cast,
        *decision: str,
        say: tuple[str, str],
        minutes: str,
        others: tuple[str, ...] = (),
        recused: tuple[str, ...] = (),
        stances: tuple[str, str] = ("agree", "agree"),
        **content: Any,
    ) -> None:
        """One sitting over one item: opened, declared, both bodies heard, decided by both, minuted.

        `recused` attend, declare and leave the item; `decision` is the key of the deciding move.
        """
        item, (chair, second) = self.item_waiting(), court.bodies
        present = [chair, second, *others, *recused]
        self.act(
            chair,
            "meeting.open",
            self.meeting,
            chair=self.uid_of(chair),
            attendees=[self.uid_of(one) for one in present],
        )
        for one in present:
            if one in recused:
                self.act(one, "item.declare", item, recused=True, reason="与案件当事人有近亲属关系")
            else:
                self.act(one, "item.declare", item)
        for one, stance, text in zip((chair, second), stances, say, strict=True):
            self.act(one, "item.take_position", item, stance=stance, text=text)
        self.both(chair, second, decision[0], item, **content)
        self.act(second, "meeting.close", self.meeting, minutes=minutes)
        if self.file is None and cf.MatterClue.rows.filter(clue=self.clue).exists():
            self.file = self.matter(self.clue)

    # --- 会商 ---
    def consult(
        self,
        court: Cast,
        who: str,
        held_on: str,
        verified: str,
        text: str,
        say: tuple[str, str] = ("采纳调查结论", "采纳调查结论"),
        **content: Any,
    ) -> None:
        """核查, 提交会商, and the sitting that deliberates (方案四(九))."""
        self.verify_report(who, verified)
        self.act(who, "matter.submit_for_consultation", self.file)
        self.convene(who, held_on, "第二会议室")
        self.on(held_on).sit(court, "item.consult", say=say, text=text, minutes=f"会商调查报告：{text}", **content)

    # --- 检查意见与层报 ---
    def draft_opinion(
        self, who: str, facts: str, text: str, conclusions: list[dict[str, Any]], dispositions: list[dict[str, Any]]
    ) -> Any:
        return self.got(
            self.act(
                who,
                "opinion.draft",
                self.file,
                facts=facts,
                text=text,
                conclusions=conclusions,
                dispositions=dispositions,
            )
        )

    def sign_opinion(self, first: str, second: str) -> Any:
        opinion = self.newest("opinion", self.file)
        self.both(first, second, "opinion.sign", opinion, version=opinion.version_no)
        return opinion

    def approve(self, level: str, who: str, text: str = "同意。", move: str = "approve", **content: Any) -> None:
        """One link of 层报: agreed, agreed with a change, or returned."""
        words = {"text": text} if move == "approve" else content
        self.act(who, f"opinion.{level}_{move}", self.newest("opinion", self.file), **words)

    def approve_all(self, court: Cast, deputy: int = 0) -> None:
        """办公室, a deputy head, the head: all agree."""
        self.approve("office", court.office)
        self.approve("deputy", court.deputies[deputy])
        self.approve("head", court.head)

    # --- 处理 ---
    def duty(self, kind: str) -> Any:
        return cf.Duty.rows.filter(matter=self.file, kind=kind).order_by("-id").first()

    def issue(self, court: Cast, kind: str, **content: Any) -> Any:
        """Both bodies issue the paper of a disposition; 考评 needs one."""
        duty, move = self.duty(kind), f"duty.issue_{kind}"
        if MOVES[move].joint:
            self.both(court.enforcement, court.supervision, move, duty, **content)
        else:
            self.act(court.supervision, move, duty, **content)
        return duty

    def reply(self, who: str, duty: Any, text: str, proof: str, result: str = "") -> None:
        """回复 and 提交证明."""
        group = group_of(duty.kind)
        self.act(who, f"duty.{group}_reply", duty, text=text, result=result)
        self.act(who, f"duty.{group}_prove", duty, proof=proof)

    def close(self, who: str, duty: Any, check: str = "证明材料齐全，措施已落实。", text: str = "予以销号。") -> None:
        """核验 and 销号."""
        group = group_of(duty.kind)
        self.act(who, f"duty.{group}_check", duty, text=check)
        self.act(who, f"duty.{group}_close", duty, text=text)

    def feed_back(
        self,
        who: str,
        kind: str,
        points: str,
        *,
        staff: str,
        helped: str,
        way: str = "phone",
        to: str = "complainant",
        attitude: str = "understands",
    ) -> None:
        """反馈 or 告知, on the day of the story."""
        move = {"feedback_handling": "feed_back_handling", "feedback_conduct": "feed_back_conduct"}.get(kind, kind)
        for duty in cf.Duty.rows.filter(matter=self.file, kind=kind, stage="due").order_by("id"):
            if duty.lead_body_id in self.viewer(who).bodies():
                self.act(
                    who,
                    f"duty.{move}",
                    duty,
                    who=to,
                    way=way,
                    on=self.happened or self.day.isoformat(),
                    staff=staff,
                    helped=helped,
                    points=points,
                    attitude=attitude,
                )

    def clarify(self, court: Cast, text: str, scope: str = "court", form: str = "meeting") -> None:
        self.both(
            court.supervision,
            court.enforcement,
            "duty.clarify",
            self.duty("clarify"),
            scope=scope,
            form=form,
            consent=True,
            on=self.happened or self.day.isoformat(),
            text=text,
        )

    # --- 结案 ---
    def archive(self, who: str, volumes: str, summary: str) -> None:
        """Every owed paper is registered by the court that owes it; then 结案归档."""
        self.register_papers()
        self.act(who, "matter.archive", self.file, volumes=volumes, place="档案室", summary=summary)

    def register_papers(self) -> None:
        """登记文书: each owed paper of the file, of its clue and of its meetings, by a clerk of the court that owes it."""
        from shuangcha.courts.models import Court

        about = Q(matter=self.file) if self.file is not None else Q(pk__in=[])
        sittings = cf.Item.rows.filter(Q(clue=self.clue) | Q(matter=self.file, matter__isnull=False)).values(
            "meeting_id"
        )
        about |= Q(clue=self.clue) | Q(subject_kind="meeting", subject_id__in=sittings)
        codes = dict(Court.objects.values_list("pk", "code"))
        for paper in cf.Paper.rows.filter(about, issued_on__isnull=True).order_by("id"):
            court = cast(codes[paper.court_id], self.day.isoformat())
            self._register_paper(
                paper, court.supervision_clerk if paper.kind in OF_SUPERVISION else court.enforcement_clerk
            )

    def _register_paper(self, paper: cf.Paper, who: str) -> None:
        subject = cf.SUBJECTS[paper.subject_kind].rows.get(pk=paper.subject_id)
        short = (paper.court.short or paper.court.name) + "双查"
        year = paper.owed_on.year
        taken = cf.Paper.rows.filter(court=paper.court, kind=paper.kind, year=year).count()
        number = f"{short}〔{year}〕{taken + 1}号"
        viewer, now = self.viewer(who), self.now
        if not scope.sees(viewer, subject):
            return  # a clue about a head has left the court that registered it, and its form with it
        scan = materials.stage(SimpleUploadedFile(f"{PAPERS[paper.kind].label}.pdf", SCAN), viewer, now)
        outcome = registering.register(
            "paper",
            (subject.KIND, subject.uid),
            viewer,
            {"kind": paper.kind, "number": number, "issued_on": paper.owed_on.isoformat(), "files": [str(scan.uid)]},
            now=now,
        )
        self._tell(who, "register.paper", outcome, PAPERS[paper.kind].label)


def group_of(kind: str) -> str:
    """The group of follow-up acts to which a disposition belongs: correct, urge, refer or notify."""
    return next(
        row.key.removeprefix("duty.").removesuffix("_reply")
        for row in MOVES.values()
        if row.key.endswith("_reply") and kind in row.of
    )
