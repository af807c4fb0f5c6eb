"""`do demo --play [--json] [--keep DIR]`: whole invented matters through the real door,
in a scratch data file of their own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from argparse import SUPPRESS
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "演示：在单独的临时数据文件中，经正式办理入口完整办理若干虚构案件，再核验、重算。"
    requires_system_checks: list[str] = []  # the caller's instance is not touched, so its state does not matter

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--play", action="store_true", help="从头办理全部演示案件")
        parser.add_argument("--json", action="store_true", help="只输出一份JSON")
        parser.add_argument(
            "--keep", metavar="DIR", default="", help="数据放在这个目录（须不存在或为空），缺省为系统临时目录"
        )
        parser.add_argument(
            "--story", action="append", default=[], metavar="KEY", help="只办理这一件，可以写多次；缺省为全部"
        )
        # For the process that plays: it may write only there, whatever the environment says.
        parser.add_argument("--here", metavar="DATA", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["play"]:
            self.stderr.write("请写明 --play：python3 go.py do demo --play")
            raise SystemExit(1)
        if options["here"]:
            raise SystemExit(self.play(options["here"], options["json"], options["story"]))
        raise SystemExit(self.start(options["keep"], options["json"], options["story"]))

    def start(self, keep: str, as_json: bool, only: list[str]) -> int:
        """A process with an environment of its own plays: SQLite in a fresh folder, whatever DATABASE_URL says here."""
        folder = Path(os.path.abspath(keep)) if keep else Path(tempfile.mkdtemp(prefix="shuangcha-demo-"))
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            self.stderr.write(f"“{folder}”已有内容，请另选一个空目录。")
            return 1
        data = folder / "data"
        data.mkdir(parents=True, mode=0o700)
        env = {name: value for name, value in os.environ.items() if not name.startswith(("SHUANGCHA_", "DATABASE_URL"))}
        env |= {
            "SHUANGCHA_DATA": str(data),
            "SHUANGCHA_MODE": "demo",
            "PYTHONUTF8": "1",
            "DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings",
        }
        words = [sys.executable, str(settings.BASE_DIR / "manage.py"), "demo", "--play", f"--here={data}"]
        words += [*(["--json"] if as_json else []), *(f"--story={key}" for key in only)]
        return subprocess.run(words, env=env, cwd=settings.BASE_DIR).returncode

    def play(self, where: str, as_json: bool, only: list[str]) -> int:
        database = settings.DATABASES["default"]
        if Path(where) != settings.DATA_DIR or "sqlite" not in database["ENGINE"]:
            self.stderr.write("演示案件只写入单独的临时数据文件，请使用 demo --play。")
            return 1
        from shuangcha.conf.demo.playing import found, prepare_scratch, tell_all
        from shuangcha.conf.demo.stories import STORIES

        wrong = sorted(set(only) - {story.key for story in STORIES})
        if wrong:
            self.stderr.write(f"没有“{wrong[0]}”这件演示案件，可选：{'、'.join(story.key for story in STORIES)}。")
            return 1
        prepare_scratch()
        table = None if as_json else Table(self.stdout)
        matters = tell_all(table, only)
        told: dict[str, Any] = {
            "matters": matters,
            "verify": self.ask("verify"),
            "rebuild": self.ask("rebuild", "--check"),
        }
        told |= {"data": found(), "ok": False}
        told["ok"] = all(one["arrived"] for one in matters) and told["verify"]["ok"] and told["rebuild"]["ok"]
        if as_json:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        elif table is not None:
            table.end(told)
        return 0 if told["ok"] else 1

    def ask(self, command: str, *words: str) -> dict[str, Any]:
        """What `verify` or `rebuild --check` says of the scratch file."""
        said = io.StringIO()
        try:
            call_command(command, *words, "--json", stdout=said, stderr=self.stderr)
        except SystemExit as end:
            if not said.getvalue().strip():
                return {"ok": False, "exit": end.code}
        answer: dict[str, Any] = json.loads(said.getvalue())
        return answer


class Table:
    """The acts as a table for people: day, who, act, article, stage, due."""

    def __init__(self, out: Any) -> None:
        self.out = out

    def story(self, title: str) -> None:
        self.out.write(f"\n■ {title}")
        self.out.write(
            "  ".join(
                (_pad("日期", 16), _pad("办理人", 40), _pad("办理动作", 26), _pad("依据", 26), _pad("环节", 26), "到期")
            )
        )

    def line(self, line: dict[str, Any]) -> None:
        day = line["day"] + (" 补录" if line["day"] < line["recorded_on"] else "")
        stage = line["label"] if line["status"] != "proposed" else f"待签署：{line['awaits']}"
        title = line["title"] + (f"：{line['note']}" if line["note"] else "")
        due = "，".join(f"{one['label']} {one['due']}" for one in line["limits"])
        self.out.write(
            "  ".join(
                (
                    _pad(day, 16),
                    _pad(f"{line['name']}（{line['post']}）", 40),
                    _pad(title, 26),
                    _pad(line["article"], 26),
                    _pad(stage, 26),
                    due,
                )
            ).rstrip()
        )

    def story_end(self, one: dict[str, Any]) -> None:
        arrived = "到达" if one["arrived"] else f"没有到达预定的终点“{one['expected_label']}”"
        self.out.write(f"  ⇒ {one['number']}：{one['label']}（{arrived}）{'；' + one['error'] if one['error'] else ''}")

    def end(self, told: dict[str, Any]) -> None:
        matters = told["matters"]
        self.out.write(
            f"\n共{len(matters)}件，{sum(len(one['steps']) for one in matters)}步，"
            f"到达终点{sum(one['arrived'] for one in matters)}件。"
        )
        self.out.write(
            f"核验：{'通过' if told['verify']['ok'] else '没有通过：' + json.dumps(told['verify'], ensure_ascii=False)[:2000]}"
        )
        self.out.write(
            f"重算：{'没有差异' if told['rebuild']['ok'] else '有差异：' + json.dumps(told['rebuild'], ensure_ascii=False)[:2000]}"
        )
        self.out.write(f"数据文件：{told['data']}")


def _pad(text: str, width: int) -> str:
    """Padded to a width in which a 汉字 counts two."""
    return text + " " * max(0, width - sum(2 if ord(sign) > 0x2E80 else 1 for sign in text))
