"""An administrator reads flow data: tried first, confirmed, of the own courts only, and never a sign."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuangcha.acts import flow_data
from shuangcha.flowruns import folders, incoming, running
from shuangcha.flowruns.models import FlowDataset
from tests.desk.story import E, S
from tests.desk.test_pages import text_of

from . import data

Keeping = Callable[[str], Client]
ADMINISTRATOR = "xiang.zhaoting"
GOOD = [
    data.late_notice(data.number("豫0304", 831), "豫0304"),
    data.clean(data.number("豫0304", 832), "洛阳市瀍河回族区人民法院"),
]


MAPPING = """tables:
  cases: {file: cases.csv, columns: {case_number: case_number, court: court, kind: kind, filed_on: filed_on}}
  events:
    file: nothing.csv
    columns: {case_number: case_number, node: node, event_at: event_at}
"""


def zipped(place: Path, told: data.Told, **more: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in data.write(place, told).glob("*.csv"):
            archive.write(path, path.name)
        for name, text in more.items():
            archive.writestr(name.replace("__", "/"), text)
    return SimpleUploadedFile("流程数据.zip", out.getvalue())


def send(client: Client, file: Any, **more: Any) -> Any:
    return client.post(
        "/admin/flow/", {"name": "六月数据", "taken_at": "2020-06-20", "taken_time": "09:30", "data": file, **more}
    )


def test_tried_then_confirmed(keeping: Keeping, own_data: Path) -> None:
    client = keeping(ADMINISTRATOR)
    answer = send(client, zipped(own_data / "a", GOOD))
    assert answer.status_code == 302, text_of(answer)
    trial = client.get(answer.headers["Location"])
    assert "尚未读入" in text_of(trial) and "案件：采用 2" in text_of(trial) and not FlowDataset.objects.exists()
    assert client.post(answer.headers["Location"], {"do": "read"}).status_code == 302
    assert not FlowDataset.objects.exists() and "排队等候" in text_of(client.get(answer.headers["Location"]))
    assert client.post(answer.headers["Location"], {"do": "read"}).status_code == 302, "a second click"
    assert running.work(flow_data.load_incoming) == 1
    made = FlowDataset.objects.get()
    assert (made.cases, made.events, made.loaded_by.login, made.taken_at) == (2, 5, ADMINISTRATOR, data.TAKEN)
    assert [(one.court.code, one.cases) for one in made.courts.all()] == [("豫0304", 2)], (
        "by code and by name, one court"
    )
    assert "“六月数据”已读入：案件2件，节点5条" in text_of(client.get(answer.headers["Location"], follow=True))
    assert (
        client.post(answer.headers["Location"], {"do": "read"}).status_code == 302 and FlowDataset.objects.count() == 1
    )
    assert not list((folders.root() / "incoming").glob("*")), "nothing of the upload stays"


def test_bad_rows_are_told_and_the_good_ones_read(keeping: Keeping, own_data: Path) -> None:
    bad = data.late_notice(data.number("豫0304", 833), "豫0304")
    bad[1][0]["event_at"] = "不详"
    client = keeping(ADMINISTRATOR)
    place = send(client, zipped(own_data / "a", [*GOOD, bad])).headers["Location"]
    text = text_of(client.get(place))
    assert "未采用" in text and "不详" in text and "第7行" in text
    client.post(place, {"do": "read"})
    running.work(flow_data.load_incoming)
    assert FlowDataset.objects.get().events == 7


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"name": ""}, "便于辨认的名称"),
        ({"taken_at": "2020-13-01"}, "日期请写成"),
        ({"taken_at": "2020-06-25"}, "不能晚于今天"),
        ({"data": ""}, "请选择要读入的数据文件"),
        ({"data": SimpleUploadedFile("a.exe", b"x")}, "不接受"),
        ({"data": SimpleUploadedFile("a.zip", b"PK\x03\x04junk")}, "压缩包"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    keeping: Keeping, own_data: Path, more: dict[str, Any], sentence: str
) -> None:
    answer = send(keeping(ADMINISTRATOR), **{"file": zipped(own_data / "a", GOOD), **more})
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert not FlowDataset.objects.exists() and not list((folders.root() / "incoming").glob("*"))


def test_a_mapping_to_nowhere_is_told_with_its_line(keeping: Keeping, own_data: Path) -> None:
    mapping = SimpleUploadedFile("m.yaml", MAPPING.encode())
    client = keeping(ADMINISTRATOR)
    place = send(client, zipped(own_data / "a", GOOD), mapping=mapping).headers["Location"]
    answer = client.get(place)
    assert answer.status_code == 422 and "不能读入" in text_of(answer) and "m.yaml”第4行" in text_of(answer)
    client.post(place, {"do": "drop"})
    assert not list((folders.root() / "incoming").glob("*"))


def test_nothing_leaves_the_folder_of_a_zip(keeping: Keeping, own_data: Path) -> None:
    place = send(keeping(ADMINISTRATOR), zipped(own_data / "a", GOOD, **{"..__..__escaped.csv": "案号\n1\n"})).headers[
        "Location"
    ]
    assert not list(own_data.rglob("escaped.csv")) or all(
        "incoming" in str(one) for one in own_data.rglob("escaped.csv")
    )
    assert place


def test_courts_of_another_administrator_are_not_read(
    keeping: Keeping, own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator of one court only: another court's cases are refused as a whole."""
    kept = incoming.keep(
        io.BytesIO(zipped(own_data / "a", [*GOOD, data.clean(data.number("豫0305", 834), "豫0305")]).read()),
        "a.zip",
        name="混入",
        taken_at=data.TAKEN,
        person_id=1,
    )
    with pytest.raises(incoming.ReadError, match="不归您管理的法院：洛阳市涧西区人民法院"):
        incoming.read(kept, allowed={"豫0304"}, now=data.TAKEN)
    assert not FlowDataset.objects.exists() and not [
        one for one in folders.root().iterdir() if one.name.startswith("2020")
    ]


@pytest.mark.parametrize("login", [E, S, "xin.zhaoting"])
def test_nobody_else_has_these_pages(keeping: Keeping, login: str) -> None:
    client = keeping(login)
    assert client.get("/admin/flow/").status_code == 404 and client.post("/admin/flow/", {}).status_code == 404
    assert client.get("/admin/flow/" + "a" * 24 + "/").status_code == 404


def test_what_was_sent_by_one_is_not_anothers(keeping: Keeping, own_data: Path) -> None:
    kept = incoming.keep(
        io.BytesIO(zipped(own_data / "a", GOOD).read()), "a.zip", name="他人", taken_at=data.TAKEN, person_id=1
    )
    answer = keeping(ADMINISTRATOR).get(f"/admin/flow/{kept.key}/")
    assert answer.status_code == 302 and incoming.find(kept.key, 2) is None
    assert incoming.sweep(data.TAKEN) == 0 and incoming.find(kept.key, 1) is not None
