"""`do openapi [--check]`: the interface as one document; whether it is the one kept, and whether what broke is told."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from shuangcha.exchange import kept

MADE = "python3 go.py do openapi > docs/openapi.json"


class Command(BaseCommand):
    requires_system_checks = ()  # reads the code only
    help = "输出接口说明（OpenAPI，含各办理动作的内容栏目）；--check 核对 docs/openapi.json 与不兼容的变更。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，不输出；不符即以非零退出")

    def handle(self, *args: Any, **options: Any) -> None:
        present = kept.document()
        if not options["check"]:
            self.stdout.write(text(present), ending="")
            return
        said = problems(present)
        for one in said:
            self.stderr.write(one)
        if said:
            raise SystemExit(1)


def text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def problems(present: dict[str, Any]) -> list[str]:
    """What is wrong with the kept papers, one sentence each."""
    root = settings.BASE_DIR
    said = []
    if (root / "docs" / "openapi.json").read_text(encoding="utf-8") != text(present):
        said.append(f"接口与 docs/openapi.json 不符；请运行 {MADE}。")
    releases = sorted((root / "tests" / "releases").glob("*/openapi.json"), key=lambda path: _version(path.parent.name))
    released = json.loads(releases[-1].read_text(encoding="utf-8"))
    told = kept.named((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    for operation, changes in kept.breaking(released, present).items():
        if operation not in told:
            said.append(
                f"与已发布的 {releases[-1].parent.name} 版不兼容，须在 CHANGELOG.md 未发布的一节写明"
                f"“接口变更: {operation} …”：{'、'.join(changes)}。"
            )
    return said


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))
