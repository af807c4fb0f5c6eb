"""`do settings [--json]`: what is in force of what the environment may set; secrets are never part of it."""

from __future__ import annotations

import json
from argparse import SUPPRESS, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shuangcha.conf.variables import VARIABLES

ORIGINS = {
    "environment": "环境变量",
    "default": "默认",
    "option": "命令行 --data",
    "mode file": "数据目录中的 mode 文件",
}


class Command(BaseCommand):
    requires_system_checks = ()  # tells what was read, whatever state the instance is in
    help = "列出生效的设置：名称、值（不含口令）、来源、含义；--markdown 生成 docs/settings.md。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", help="只输出一份JSON")
        form.add_argument("--markdown", action="store_true", help="输出 docs/settings.md 的内容")
        # go.py hands the data folder and the mode on as variables, and says here where it has them from.
        parser.add_argument("--origin", action="append", default=[], help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["markdown"]:
            self.stdout.write(markdown(), ending="")
            return
        told = dict(one.split("=", 1) for one in options["origin"])
        rows = [one | {"source": told.get(one["name"], one["source"])} for one in settings.ENVIRONMENT.in_force()]
        if options["json"]:
            self.stdout.write(json.dumps({"settings": rows}, ensure_ascii=False, indent=1))
            return
        for one in rows:
            self.stdout.write(
                f"{one['name']} = {shown(one['value'])}\n    {one['meaning']}（{ORIGINS[one['source']]}）"
            )


def shown(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return ",".join(value) if isinstance(value, list) else str(value)


def markdown() -> str:
    """docs/settings.md: generated, never written by hand."""
    lines = [
        "# 设置",
        "",
        "本文由 `python3 go.py do settings --markdown` 从 `shuangcha/conf/variables.py` 生成，请勿手工修改。",
        "",
        "各实例不同之处由环境变量写明，启动时读一次；空值等于没有设置。写错的值、不认识的 `SHUANGCHA_` 变量都会使程序拒绝启动，",
        "并用一句话说明哪个变量、现为何值、可以怎样写。`python3 go.py do settings` 列出生效的值及来源，数据库口令不显示。",
        "",
        "| 变量 | 含义 | 可以写 | 没有设置时 |",
        "|---|---|---|---|",
        *(f"| `{one.name}` | {one.meaning} | {one.choices} | {one.default} |" for one in VARIABLES.values()),
        "",
        "法院自己的参数（期限、比例等）不在这里，由管理员在“参数”页面或用 `do load` 设置。",
    ]
    return "\n".join(lines) + "\n"
