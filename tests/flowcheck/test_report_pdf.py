"""The 体检表 as a PDF: its figures, what it may not say, texts that stay texts, rare characters, fonts, equal bytes,
the shell."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw
import pytest

from shuangcha.flowcheck import FlowError, builtin
from shuangcha.flowcheck.command import main
from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.report import OFFICERS_MARK, pdf, shown
from shuangcha.flowcheck.report.checkup import Checkup, Measure, Month, Officer, Officers
from shuangcha.flowcheck.report.pdf import FONTS, Origin, checkup_pdf

RULES = builtin()
ROOT = Path(__file__).resolve().parents[2]
DATA_HASH = "616f8412aa9c0725184a998d64a9879388192c3c1d7e514f53ae3e5f14e068e8"
ORIGIN = Origin("洛阳市涧西区人民法院", "全市流程数据（虚构）", "2025年6月30日 16:20")
PEOPLE = Officers((Officer("冼怀舟", 24, 7, 5), Officer("佟望野", 0, 2, 2)))
BAR = (0x7E, 0xA6, 0xD8)


def figures(**more: Any) -> Checkup:
    """Made by hand, so that every number on the paper is known."""
    rules = [
        Measure("P01", RULES.by_id["P01"].title, 17, 13, 9.29, 3.57, 2, "medium"),
        Measure("C01", RULES.by_id["C01"].title, 5, 5, 3.57, 1.43, 1, "high"),
        Measure("F05", RULES.by_id["F05"].title, 3, 2, 1.43, 1.21, 4, "high"),
    ]
    families = [
        Measure(name, name, n * 3, n * 2, n * 1.37, 1.11, n + 1)
        for n, name in enumerate(("消极执行", "选择性执行", "乱执行", "数据造假", "虚假结案", "管理问题"))
    ]
    months = tuple(Month(f"{2023 + (n + 6) // 12}-{(n + 6) % 12 + 1:02d}", n % 7, n) for n in range(24))
    found = Checkup(
        court="豫0305",
        as_of=date(2025, 6, 30),
        cases=140,
        open_cases=31,
        hits=25,
        cases_hit=19,
        per_100=13.57,
        median=6.43,
        rank=2,
        courts=17,
        severities={"high": 8, "medium": 17},
        families=tuple(families),
        rules=tuple(rules),
        worst_nodes=(("N06", "发出执行通知书", 17), ("N36", "终本裁定", 5)),
        months=months,
        rule_version="6fe4291a57bf1b3f",
        data_hash=DATA_HASH,
        unable={"P02": ("events.entered_at",)},
    )
    return replace(found, **more)


def pages(data: bytes) -> list[str]:
    """The text of each page without white space: lines break where the paper breaks them."""
    with_document = pypdfium2.PdfDocument(data)
    return ["".join(page.get_textpage().get_text_range().replace("\u200b", "").split()) for page in with_document]


def text_of(data: bytes) -> str:
    return "".join(pages(data))


def close(text: str) -> str:
    return "".join(text.split())


def test_the_paper_holds_the_figures() -> None:
    told, found = text_of(checkup_pdf(figures(), RULES, ORIGIN)), figures()
    assert "洛阳市涧西区人民法院执行流程体检表" in told
    for label, value in shown.facts(found, ORIGIN.data_set, ORIGIN.taken):
        assert close(label + value) in told
    assert "140件，其中未结31件" in told and "2025年6月30日星期一" in told and "2025年6月30日16:20" in told
    assert DATA_HASH in told and "6fe4291a57bf1b3f" in told
    for card in ("风险信号25", "涉及案件19共140件", "每百件案件涉及13.57各院中位数6.43", "由高到低位次第2共17个法院"):
        assert card in told
    for measure in found.rules:
        assert close("".join(shown.rule_cells(measure, found))) in told
    assert "发出执行通知超过10日应当核查17139.293.57第2，共17个法院" in told
    for measure in found.families:
        assert close("".join(shown.family_cells(measure, found))) in told
    assert "发出执行通知书17" in told and "终本裁定5" in told
    assert close(RULES.by_id["P02"].title) + "节点的录入时间" in told


def test_the_paper_says_what_signs_are_not_and_where_rules_come_from() -> None:
    each = pages(checkup_pdf(figures(), RULES, ORIGIN))
    assert "不是违法违纪的认定" in each[0] and "不是对法院和人员的评价结论" in each[0]
    for number, told in enumerate(each, 1):
        assert "风险信号只提示需要核查，不是认定" in told and f"第{number}页，共{len(each)}页" in told
    told = "".join(each)
    assert "民诉法解释（2022年修正）第480条（已核对）；民诉法解释（2020年修正）第482条（待核对）" in told
    assert all(close(cause) in told for cause in RULES.by_id["P01"].innocent)


def test_versions_after_the_as_of_date_are_not_cited() -> None:
    told = text_of(checkup_pdf(figures(as_of=date(2022, 3, 31)), RULES, ORIGIN))
    assert "（2020年修正）第482条" in told and "2022年修正" not in told


def test_charts_are_drawn_and_told_to_who_does_not_see_them() -> None:
    data = checkup_pdf(figures(), RULES, ORIGIN)
    document = pypdfium2.PdfDocument(data)
    drawn = 0
    for page in document:
        pixels = page.render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
        drawn += sum(count for count, colour in pixels if max(abs(a - b) for a, b in zip(colour, BAR, strict=True)) < 4)
    assert drawn > 4000, "bars are drawn in the colour of the page"
    bare = pypdfium2.PdfDocument(
        checkup_pdf(
            figures(families=tuple(replace(one, per_100=0.0) for one in figures().families), rules=()), RULES, ORIGIN
        )
    )
    assert not any(
        colour == BAR for page in bare for _, colour in page.render(scale=1).to_pil().convert("RGB").getcolors(1 << 24)
    )
    told = pdf._chart(shown.months_chart(figures()))
    assert "25年6月 2项" in told["alt"] and "style" in told["svg"]


def test_a_court_without_signs_has_a_paper() -> None:
    empty = figures(hits=0, cases_hit=0, per_100=0.0, rules=(), worst_nodes=(), unable={}, severities={})
    told = text_of(checkup_pdf(empty, RULES, ORIGIN))
    assert "没有信号不等于没有问题" in told and "信号最多的节点" not in told and "没有检查的规则" not in told


# --- persons ----------------------------------------------------------------------------------------------------------


def test_persons_stand_only_on_the_paper_that_is_marked_so() -> None:
    without, with_them = checkup_pdf(figures(), RULES, ORIGIN), checkup_pdf(figures(), RULES, ORIGIN, PEOPLE)
    assert "不含人员信息" in text_of(without) and not any(
        one in text_of(without) for one in ("冼怀舟", "佟望野", OFFICERS_MARK)
    )
    each = pages(with_them)
    assert "冼怀舟2475" in "".join(each) and "佟望野022" in "".join(each) and "不含人员信息" not in "".join(each)
    assert all(OFFICERS_MARK in told for told in each), "on every page"


def test_a_long_table_has_its_head_on_every_page() -> None:
    many = Officers(tuple(Officer(f"人员{n:03d}", n, 300 - n, 2) for n in range(150)), more=7)
    each = pages(checkup_pdf(figures(), RULES, ORIGIN, many))
    with_rows = [told for told in each if "人员0" in told or "人员1" in told]
    assert len(with_rows) >= 3 and all("人员承办案件信号涉及案件" in told for told in with_rows)
    assert all(f"人员{n:03d}{n}{300 - n}2" in "".join(each) for n in range(150)) and "另有7人信号较少" in "".join(each)


# --- texts stay texts -------------------------------------------------------------------------------------------------

HOSTILE = [
    "#{7*7}",
    "{{7*7}}",
    "*粗*",
    "_斜_",
    "$x^2$",
    "`raw`",
    "@引用",
    "<lab>",
    '#import "a.typ": *',
    "\\u{41}",
    "= 标题",
    "[括号]",
    "//注释",
    '#read("/etc/passwd")',
    "</text><script>1</script>",
    "&amp;",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_the_data_say_is_drawn_as_it_is(hostile: str) -> None:
    titled = figures(
        rules=(replace(figures().rules[0], title=hostile),),
        worst_nodes=(("X", hostile, 3),),
        families=(replace(figures().families[0], title=hostile),),
    )
    people = Officers((Officer(hostile, 1, 1, 1),))
    told = text_of(checkup_pdf(titled, RULES, Origin(hostile, hostile, hostile), people))
    assert told.count(close(hostile)) >= 7
    assert close(f"{hostile}执行流程体检表") in told and "49" not in told.replace("1490", "")


def test_control_and_direction_marks_are_left_out_and_lines_stay_lines() -> None:
    told = text_of(
        checkup_pdf(figures(), RULES, Origin("甲\x00\x1b院\u202e倒\u200f\ufeff", "名\n称\U000e0100\ud800", "时"))
    )
    assert "甲院倒执行流程体检表" in told and "名称" in told


def test_long_words_stay_on_the_paper() -> None:
    wide = figures(rules=(replace(figures().rules[0], title="W" * 200),), data_hash="f" * 64)
    data = checkup_pdf(wide, RULES, Origin("M" * 120, "A" * 120, "时"), Officers((Officer("Q" * 200, 1, 1, 1),)))
    for page in pypdfium2.PdfDocument(data):
        text = page.get_textpage()
        boxes = [text.get_charbox(n) for n in range(text.count_chars())]
        assert all(left >= 0 and right <= page.get_width() + 0.5 for left, _, right, _ in boxes)
    assert "A" * 120 in text_of(data)


@pytest.mark.parametrize("rare", ["𠮷", "㛃", "䶮", "瀍", "璟", "堃", "犇", "·"])
def test_rare_characters_are_drawn_in_every_place(rare: str) -> None:
    titled = figures(rules=(replace(figures().rules[0], title=f"某{rare}类"),))
    data = checkup_pdf(titled, RULES, Origin(f"某{rare}院", rare, "时"), Officers((Officer(f"王{rare}", 1, 1, 1),)))
    told = text_of(data)
    assert f"某{rare}院执行流程体检表" in told and f"王{rare}111" in told and told.count(f"某{rare}类") >= 2


@pytest.mark.parametrize("none", ["\U000323af", "\ue000", "ཀ"])
@pytest.mark.parametrize("place", ["court", "data_set", "rule", "officer"])
def test_what_no_font_has_is_refused_with_a_sentence(place: str, none: str) -> None:
    """A 汉字 newer than Python's tables, one of private use, and a letter of Tibetan."""
    found = figures(rules=(replace(figures().rules[0], title=none),)) if place == "rule" else figures()
    origin = replace(ORIGIN, **{place: f"某{none}"}) if place in ("court", "data_set") else ORIGIN
    with pytest.raises(FlowError, match=f"{none}.*U\\+{ord(none):04X}.*打印"):
        checkup_pdf(found, RULES, origin, Officers((Officer(none, 1, 1, 1),)) if place == "officer" else None)


