"""`manage.py serve`: web and background worker together, until Ctrl-C."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shuangcha.conf import serve


class Command(BaseCommand):
    help = "启动网页服务与后台任务；Ctrl-C 停止"
    requires_system_checks: list[str] = []  # serve checks what matters, and says it in one sentence

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--bind", default="127.0.0.1")

    def handle(self, *args: Any, **options: Any) -> None:
        reason = serve.refusal(options["bind"], options["port"])
        if reason:
            self.stderr.write(reason)  # the sentence alone, without "CommandError:"
            raise SystemExit(1)
        status = serve.supervise(options["bind"], options["port"])
        if status:
            raise SystemExit(status)
