"""`do where SUBJECT [--json]`: stage, owner, limits and open proposals of a matter, clue or any subject."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser

from shuangcha.acts.rebuild import where
from shuangcha.audit.chain import canonical
from shuangcha.casefile import models as cf
from shuangcha.clock import business


class Command(BaseCommand):
    help = "一个事项现在走到哪里：环节、该谁办、期限、待签署。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("subject", help="双查案号（如 洛中法双查〔2020〕1号）、线索登记号或事项编号")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = find(options["subject"].strip())
        if subject is None:
            self.stderr.write("没有找到这个事项。")
            raise SystemExit(1)
        found = json.loads(canonical(where(subject, business.today())))
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        self.tell(found, 0)

    def tell(self, found: dict[str, Any], depth: int) -> None:
        pad = "  " * depth
        awaits = "、".join(f"{one['court']}{one['body']}（{one['awaits']}）" for one in found["owner"]) or "—"
        due = "、".join(f"{one['kind']} {one['due']}" for one in found["limits"]) or "—"
        self.stdout.write(
            f"{pad}{found.get('number', found['kind'])}：{found['stage_label']}；该办：{awaits}；期限：{due}"
        )
        for child in found.get("children", ()):
            self.tell(child, depth + 1)


def find(text: str) -> cf.Subject | None:
    matter: cf.Subject | None = cf.Matter.rows.filter(number=text).first()
    if matter is not None:
        return matter
    clue: cf.Subject | None = cf.Clue.rows.filter(number=text).first()
    if clue is not None:
        return clue
    try:
        uid = UUID(text)
    except ValueError:
        return None
    for model in cf.SUBJECTS.values():
        found: cf.Subject | None = model.rows.filter(uid=uid).first()
        if found is not None:
            return found
    return None
