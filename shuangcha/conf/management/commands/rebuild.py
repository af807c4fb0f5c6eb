"""`do rebuild --check`: works out from the steps what must stand in the tables; exit 0 means no difference."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shuangcha.acts import rebuild
from shuangcha.clock import business


class Command(BaseCommand):
    help = "由办理步骤重算环节、期限、应出文书与待办，并与数据库比较。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只比较，不写入")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["check"]:
            count = rebuild.write_todos(business.today())
            self.stderr.write(f"已重写待办 {count} 项。")
        differences = rebuild.check(business.today())
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not differences, "differences": differences}, ensure_ascii=False))
        else:
            for one in differences[:50]:
                self.stdout.write(f"{one['place']}：由步骤得 {one['steps']}，现为 {one['stands']}")
            self.stdout.write("没有差异。" if not differences else f"共 {len(differences)} 处差异。")
        if differences:
            raise SystemExit(1)
