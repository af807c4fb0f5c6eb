"""`do version [--json]`: program, tables, edition of the plan, format of the ledger's header, engine. Only reads."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shuangcha.conf import versions


class Command(BaseCommand):
    requires_system_checks = ()  # says what is there, whatever state it is in
    help = "输出程序、数据表、方案、留痕链头和数据库引擎的版本。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="只输出一份JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        told = versions.told()
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        schema = told["schema"]
        lines = [
            f"程序：{told['program']}",
            f"方案版本：{'、'.join(told['editions'])}",
            f"留痕链头格式：{told['header']}",
            f"数据库引擎：{told['engine']}",
        ]
        if schema:
            lines.append(f"数据表：{schema['digest'][:16]}")
            lines += [f"  {app} {name}" for app, name in schema["leaves"].items()]
            lines += [f"  待迁移 {one}" for one in schema["pending"]]
        self.stdout.write("\n".join([*lines, *([told["note"]] if told["note"] else [])]))
