"""Papers word by word, who gets them, and what never stands in them."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client

from shuangcha.audit.models import ReadLog
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts.models import Person
from shuangcha.papers import document, kinds
from shuangcha.papers.kinds import KINDS, hand_down_notice
from shuangcha.plan.papers import PAPERS

from .reading import words
from .story import SECRETS, Told

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PRINTABLE = sorted(key for key, paper in PAPERS.items() if paper.printable)


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        business, "now", lambda: dt.datetime(2020, 6, 24, 10, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    )


def get(told: Told, kind: str, login: str, subject_kind: str = "", uid: object = None) -> Any:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    subject = told.subjects[kind]
    return client.get(f"/papers/{kind}/{subject_kind or subject.KIND}/{uid or subject.uid}/")


def test_a_printable_paper_is_one_file_and_one_template() -> None:
    files = {path.stem for path in Path(kinds.__file__).parent.glob("*.py")} - {"__init__"}
    templates = {path.stem for path in (ROOT / "shuangcha/desk/templates/desk/papers").glob("*.html")}
    golden = {path.stem for path in (HERE / "golden").glob("*.txt")}
    assert files == templates == golden == set(KINDS) == set(PRINTABLE)


@pytest.mark.parametrize("kind", PRINTABLE)
def test_the_paper_reads_as_written_down(told: Told, kind: str) -> None:
    answer = get(told, kind, told.upper)
    assert answer.status_code == 200
    assert f'href="/{told.subjects[kind].KIND}s/{told.subjects[kind].uid}/"' in answer.content.decode()
    text = words(answer.content.decode())
    golden = HERE / "golden" / f"{kind}.txt"
    if os.environ.get("SHUANGCHA_TEST_WRITE_GOLDEN") == "1":
        golden.write_text(text, encoding="utf-8")
        pytest.fail("written down anew: read the difference, then run without SHUANGCHA_TEST_WRITE_GOLDEN")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", PRINTABLE)
def test_no_identity_in_any_paper_and_the_reading_is_logged(told: Told, kind: str) -> None:
    told.subjects["clue_form"].refresh_from_db()
    assert told.subjects["clue_form"].identity is not None
    before = ReadLog.objects.filter(what=f"paper:{kind}").count()
    page = get(told, kind, told.upper).content.decode()
    assert not [field for field, secret in SECRETS.items() if secret in page]
    assert ReadLog.objects.filter(what=f"paper:{kind}").count() == before + 1


def test_the_mask_and_nothing_else_stands_for_the_complainant(told: Told) -> None:
    assert "举报人甲（实名；身份信息另行加密保管）" in get(told, "clue_form", told.upper).content.decode()


def test_what_the_lower_court_sees(told: Told) -> None:
    """交办通知 and its own report; never the clue, the minutes or the opinion (dossier §11.3)."""
    seen = {kind: get(told, kind, told.lower).status_code for kind in PRINTABLE}
    assert seen == {"hand_down_notice": 200, "report": 200, "clue_form": 404, "minutes": 404, "opinion": 404}


def test_a_stranger_gets_what_a_random_id_gets(told: Told) -> None:
    for kind in PRINTABLE:
        stranger = get(told, kind, told.stranger)
        unknown = get(told, kind, told.stranger, uid=uuid.uuid4())
        assert stranger.status_code == unknown.status_code == 404
        assert words(stranger.content.decode()) == words(unknown.content.decode())


def test_who_is_recused_from_one_item_does_not_get_the_minutes(told: Told) -> None:
    """He sees the meeting and the matter that it started, but the minutes tell of the item he is shut out of."""
    assert get(told, "hand_down_notice", told.recused).status_code == 200
    assert get(told, "minutes", told.recused).status_code == 404


def test_a_kind_belongs_to_its_own_subject(told: Told) -> None:
    assert get(told, "clue_form", told.upper, subject_kind="meeting").status_code == 404
    report = told.subjects["report"]
    client_answer = get(told, "report", told.upper, subject_kind="matter", uid=report.matter.uid)
    assert client_answer.status_code == 404


def test_without_sign_in_there_is_no_paper(told: Told) -> None:
    answer = Client().get(f"/papers/report/report/{told.subjects['report'].uid}/")
    assert answer.status_code == 302 and "/signin" in answer["Location"]


def test_registered_number_and_day_replace_the_draft_mark(told: Told) -> None:
    assignment = told.subjects["hand_down_notice"]
    with transaction.atomic():
        cf.Paper.rows.filter(subject_kind="assignment", subject_id=assignment.pk, kind="hand_down_notice").update(
            number="洛中法〔2020〕38号", year=2020, no=38, issued_on=dt.date(2020, 5, 26)
        )
        text = words(get(told, "hand_down_notice", told.upper).content.decode())
        transaction.set_rollback(True)
    assert "草稿，未编号" not in text
    assert "洛中法〔2020〕38号" in text and "洛阳市中级人民法院监察室2020年5月26日" in text
    assert "洛阳市中级人民法院执行局2020年5月26日印发" in text


def test_the_number_of_an_earlier_text_does_not_stand_on_the_next(told: Told) -> None:
    """Taken back, and issued anew on a later day: the paper of before belongs to the text of before."""
    report = told.subjects["report"]
    papers = cf.Paper.rows.filter(subject_kind="report", subject_id=report.pk)
    papers.update(number="瀍法〔2020〕9号", year=2020, no=9, issued_on=dt.date(2020, 6, 1))
    assert KINDS["report"].build(report).number == "瀍法〔2020〕9号"
    day = report.submitted_on
    report.submitted_on = dt.date(2020, 6, 5)
    again = KINDS["report"].build(report)
    report.submitted_on = day
    assert again.unnumbered and again.number == "瀍法〔2020〕　　号"


def test_a_number_does_not_stand_on_a_text_that_is_being_changed(told: Told) -> None:
    """A report that was taken back is a draft again, whatever was registered before."""
    report = cf.Report.rows.select_related(
        "matter__owner_court", "matter__target_court", "round__court", "round__assignment"
    ).get(pk=told.subjects["report"].pk)
    with transaction.atomic():
        cf.Paper.rows.filter(subject_kind="report", subject_id=report.pk).update(
            number="瀍法〔2020〕9号", year=2020, no=9, issued_on=dt.date(2020, 6, 2)
        )
        sent = KINDS["report"].build(report)
        report.stage, report.submitted_on = "draft", None
        back = KINDS["report"].build(report)
        transaction.set_rollback(True)
    assert (sent.number, sent.unnumbered, sent.approver) == ("瀍法〔2020〕9号", False, "葛朝筠")
    assert (back.unnumbered, back.approver.strip("　")) == (True, "")


def test_the_day_in_the_notice_is_that_of_the_hand_down(told: Told) -> None:
    """An extension moves the assignment's day, not the paper that was sent."""
    assignment = told.subjects["hand_down_notice"]
    assignment.refresh_from_db(fields=["due"])
    before = assignment.due
    assignment.due = dt.date(2020, 7, 13)
    written = [line for part in hand_down_notice.build(assignment).sections for line in part.paragraphs]
    assignment.due = before
    assert "请于2020年6月28日（星期日，调休上班）前报告调查情况和处理意见。" in written


