"""`do flow-load DATA --mapping FILE`: read flow data into this instance, so that 系统检查 can use them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shuangcha.acts import flow_data
from shuangcha.audit.chain import ZONE
from shuangcha.clock import business
from shuangcha.flowcheck import FlowError
from shuangcha.flowcheck.read import ReadError, load
from shuangcha.flowruns import loading


class Command(BaseCommand):
    help = "读入执行案件流程数据（CSV、XLSX、Parquet、XES），供“系统检查”使用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("data", type=Path, help="数据文件或文件夹")
        parser.add_argument("--mapping", type=Path, help="映射文件；列名与本系统相同的可以不用")
        parser.add_argument("--taken-at", help="取数时间，如 2026-09-14T09:30；不写为今天")
        parser.add_argument("--name", default="", help="数据名称，如 全市法院2026年9月流程数据")
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now = business.now()
        try:
            taken = dt.datetime.fromisoformat(options["taken_at"]) if options["taken_at"] else now
        except ValueError:
            self._refuse("取数时间请写成 2026-09-14 或 2026-09-14T09:30。")
        taken = taken if taken.tzinfo else taken.replace(tzinfo=ZONE)
        target = loading.new_folder(taken)
        try:
            report = load(
                options["data"],
                target,
                taken_at=taken.date(),
                mapping=options["mapping"],
                dry_run=options["dry_run"],
                progress=self._doing,
            )
            if options["dry_run"]:
                self._tell(options, report.as_dict(), report.lines())
                return
            name = options["name"] or f"{taken:%Y-%m-%d}取数的流程数据"
            rejected = sum(report.rejected_rows.values())
            dataset = loading.adopt(
                target,
                name=name,
                taken_at=taken,
                by=None,
                now=now,
                told={"rejected": rejected, "kept": report.kept},
                progress=self._indexing,
                record=lambda made: flow_data.loaded(made, now=now),
            )
        except (ReadError, FlowError) as no:
            self._refuse(str(no))
        told = json.loads(dataset.told)
        lines = [
            *report.lines(),
            f"已读入“{dataset.name}”：案件{dataset.cases}件，节点{dataset.events}条，法院{len(told['courts'])}个。",
        ]
        if told["unknown"]:
            lines.append(f"没有登记的法院（其案件无人可以查看）：{'、'.join(list(told['unknown'])[:10])}")
        self._tell(options, {"dataset": str(dataset.uid), **report.as_dict()}, lines)

    def _tell(self, options: dict[str, Any], found: dict[str, Any], lines: list[str]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, default=str) if options["json"] else "\n".join(lines))

    def _doing(self, what: str) -> None:
        self.stderr.write(f"{what}……")

    def _indexing(self, done: int, total: int) -> None:
        self.stderr.write(f"建立单案索引：{done}/{total}件")

    def _refuse(self, sentence: str) -> Any:
        self.stderr.write(sentence)
        raise SystemExit(1)
