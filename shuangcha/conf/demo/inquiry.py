"""Scenes of the investigation: 联合交办, the team, the six ways, the answers, the report and its verification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .cast import Cast
from .player import Player

NO_CONFLICT = "无应当回避情形"


@dataclass
class Inquiry(Player):
    """A player who knows how a matter is investigated. `file` is the matter of the story being told."""

    file: Any = None

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
