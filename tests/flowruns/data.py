"""A small data set for the pages' tests, written as a court's own files and read by the reader."""

from __future__ import annotations

import csv
import datetime as dt
import html
import re
from pathlib import Path

from shuangcha.audit.chain import ZONE
from shuangcha.flowcheck.read import load
from shuangcha.flowruns import loading
from shuangcha.flowruns.models import FlowDataset

TAKEN = dt.datetime(2020, 6, 20, 9, 30, tzinfo=ZONE)
OFFICER = "冼怀舟"
"""Who entered the rows of the cases: a name that only the supervision side and the team may read."""


def late_notice(number: str, court: str, officer: str = OFFICER) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A case whose notice went out 18 days after filing (P01) and whose query was typed a day before it happened
    (F05)."""
    case = {"case_number": number, "court": court, "kind": "enforcement", "filed_on": "2019-03-06", "handler": officer}
    rows = [
        ("N02", "2019-03-06", "2019-03-06 10:00:00"),
        ("N06", "2019-03-24", "2019-03-24 10:00:00"),
        ("N15", "2019-03-08", "2019-03-07 10:00:00"),
    ]
    return case, [
        {"case_number": number, "node": node, "event_at": at, "entered_at": entered, "operator": officer}
        for node, at, entered in rows
    ]


def clean(number: str, court: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """A case of the same filing day whose notice went out in time."""
    case = {"case_number": number, "court": court, "kind": "enforcement", "filed_on": "2019-03-06", "handler": OFFICER}
    rows = [("N02", "2019-03-06", "2019-03-06 10:00:00"), ("N06", "2019-03-08", "2019-03-08 10:00:00")]
    return case, [
        {"case_number": number, "node": node, "event_at": at, "entered_at": entered, "operator": OFFICER}
        for node, at, entered in rows
    ]


def write(folder: Path, told: list[tuple[dict[str, str], list[dict[str, str]]]]) -> Path:
    """cases.csv and events.csv in our own column names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (
        ("cases", [case for case, _ in told]),
        ("events", [row for _, events in told for row in events]),
    ):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def read(
    scratch: Path,
    told: list[tuple[dict[str, str], list[dict[str, str]]]],
    *,
    name: str = "测试数据",
    taken: dt.datetime = TAKEN,
) -> FlowDataset:
    target = loading.new_folder(taken)
    load(write(scratch, told), target, taken_at=taken.date())
    return loading.adopt(target, name=name, taken_at=taken, by=None, now=taken)


def number(court: str, n: int) -> str:
    return f"（2019）{court}执{n}号"


def inputs(body: str, action: str) -> dict[str, str]:
    """What the form would send as it stands: hidden inputs, texts, chosen options, ticks."""
    form = body[body.index(f'<form method="post" action="{action}') :]
    form = re.sub(r"(?s)<template.*?</template>", "", form[: form.index("</form>")])
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio", "file") or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, text in re.findall(r'(?s)<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form):
        sent[name] = text
    for name, options in re.findall(r'(?s)<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return {
        name: html.unescape(value)
        for name, value in sent.items()
        if not name.endswith("-next") and name != "csrfmiddlewaretoken"
    }


Told = list[tuple[dict[str, str], list[dict[str, str]]]]
