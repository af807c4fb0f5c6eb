"""`manage.py create-admin`: an administrator of a court, who enters by a one-time code printed here once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shuangcha.acts.accounts import CODE_LIFE, AccountError, create_admin
from shuangcha.acts.registering import ledger


class Command(BaseCommand):
    help = "建立某法院的系统管理员，并打印一次性码（24小时内有效，只能使用一次）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--login", required=True, help="用户名，例如 chen.yu")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--court", required=True, help="法院代字，例如 豫03")
        parser.add_argument("--reset", action="store_true", help="已有密码时也重新发放一次性码")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            said, code = create_admin(
                options["login"],
                options["name"],
                options["court"],
                now,
                reset=options["reset"],
                record=lambda key, court, content: ledger(key, court, content, now=now),
            )
        except AccountError as wrong:
            self.stderr.write(str(wrong))
            sys.exit(1)
        self.stdout.write(said)
        if code:
            hours = int(CODE_LIFE.total_seconds() // 3600)
            self.stdout.write(f"一次性码：{code}")
            self.stdout.write(f"请在{hours}小时内打开登录页的“使用一次性码设置密码”，此码只显示这一次，只能使用一次。")
