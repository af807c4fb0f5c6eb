"""`flow-run`: the process in which bulk runs of 系统检查 are carried out, one after the other; started by the worker."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand

from shuangcha.acts import flow_data
from shuangcha.flowruns import running


class Command(BaseCommand):
    help = "读入已确认的流程数据，逐项运行等候中的批量系统检查（由后台任务启动，也可手工运行）。"

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _stop)
        os.nice(10)  # pages come first
        count = running.work(flow_data.load_incoming)
        self.stdout.write(f"完成 {count} 项。")


def _stop(number: int, frame: FrameType | None) -> None:
    raise running.Stopped
