"""Scenes that most matters share: a sitting of the joint meeting, a team, a record, the chain of approvers, a disposition.

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
from .player import Player

NO_CONFLICT = "无应当回避情形"
OF_SUPERVISION = ("referral_letter", "talk_notice", "circular", "clarification_letter")
"""Papers that the supervision body keeps; the others are registered by the enforcement body."""
SCAN = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
"""The scan of every paper of the demo: one empty page file."""


@dataclass
class Teller(Player):
    """A player who knows the scenes. `clue`, `file` (the matter) and `meeting` are those of the story being told."""

    clue: Any = None
    file: Any = None
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

    # --- 交办与调查 ---
    def hand_down(
        self, court: Cast, points: list[dict[str, Any]], content: str, contact: str = "执行局内勤 0379-60000000"
    ) -> Any:
        """联合交办: the supervision body proposes, the enforcement body signs."""
        hop = self.newest("assignment", self.file)
        demands = "自交办之日起一个月内报告；报告应包括调查经过、查明事实、问题分析和处理意见，逐项答复核查要点"
        self.both(
            court.supervision,
            court.enforcement,
            "assignment.hand_down",
            hop,
            points=points,
            demands=demands,
            contact=contact,
            content=content,
        )
        return hop

    def acknowledge(self, court: Cast) -> Any:
        """双签收; gives the round that begins with it."""
        self.both(court.enforcement, court.supervision, "assignment.acknowledge", self.newest("assignment", self.file))
        return self.newest("round", self.file)

    def form_team(self, court: Cast, members: list[str], scope: str, move: str = "round.form_team") -> Any:
        """组成联合调查组; the first of the members leads."""
        round_ = self.newest("round", self.file)
        rows = [
            {"person": self.uid_of(one), "leader": n == 0, "statement": NO_CONFLICT} for n, one in enumerate(members)
        ]
        self.both(court.enforcement, court.supervision, move, round_, members=rows, scope=scope)
        return round_

    def review(self, who: str, held_on: str, *cases: dict[str, Any], holder: str = "执行局档案室") -> None:
        """调卷审查: the five words for each enforcement case; a word that is not said is 是."""
        clean = dict.fromkeys(("lawful", "timely", "complete", "civil", "kind"), "yes")
        self._record(
            who,
            "file_review",
            title="调卷审查笔录",
            held_on=held_on,
            holder=holder,
            called_on=held_on,
            cases=[{**clean, "volumes": "正卷1册", **one} for one in cases],
        )

    def talk(
        self,
        first: str,
        second: str,
        held_on: str,
        who: str,
        post: str,
        relation: str,
        transcript: str,
        signed_pages: str = "signed",
        refusal: str = "",
    ) -> None:
        """内部谈话 by two."""
        self._record(
            first,
            "interview",
            title=f"与{post}谈话笔录",
            held_on=held_on,
            who=who,
            post=post,
            relation=relation,
            interviewers=[self.uid_of(first), self.uid_of(second)],
            place="谈话室",
            began="09:00",
            ended="10:20",
            duty_told=True,
            transcript=transcript,
            signed_pages=signed_pages,
            refusal=refusal,
        )

    def hear_out(
        self, first: str, second: str, held_on: str, form: str, who: str, transcript: str, signed_pages: str = "signed"
    ) -> None:
        """听取当事人或信访人意见 in one of its three forms."""
        self._record(
            first,
            "hearing_out",
            title=f"听取{who}意见笔录",
            held_on=held_on,
            form=form,
            who=who,
            identity_checked=True,
            rights_told=True,
            staff=[self.uid_of(first), self.uid_of(second)],
            transcript=transcript,
            signed_pages=signed_pages,
        )

    def check_system(self, first: str, second: str, held_on: str, conclusion: str, *nodes: dict[str, str]) -> None:
        """系统检查: nodes, overdue, falsified."""
        self._record(
            first,
            "system_check",
            title="系统检查记录",
            held_on=held_on,
            system="执行案件流程信息管理系统",
            snapshot_at=f"{held_on} 09:30",
            checkers=[self.uid_of(first), self.uid_of(second)],
            nodes=[{"complete": "yes", "overdue": "no", "falsified": "no", **one} for one in nodes],
            conclusion=conclusion,
        )

    def hold_hearing(
        self, presider: str, recorder: str, held_on: str, subject: str, parties: list[str], statements: str
    ) -> None:
        """组织听证."""
        self._record(
            presider,
            "hearing",
            title="听证笔录",
            held_on=held_on,
            subject=subject,
            parties=parties,
            presider=self.uid_of(presider),
            recorder=self.uid_of(recorder),
            notified="听证三日前书面通知各方",
            statements=statements,
        )

    def other_way(self, who: str, held_on: str, way: str, text: str) -> None:
        self._record(who, "other_way", title=way, held_on=held_on, way=way, text=text)

    def _record(self, who: str, method: str, /, **content: Any) -> None:
        self.act(who, f"record.{method}", self.newest("round", self.file), **content)

    def answer(self, who: str, point: int, finding: str, text: str, *records: int) -> None:
        """答复核查要点 with the records it rests on."""
        evidence = [{"record": n, "page": "全文"} for n in records or (1,)]
        round_ = self.newest("round", self.file)
        self.act(who, "round.answer_point", round_, point=point, finding=finding, text=text, evidence=evidence)

    def draft_report(self, who: str, process: str, facts: str, analysis: str, proposal: str) -> Any:
        return self.got(
            self.act(
                who,
                "report.draft",
                self.newest("round", self.file),
                process=process,
                facts=facts,
                analysis=analysis,
                proposal=proposal,
            )
        )

    def sign_report(self, court: Cast, move: str = "report.sign") -> Any:
        """Both bodies sign the newest version."""
        report = self.newest("report", self.file)
        self.both(court.enforcement, court.supervision, move, report, version=report.version_no)
        return report

    def issue_report(self, court: Cast) -> None:
        """院长签发上报."""
        report = self.newest("report", self.file)
        self.act(court.president, "report.issue", report, version=report.version_no)

    def verify_report(self, who: str, text: str, sound: bool = True) -> None:
        self.act(who, "report.verify", self.newest("report", self.file), text=text, sound=sound)

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
