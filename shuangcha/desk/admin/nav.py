"""The way about for administrators and auditors: (url name, label, icon, names under which it is marked)."""

from __future__ import annotations

from shuangcha.courts.people import Viewer

ADMINISTRATION = (
    ("admin_courts", "法院", "bank", ("admin_courts", "admin_court", "admin_court_new", "admin_body_new")),
    ("admin_bodies", "机构", "building", ("admin_bodies", "admin_body")),
    ("admin_persons", "人员", "people", ("admin_persons", "admin_person", "admin_person_new")),
    ("admin_posts", "任职", "briefcase", ("admin_posts", "admin_post", "admin_post_new")),
    ("admin_deputies", "代理", "arrow-repeat", ("admin_deputies", "admin_deputy_new")),
    ("admin_accounts", "登录账号", "key", ("admin_accounts",)),
    ("admin_calendar", "工作日历", "calendar-event", ("admin_calendar",)),
    ("admin_settings", "参数", "gear", ("admin_settings", "admin_setting")),
    ("admin_flow", "流程数据", "shield-check", ("admin_flow", "admin_flow_try", "admin_flow_withdraw")),
    ("admin_files", "表格导入导出", "upload", ("admin_files", "admin_file")),
)
AUDIT = (
    ("audit_ledger", "留痕状况", "shield-check", ("audit_ledger",)),
    ("audit_steps", "管理操作", "journal-text", ("audit_steps", "audit_step")),
    ("audit_signins", "登录情况", "box-arrow-in-right", ("audit_signins",)),
)


def entries(viewer: Viewer) -> tuple[tuple[str, str, str, tuple[str, ...]], ...]:
    """The entries of the person's keeping or auditing posts; nothing for everybody else."""
    return (ADMINISTRATION if viewer.has("administration") else ()) + (AUDIT if viewer.has("audit") else ())