def text_of(paper: document.Document, title: str) -> tuple[str, ...]:
    return next(part.paragraphs for part in paper.sections if part.title.endswith(title))


def test_the_notice_before_it_is_handed_down(told: Told) -> None:
    """The other body reads what it is asked to sign; no day and no number stand there yet."""
    empty, half = told.drafts["nothing proposed"], told.drafts["signed by one"]
    assert text_of(empty, "交办内容") == ("（交办时填写）",)
    assert len(text_of(empty, "核查要点")) == len(text_of(half, "核查要点")) == 2
    assert text_of(half, "交办内容")[1] == "并反映承办人接受吃请。"
    for paper in (empty, half):
        assert paper.unnumbered and paper.signatures[-1].day == document.BLANK_DAY
        assert text_of(paper, "报告要求")[0] == "报告期限自联合交办之日起计算，到期日在交办时载明。"


def test_papers_on_the_way_say_what_is_still_open(told: Told) -> None:
    convened, drafted, opinion = (told.drafts[name] for name in ("convened", "report drafted", "opinion drafted"))
    assert [part.title for part in convened.sections] == [
        "",
        "议题一：研究是否启动",
        "议题二：研究是否启动",
        "议定事项",
    ]
    assert convened.sections[1].paragraphs[1:] == ("回避：（开会时记录）", "决定：（会议尚未决定）")
    assert (drafted.approver.strip("　"), drafted.signatures[-1].day) == ("", document.BLANK_DAY)
    cells = {cell.label: cell.lines for row in opinion.rows for cell in row}
    assert cells["两机构签署"] == ("尚未签署",) and cells["层报审批"] == ("尚未审批",)


