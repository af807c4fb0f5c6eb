"""Attachments: photos turned upright and freed of everything but the picture, large files in parts, limits in words."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image, TiffImagePlugin

from shuangcha.acts import materials, uploads
from shuangcha.acts.tick import sweep
from shuangcha.casefile import models as cf
from shuangcha.clock import business
from shuangcha.courts import settings
from tests.desk.story import CLERK, E

SignIn = Callable[[str], Client]
World = dict[str, Any]
GPS = "洛阳"


def photo(orientation: int = 6, form: str = "JPEG", size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture with a red left half, marked as lying on its side, with place, device, time, a comment and a tail."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9003] = orientation, "SecretPhone", "2026:01:02 03:04:05"
    place = exif.get_ifd(0x8825)
    place[1], place[2] = (
        "N",
        (TiffImagePlugin.IFDRational(34), TiffImagePlugin.IFDRational(40), TiffImagePlugin.IFDRational(7)),
    )
    out = io.BytesIO()
    extra = {"comment": b"SecretComment"} if form == "JPEG" else {}
    picture.save(out, form, exif=exif, **extra)
    return out.getvalue() + b"SecretTail"


def sent(client: Client, name: str, data: bytes) -> Any:
    return client.post("/uploads/", {"file": SimpleUploadedFile(name, data)})


def stored(uid: str) -> tuple[cf.StagedUpload, bytes]:
    row = cf.StagedUpload.rows.get(uid=uid)
    data = materials.path_of(row.sha256).read_bytes()
    assert hashlib.sha256(data).hexdigest() == row.sha256 and len(data) == row.size
    return row, data


def everything_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- photos -------------------------------------------------------------------------------------------------------
def test_a_photo_is_upright_and_carries_nothing_but_the_picture(signed_in: SignIn) -> None:
    answer = sent(signed_in(CLERK), "IMG_0001.jpg", photo())
    assert answer.status_code == 201
    row, data = stored(answer.json()["files"][0]["uid"])
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG" and picture.size == (200, 300)  # orientation 6: turned by a quarter
    top, bottom = picture.getpixel((100, 20)), picture.getpixel((100, 280))
    assert top[0] > 200 and bottom[2] > 200  # the left half is on top now
    assert not picture.getexif() and not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info)
    assert b"Secret" not in data and b"Exif" not in data
    assert row.name == "IMG_0001.jpg" and row.media == "image/jpeg"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_way_of_holding_the_phone(orientation: int, tmp_path: Path) -> None:
    from shuangcha.acts import pictures

    (tmp_path / "a.jpg").write_bytes(photo(orientation))
    out = io.BytesIO()
    pictures.rewrite(tmp_path / "a.jpg", ".jpg", out)
    picture = Image.open(out)
    assert picture.size == ((300, 200) if orientation < 5 else (200, 300))
    at = {
        1: (20, 100),
        2: (280, 100),
        3: (280, 100),
        4: (20, 100),
        5: (100, 20),
        6: (100, 20),
        7: (100, 280),
        8: (100, 280),
    }[orientation]
    assert picture.getpixel(at)[0] > 200, "the red half lies elsewhere"


def test_the_original_is_kept_nowhere(signed_in: SignIn) -> None:
    data = photo()
    sent(signed_in(CLERK), "IMG_0002.jpg", data)
    for folder in (materials.folder(), uploads.folder(), Path(django_settings.MEDIA_ROOT)):
        assert b"Secret" not in everything_under(folder)
    assert not materials.path_of(hashlib.sha256(data).hexdigest()).exists()
    assert not [one for one in materials.folder().iterdir() if one.is_file()], "scratch files are left"


def test_png_stays_without_loss_and_webp_becomes_jpeg(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    _, data = stored(sent(client, "截图.png", photo(1, "PNG")).json()["files"][0]["uid"])
    picture = Image.open(io.BytesIO(data))
    assert (
        picture.format == "PNG"
        and picture.getpixel((10, 10)) == (255, 0, 0)
        and b"Secret" not in data
        and not picture.getexif()
    )
    row, data = stored(sent(client, "微信图片.webp", photo(6, "WEBP")).json()["files"][0]["uid"])
    assert row.name == "微信图片.jpg" and Image.open(io.BytesIO(data)).format == "JPEG" and b"Secret" not in data


def test_documents_are_untouched(signed_in: SignIn) -> None:
    data = b"%PDF-1.7\n" + bytes(range(256)) * 20
    _, kept = stored(sent(signed_in(CLERK), "举报信.pdf", data).json()["files"][0]["uid"])
    assert kept == data


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.jpg", b"\xff\xd8\xff\xe0 broken", "图片不完整"),
        ("a.jpg", photo()[:700], "图片不完整"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "图片不完整"),
        ("a.jpg", b"%PDF-1.7", "与后缀不符"),
        ("a.heic", b"....ftypheic", "兼容性最佳"),
        ("a.exe", b"MZ", "不接受"),
        ("a.pdf", b"", "空的"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(signed_in: SignIn, name: str, data: bytes, sentence: str) -> None:
    answer = sent(signed_in(CLERK), name, data)
    assert answer.status_code == 422 and sentence in answer.json()["sentence"]
    assert not cf.StagedUpload.rows.exists()


def test_a_picture_of_too_many_points_is_refused_before_it_is_read(signed_in: SignIn) -> None:
    out = io.BytesIO()
    Image.new("1", (20000, 20000)).save(out, "PNG")
    answer = sent(signed_in(CLERK), "bomb.png", out.getvalue())
    assert answer.status_code == 422 and "尺寸过大" in answer.json()["sentence"]


# --- in parts -----------------------------------------------------------------------------------------------------
DATA = b"%PDF-1.7\n" + bytes(n * 7 % 251 for n in range(40_000)) * 260
"""10 MB: three parts."""


def begin(client: Client, name: str = "录像.pdf", size: int = len(DATA), mark: str = "a") -> Any:
    return client.post(
        "/uploads/open/", json.dumps({"name": name, "size": size, "mark": mark}), content_type="application/json"
    )


def put(client: Client, key: str, offset: int, data: bytes, **headers: str) -> Any:
    return client.post(f"/uploads/{key}/{offset}/", data, content_type="application/octet-stream", headers=headers)


def test_a_large_file_goes_on_where_it_broke_off(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    told = begin(client).json()
    key, chunk = told["id"], told["chunk"]
    assert told["offset"] == 0
    first = DATA[:chunk]
    assert put(client, key, 0, first, **{"X-Content-SHA256": hashlib.sha256(first).hexdigest()}).json() == {
        "offset": chunk
    }
    late = put(client, key, 0, first)  # the answer was lost, the browser sends again
    assert late.status_code == 409 and late.json()["offset"] == chunk
    assert client.post(f"/uploads/{key}/complete/").json()["offset"] == chunk
    again = begin(signed_in(CLERK)).json()  # the page was loaded anew and the same file chosen
    assert again == {"id": key, "offset": chunk, "chunk": chunk}
    offset = chunk
    while offset < len(DATA):
        offset = put(client, key, offset, DATA[offset : offset + chunk]).json()["offset"]
    done = client.post(f"/uploads/{key}/complete/")
    assert done.status_code == 201
    row, data = stored(done.json()["files"][0]["uid"])
    assert data == DATA and row.name == "录像.pdf"
    assert client.post(f"/uploads/{key}/complete/").json() == done.json()  # asked again: the same answer
    assert begin(client).json()["offset"] == len(DATA) and cf.StagedUpload.rows.count() == 1


def test_parts_are_checked_and_belong_to_one_person(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    key = begin(client).json()["id"]
    assert put(client, key, 0, DATA[:100], **{"X-Content-SHA256": "0" * 64}).status_code == 422
    assert put(client, key, 50, DATA[:100]).status_code == 409
    assert put(client, key, 0, b"").status_code == 409
    assert put(client, key, 0, DATA[: uploads.CHUNK + 1]).status_code == 422
    other = signed_in(E)
    assert put(other, key, 0, DATA[:100]).status_code == 404
    assert other.post(f"/uploads/{key}/complete/").status_code == 404
    assert begin(other).json()["id"] != key
    for name in ("0" * 40, "..", "x"):
        assert put(client, name, 0, b"x").status_code == 404
    assert begin(client, mark="b").json()["id"] != key  # another file of this name and size


def test_the_limit_is_told_before_a_byte_is_sent(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    most = uploads.largest()
    assert begin(client, size=most).status_code == 200
    answer = begin(client, size=most + 1, mark="c")
    assert answer.status_code == 422 and f"{most // 1024 // 1024}兆" in answer.json()["sentence"]
    assert begin(client, "a.exe").status_code == 422
    assert begin(client, size=0).status_code == 422
    assert client.post("/uploads/open/", "{}", content_type="application/json").status_code == 422
    total = settings.get("upload_total_mb").number * 1024 * 1024
    for n in range(total // most - 1):
        assert begin(client, size=most, mark=f"n{n}").status_code == 200
    full = begin(client, size=most, mark="last")
    assert full.status_code == 422 and "合计" in full.json()["sentence"]
    page = client.get("/do/clue.register/").content.decode()
    for text in ("20 MB", f"{most // 1024 // 1024} MB", "200"):
        assert text in page, text


def test_a_large_photo_in_parts_is_cleaned_too(signed_in: SignIn) -> None:
    client, data = signed_in(CLERK), photo()
    key = begin(client, "大图.jpg", len(data)).json()["id"]
    put(client, key, 0, data)
    _, kept = stored(client.post(f"/uploads/{key}/complete/").json()["files"][0]["uid"])
    assert b"Secret" not in kept and b"Secret" not in everything_under(uploads.folder())


def test_what_is_no_such_file_begins_anew(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    key = begin(client, "坏.jpg", 20).json()["id"]
    put(client, key, 0, b"\xff\xd8\xff" + b"x" * 17)
    answer = client.post(f"/uploads/{key}/complete/")
    assert answer.status_code == 422 and "图片不完整" in answer.json()["sentence"]
    assert begin(client, "坏.jpg", 20).json()["offset"] == 0


def test_what_is_not_completed_falls_away_after_a_day(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    key = begin(client).json()["id"]
    put(client, key, 0, DATA[:100])
    sweep(business.now() + dt.timedelta(hours=23))
    assert begin(client).json()["offset"] == 100
    sweep(business.now() + dt.timedelta(hours=25))
    assert not (uploads.folder() / key).exists()
    assert begin(client).json()["offset"] == 0


# --- many ---------------------------------------------------------------------------------------------------------
def test_two_hundred_attachments_are_registered_and_one_more_is_refused_in_words(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    uids = []
    for n in range(201):
        uids.append(sent(client, f"第{n + 1}页.pdf", f"%PDF-1.7 {n}".encode()).json()["files"][0]["uid"])
    form: dict[str, Any] = {
        "subject_court": "洛阳市瀍河回族区人民法院",
        "source": "petition",
        "source_facts.petition.channel": "来信",
        "received_on": "2020-06-23",
        "title": "附件很多的来信",
        "summary": "附件二百件",
        "allegations.0.kind": "handling",
        "allegations.0.text": "长期不处置",
        "request_key": "two-hundred",
    }
    page = client.post("/do/clue.register/", {**form, "files": uids})
    assert page.status_code == 422 and "最多200项" in page.content.decode()
    assert page.content.decode().count('name="files" value=') == 201
    done = client.post("/do/clue.register/", {**form, "files": uids[:200]})
    assert done.status_code == 303, done.content.decode()[:500]
    clue = cf.Clue.rows.get(title="附件很多的来信")
    assert cf.Material.rows.filter(clue=clue).count() == 200
    assert client.get(done["Location"]).status_code == 200


def test_files_sent_with_the_form_itself_are_kept_through_a_refusal(signed_in: SignIn) -> None:
    client = signed_in(CLERK)
    answer = client.post(
        "/do/clue.register/",
        {"files-upload": [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.exe", b"MZ")]},
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "a.jpg" in text and "“b.exe”" in text
    uid = cf.StagedUpload.rows.get().uid
    assert f'value="{uid}" checked' in text
