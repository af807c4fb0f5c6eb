"""`do tick [--now T] [--json]`: what the worker does every minute: notices, seals, sweeping, old drafts."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shuangcha.audit.chain import ZONE
from shuangcha.clock import business
from shuangcha.conf.jobs import tick


class Command(BaseCommand):
    help = "执行一次定时任务：期限提醒、封签、清理未用的上传和过期草稿。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", help="时刻，如 2020-06-29 或 2020-06-29T09:00")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now = business.now()
        if options["now"]:
            try:
                now = dt.datetime.fromisoformat(options["now"])
            except ValueError:
                self.stderr.write("时刻请写成 2020-06-29 或 2020-06-29T09:00。")
                raise SystemExit(1) from None
            now = now if now.tzinfo else now.replace(tzinfo=ZONE)
        done = tick(now)
        if options["json"]:
            self.stdout.write(json.dumps(done, ensure_ascii=False))
        else:
            self.stdout.write(
                f"新提醒 {done['notices']} 条，已逾期 {done['overdue']} 项，封签 {done['sealed'] or '无新内容'}。"
            )