def test_a_direct_investigation_reports_to_its_own_bodies(told: Told) -> None:
    """No 签发人, for nobody reports upward; 方案四(六)."""
    report = cf.Report.rows.select_related("matter__owner_court", "matter__target_court", "round").get(
        pk=told.subjects["report"].pk
    )
    report.round.kind, report.round.court, report.round.assignment = "direct", report.matter.owner_court, None
    paper = KINDS["report"].build(report)
    assert (paper.approver, paper.addressee) == ("", "洛阳市中级人民法院执行局、监察室")
    assert paper.mark[0] == "洛阳市中级人民法院执行局" and "直接派员" in paper.sections[0].paragraphs[0]


def test_the_head_is_made_smaller_for_long_names() -> None:
    def sizes(*mark: str) -> list[int]:
        return [n for _, n in document.Document("report", "", "", True, mark=mark).mark_lines]

    assert sizes("洛阳市中级人民法院执行局") == [0]
    assert sizes("洛阳市瀍河回族区人民法院执行局", "洛阳市瀍河回族区人民法院综合监察室") == [2, 2]
    assert sizes("洛阳市瀍河回族区人民法院执行局") == [1]


def test_a_corrected_position_reads_corrected_in_the_minutes(told: Told) -> None:
    meeting = cf.Meeting.rows.select_related("court").get(pk=told.subjects["minutes"].pk)
    cf.Position.rows.filter(item__meeting=meeting, body__kind="supervision").update(text="更正后的意见")
    items = [part for part in KINDS["minutes"].build(meeting).sections if part.title.startswith("议题")]
    assert "监察室意见：保留意见。更正后的意见。（蔺行蘅）" in items[0].paragraphs
    assert "监察室意见：保留意见。建议一并核实管理责任。（蔺行蘅）" in items[1].paragraphs


def test_an_attachment_as_evidence_is_named_with_its_check_sum(told: Told) -> None:
    report = told.subjects["report"]
    sha = "0123456789abcdef" * 4
    material = cf.Material.rows.create(
        sha256=sha,
        size=3,
        name="评估委托书.pdf",
        media="application/pdf",
        matter=report.matter,
        subject_kind="round",
        subject_id=report.round_id,
        added_by=report.issued_by,
        added_at=dt.datetime(2020, 6, 1, tzinfo=dt.UTC),
    )
    answer = cf.Answer.rows.get(round=report.round, point__n=2)
    cf.EvidenceLink.rows.create(answer=answer, material=material, page="")
    parts = {part.title: part.table for part in KINDS["report"].build(report).sections}
    index, findings = parts["六、证据目录"], parts["五、核查要点逐项答复"]
    assert index is not None and findings is not None
    assert index.rows[2] == ("证据3", "评估委托书.pdf", "附件，校验码01234567")
    assert findings.rows[1][3] == "证据2第40页；证据3"


@pytest.mark.parametrize("kind", PRINTABLE)
def test_markup_in_a_text_is_shown_as_text(kind: str) -> None:
    bad = "<script>alert(1)</script>&<b>"
    paper = document.Document(
        kind=kind,
        title=bad,
        number=bad,
        unnumbered=True,
        mark=(bad, bad),
        urgency=bad,
        approver=bad,
        addressee=bad,
        sections=(document.Section(bad, (bad,), document.Table((bad,), ((bad,),))),),
        rows=((document.Cell(bad, (bad,)),),),
        signatures=(document.Signature(bad, bad),),
        remark=bad,
        copies=bad,
        issuer=bad,
        issued_on=bad,
    )
    html = render_to_string(f"desk/papers/{kind}.html", {"paper": paper})
    assert "<script>alert" not in html and "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;&lt;b&gt;" in html


def test_days_and_ordinals_as_papers_write_them() -> None:
    assert document.day_cn(dt.date(2020, 5, 5)) == "2020年5月5日"
    assert document.day_cn(None).strip("　年月日") == ""
    assert [document.ordinal(n) for n in (1, 9, 10, 11, 20, 35)] == ["一", "九", "十", "十一", "二十", "三十五"]
