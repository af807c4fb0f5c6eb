"""Make an instance ready to serve: tables with their guards, keys, courts, calendar, settings, jobs;
for a demo its matters.

Safe to repeat: what is there stays as it is. Called by `go.py run` before the server starts.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from shuangcha.acts import accounts
from shuangcha.acts.load import load_initial
from shuangcha.acts.registering import ledger
from shuangcha.audit.models import Step
from shuangcha.clock import business, practice
from shuangcha.courts.models import Court, Person
from shuangcha.courts.people import officials
from shuangcha.vault import keys

DEMO_KINDS = (
    ("enforcement", "head"),
    ("supervision", "head"),
    ("presidency", "head"),
    ("enforcement", "member"),
    ("supervision", "member"),
    ("group_office", "head"),
    ("leading_group", "deputy"),
    ("inspection", "head"),
    ("administration", "member"),
    ("audit", "member"),
)
JOBS = {"sealing-and-notices": "shuangcha.conf.jobs.run"}


class Command(BaseCommand):
    help = "准备实例：建表、密钥、法院与日历、后台任务；演示实例另有演示案件。"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        new = not Step.objects.exists() and not Court.objects.exists()
        try:
            keys.prepare(settings.KEYS_DIR, data=settings.DATA_DIR, seals=settings.SEALS_DIR, data_is_new=new)
        except keys.KeyProblem as wrong:
            self.stderr.write(str(wrong))
            raise SystemExit(1) from None
        demo = business.movable()
        now = timezone.now()
        if new:
            with transaction.atomic():
                reports = load_initial(
                    now=now, demo=demo, record=lambda key, court, content: ledger(key, court, content, now=now)
                )
                errors = [error for report in reports for error in report.errors]
                if errors:
                    self.stderr.write("；".join(error.text for error in errors[:3]))
                    raise SystemExit(1)
        schedule()
        if demo:
            accounts.set_demo_passwords() if new else None
            from shuangcha.conf.demo.flow import seed_flow
            from shuangcha.conf.demo.seed import seed

            seed(business.today(), training=business.training())
            seed_flow(business.now())
            practice.begin()
        self.stdout.write(self.told(demo))

    def told(self, demo: bool) -> str:
        place = f"数据目录：{settings.DATA_DIR}\n密钥目录：{settings.KEYS_DIR}\n封签目录：{settings.SEALS_DIR}"
        if not demo:
            return place + "\n首位管理员：python3 go.py do create-admin --login 用户名 --name 姓名 --court 法院代字"
        lines = [place, f"{'培训' if business.training() else '演示'}账号（口令均为 {accounts.DEMO_PASSWORD}）："]
        lines += [f"  {login:<16}{who}" for login, who in demo_roles()]
        return "\n".join(lines)


def demo_roles() -> list[tuple[str, str]]:
    """One demo account per role: of the court that assigns, of one that is assigned to, of a stranger."""
    found: list[tuple[str, str]] = []
    for code, kinds in (("豫03", DEMO_KINDS), ("豫0304", DEMO_KINDS[:3]), ("豫0311", DEMO_KINDS[:1])):
        court = Court.objects.get(code=code)
        for kind, role in kinds:
            one = next(iter(officials(court.pk, business.today(), kind, [role])), None)
            login = Person.objects.get(pk=one.person_id).login if one else None
            if one is not None and login:
                found.append((login, f"{one.name}  {court.name}{one.title}"))
    return found


def schedule() -> None:
    """The minute's job of the worker: one row, made once."""
    from django_q.models import Schedule

    for name, function in JOBS.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": function, "schedule_type": Schedule.MINUTES, "minutes": 1}
        )