# --- bytes and fonts --------------------------------------------------------------------------------------------------

ALONE = """
import sys; sys.path[:0] = ["."]
from tests.flowcheck.test_report_pdf import ORIGIN, PEOPLE, RULES, figures
from shuangcha.flowcheck.report.pdf import checkup_pdf
import hashlib; print(hashlib.sha256(checkup_pdf(figures(), RULES, ORIGIN, PEOPLE)).hexdigest())
"""


def test_the_same_figures_give_the_same_bytes_here_and_in_another_process(tmp_path: Path) -> None:
    """The other process has another home without fonts, another zone, another order of hashes."""
    first, second = (checkup_pdf(figures(), RULES, ORIGIN, PEOPLE) for _ in range(2))
    assert first == second and first.startswith(b"%PDF-")
    assert checkup_pdf(figures(hits=26), RULES, ORIGIN, PEOPLE) != first
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TZ": "America/New_York",
        "PYTHONHASHSEED": "7",
        "FONTCONFIG_FILE": "/dev/null",
        "SOURCE_DATE_EPOCH": "99",
    }
    told = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert told.stdout.strip() == hashlib.sha256(first).hexdigest(), told.stderr


def test_only_our_own_fonts_are_used_and_the_standards_are_named() -> None:
    data = checkup_pdf(figures(), RULES, Origin("某𠮷院", "x", "y"), PEOPLE)
    names = {name for page in pypdfium2.PdfDocument(data) for name in fonts_of(page)}
    assert names == {"NotoSansCJKsc-Regular", "NotoSansCJKsc-Bold"}
    assert b"pdfaid:part>2<" in data and b"pdfaid:conformance>A<" in data and b"pdfuaid:part>1<" in data
    about = pypdfium2.PdfDocument(data).get_metadata_dict()
    assert about["Title"] == "某𠮷院执行流程体检表" and about["CreationDate"].startswith("D:20250630")


