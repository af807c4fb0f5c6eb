"""`do verify [--json]`: chains, signatures, stages and seals; needs the public key only. Exit 0 means it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from shuangcha.audit import kept
from shuangcha.audit.seal import load_public
from shuangcha.audit.verify import verify


class Command(BaseCommand):
    help = "核验留痕链、签名、环节与封签，指出被改动的位置。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--seals", default=str(settings.SEALS_DIR), help="封签目录，缺省为本实例的封签目录")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["seals"])
        try:
            key = load_public(folder)
        except (OSError, ValueError) as wrong:
            self.stderr.write(f"封签目录“{folder}”中没有可用的公钥：{wrong}")
            raise SystemExit(1) from None
        report = verify(folder=folder, public_key=key)
        if folder == settings.SEALS_DIR:
            kept.keep(folder, report, timezone.now())  # for the auditor's page
        findings = [{"place": one.place, "what": one.what} for one in report.findings]
        if options["json"]:
            told = {"ok": report.ok, "checked": report.checked, "findings": findings}
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            for one in findings[:100]:
                self.stdout.write(f"{one['place']}：{one['what']}")
            counts = "，".join(f"{name} {count}" for name, count in report.checked.items())
            self.stdout.write(f"{'核验通过' if report.ok else f'发现 {len(findings)} 处问题'}（{counts}）。")
        if not report.ok:
            raise SystemExit(1)
