"""The auditor's pages: who changed what, and the last verification."""

from __future__ import annotations

import datetime as dt
from typing import Any

from shuangcha.audit.models import Step
from shuangcha.courts.models import Court
from tests.desk.test_admin import AUDITOR, CLERK, HENAN, HIGH_AUDITOR, LUOYANG, Keeping, post_of, text_of


# --- the auditor ------------------------------------------------------------------------------------------------------
def test_the_auditor_reads_who_changed_what(keeping: Keeping) -> None:
    client = keeping(LUOYANG)
    post = post_of(CLERK)
    client.post(f"/admin/posts/{post.pk}/", {"title": "综合科内勤", "valid_to": "2020-12-31"})
    text = text_of(keeping(AUDITOR).get("/admin/steps/"))
    assert "向朝庭" in text and "职务名称： 内勤 → 综合科内勤" in text and "（空） → 2020年12月31日 星期四" in text
    assert "向朝庭" in text_of(keeping(AUDITOR).get("/admin/steps/?act=register.post&who=向&start=2020-06-24"))
    assert "没有符合条件" in text_of(keeping(AUDITOR).get("/admin/steps/?act=register.calendar&who=向"))
    keeping(HENAN).post(
        "/admin/courts/豫/", {"name": "河南省高级人民法院", "superior": "最高法", "short": "豫高", "mark": "V"}
    )
    assert "豫高" not in text_of(keeping(AUDITOR).get("/admin/steps/"))  # above the own court
    assert "豫高" in text_of(keeping(HIGH_AUDITOR).get("/admin/steps/"))
    step = Step.objects.filter(edge="register.court:>", stream=f"court:{Court.objects.get(code='豫').pk}").latest("pk")
    assert keeping(AUDITOR).get(f"/admin/steps/{step.uid}/").status_code == 404
    assert "豫高" in text_of(keeping(HIGH_AUDITOR).get(f"/admin/steps/{step.uid}/"))
    assert keeping(HIGH_AUDITOR).get("/admin/steps/nonsense/").status_code == 404


def test_the_auditor_verifies_and_sees_the_result_kept(keeping: Keeping, settings: Any, tmp_path: Any) -> None:
    from shuangcha.audit import kept
    from shuangcha.audit.verify import Report

    settings.SEALS_DIR = tmp_path
    client = keeping(AUDITOR)
    assert "尚未核验" in text_of(client.get("/admin/ledger/"))
    now = dt.datetime(2020, 6, 24, 9, 30, tzinfo=dt.UTC)
    kept.keep(tmp_path, Report({"steps": 3}), now)
    assert "通过" in text_of(client.get("/")) and "2020年6月24日 17:30" in text_of(client.get("/admin/ledger/"))
    bad = Report()
    bad.add("链", "不符")
    kept.keep(tmp_path, bad, now)
    assert "发现1处问题" in text_of(client.get("/")) and "核验没有通过" in text_of(client.get("/admin/ledger/"))
    assert "没有可用的公钥" in text_of(client.post("/admin/ledger/verify/", follow=True))
    (tmp_path / kept.NAME).write_text("{", encoding="utf-8")
    assert kept.last(tmp_path) is None