def fonts_of(page: pypdfium2.PdfPage) -> Iterator[str]:
    for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
        font = raw.FPDFTextObj_GetFont(found.raw)
        size = raw.FPDFFont_GetBaseFontName(font, None, 0)
        name = ctypes.create_string_buffer(size)
        raw.FPDFFont_GetBaseFontName(font, name, size)
        yield name.value.decode().partition("+")[2] or name.value.decode()


def broken(folder: Path, how: str) -> Path:
    shutil.copytree(FONTS, folder)
    manifest = json.loads((folder / "MANIFEST.json").read_text())
    bold = folder / "NotoSansCJKsc-Bold.otf"
    if how == "absent":
        bold.unlink()
    elif how == "cut short":
        bold.write_bytes(bold.read_bytes()[:200_000])
    elif how == "one byte":
        data = bytearray(bold.read_bytes())
        data[len(data) // 2] ^= 1
        bold.write_bytes(data)
    elif how == "no font":
        bold.write_bytes(b"not a font")
        manifest["files"][bold.name]["sha256"] = hashlib.sha256(b"not a font").hexdigest()
        (folder / "MANIFEST.json").write_text(json.dumps(manifest))
    elif how == "no manifest":
        (folder / "MANIFEST.json").unlink()
    elif how == "nothing named":
        (folder / "MANIFEST.json").write_text('{"files": {}}')
        bold.unlink()
    else:
        (folder / "MANIFEST.json").write_text(how)
    return folder


@pytest.mark.parametrize(
    "how", ["absent", "cut short", "one byte", "no font", "no manifest", "nothing named", "[]", "{"]
)
def test_a_broken_folder_of_fonts_fails_loudly(tmp_path: Path, how: str) -> None:
    with pytest.raises(FlowError, match=r"字体.*请重新取得程序"):
        checkup_pdf(figures(), RULES, ORIGIN, fonts=broken(tmp_path / "fonts", how))


def test_the_fonts_are_what_their_list_says_and_carry_their_licence() -> None:
    manifest = json.loads((FONTS / "MANIFEST.json").read_text(encoding="utf-8"))
    assert {path.name for path in FONTS.iterdir()} == {*manifest["files"], "MANIFEST.json", "OFL.txt"}
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence and "Adobe" in licence and "Modified Version" in licence
    assert "NotoSansCJKsc" in (ROOT / "NOTICE").read_text(encoding="utf-8")


# --- the shell --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "data"
    generate(folder, cases=600, seed=2)
    return folder


def test_the_shell_writes_the_papers_asked_for(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = ("flowcheck", str(made), "--as-of", "2025-06-30")
    assert main([*first, "--out", str(tmp_path / "all"), "--checkup", "全部", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    courts = sorted(name for name in told["files"] if name.startswith("体检表"))
    assert len(courts) > 1 and all((tmp_path / "all" / name).read_bytes().startswith(b"%PDF-") for name in courts)
    court = courts[0].removeprefix("体检表-").removesuffix(".pdf")
    assert main([*first, "--out", str(tmp_path / "one"), "--checkup", court]) == 0
    assert "体检表" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "one").glob("*.pdf")] == [courts[0]]
    assert (tmp_path / "one" / courts[0]).read_bytes() == (tmp_path / "all" / courts[0]).read_bytes()
    text = text_of((tmp_path / "one" / courts[0]).read_bytes())
    assert f"{court}执行流程体检表" in text and "不含人员信息" in text and "2025年6月30日星期一" in text


def test_a_court_that_is_not_there_is_told_before_anything_is_done(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        main(["flowcheck", str(made), "--as-of", "2025-06-30", "--out", str(tmp_path / "out"), "--checkup", "豫9999"])
        == 1
    )
    assert "豫9999" in capsys.readouterr().err and list(tmp_path.iterdir()) == []


def test_damaged_fonts_stop_the_shell_before_the_run(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "FONTS", broken(tmp_path / "fonts", "absent"))
    assert (
        main(["flowcheck", str(made), "--as-of", "2025-06-30", "--out", str(tmp_path / "out"), "--checkup", "全部"])
        == 1
    )
    assert "NotoSansCJKsc-Bold.otf" in capsys.readouterr().err and not (tmp_path / "out").exists()


def test_names_of_courts_make_plain_file_names(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "checkup", lambda folder, out, court, rules: figures(court=court))
    names = pdf.write_checkups(made, tmp_path, RULES, ["豫03", "豫0302", "../甲/乙", "..?甲?乙", "a" * 200])
    assert names == [
        "体检表-豫03.pdf",
        "体检表-豫0302.pdf",
        "体检表-___甲_乙.pdf",
        "体检表-___甲_乙-2.pdf",
        f"体检表-{'a' * 60}.pdf",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
