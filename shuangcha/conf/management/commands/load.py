"""`manage.py load FILE.csv`: courts, bodies, persons, posts, calendar or settings from a file, with its row errors."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from shuangcha.acts.load import TABLES, LoadReport, load
from shuangcha.acts.registering import ledger
from shuangcha.courts.models import Court


class Command(BaseCommand):
    help = "载入法院、机构、人员、任职、休息日或参数表（CSV）；先逐行检查，有错则不写入。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.csv", nargs="+", help="CSV文件，UTF-8或GB18030编码，第一行为列名")
        parser.add_argument("--kind", choices=[table.name for table in TABLES], help="表的类别；不写则按列名识别")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--good-rows", action="store_true", help="有错的行不写，其余照写")
        parser.add_argument("--json", action="store_true", help="以JSON输出结果")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()

        def record(key: str, court: Court | None, content: dict[str, Any]) -> None:
            """A step per file in the chain of every court it touches."""
            ledger(key, court, content, now=now)

        reports = []
        for file in options["file"]:
            report = load(
                file,
                now=now,
                kind=options["kind"],
                dry_run=options["dry_run"],
                good_rows=options["good_rows"],
                record=record,
            )
            reports.append(report)
            if report.errors and not options["good_rows"]:
                break  # what follows may lean on what was not written
        if options["json"]:
            told = [as_json(report) for report in reports]
            self.stdout.write(json.dumps(told[0] if len(options["file"]) == 1 else told, ensure_ascii=False))
        else:
            for report in reports:
                self.tell(report, options["dry_run"])
        if any(report.errors for report in reports):
            sys.exit(1)

    def tell(self, report: LoadReport, dry_run: bool) -> None:
        for error in report.errors:
            place = f"第{error.row}行" if error.row else "文件"
            place += f"“{error.column}”" if error.column else ""
            self.stderr.write(f"{report.file} {place}：{error.text}")
        if not report.label:
            return
        counts = f"新增{report.created}，变更{report.changed}，未变{report.unchanged}，错误{len(report.errors)}"
        done = report.written or (not (report.created or report.changed) and not report.errors)
        end = "仅检查，未写入" if dry_run else "完成" if done else "没有写入"
        self.stdout.write(f"{report.file}（{report.label}）：{counts}。{end}。")


def as_json(report: LoadReport) -> dict[str, Any]:
    return {
        "kind": report.kind,
        "file": report.file,
        "sha256": report.sha256,
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "written": report.written,
        "errors": [error._asdict() for error in report.errors],
    }
