"""The papers on A4 as a browser prints them (GB/T 9704-2012: 156 × 225 mm, 22 lines of 28 characters)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from shuangcha.papers.document import Cell, Document, Section, Signature, Table
from tests.harness import chromium

pytestmark = pytest.mark.browser
STYLE = Path(__file__).resolve().parents[2] / "shuangcha/desk/static/app/paper.css"
LINE = "查封房产后九个月未启动评估拍卖承办人说明了未处置的原因记"  # 28 characters
FIRST = """(selector) => {
  const text = document.querySelector(selector).firstChild, range = document.createRange();
  range.setStart(text, 0); range.setEnd(text, 1);
  const top = range.getBoundingClientRect().top;
  let n = 1;
  while (n < text.length) {
    range.setStart(text, n); range.setEnd(text, n + 1);
    if (range.getBoundingClientRect().top > top + 5) break;
    n += 1;
  }
  return n;
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium.executable(), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1200, "height": 900})
        browser.close()


def shown(page: Any, kind: str, **fields: Any) -> None:
    name = "洛阳市瀍河回族区人民法院综合监察室"
    paper = Document(
        kind=kind,
        title="关于对某件执行案件\n开展“一案双查”的通知",
        number="洛中法〔2020〕38号",
        unnumbered=False,
        mark=(name, name),
        addressee="某法院执行局、监察室",
        signatures=(Signature(name, "2020年5月25日"),),
        **fields,
    )
    html = render_to_string(f"desk/papers/{kind}.html", {"paper": paper})
    html = re.sub(r'<link rel="stylesheet"[^>]*>', f"<style>{STYLE.read_text(encoding='utf-8')}</style>", html)
    page.set_content(re.sub(r"<script.*?</script>", "", html))


def test_a_line_of_a_paper_holds_28_characters(page: Any) -> None:
    assert len(LINE) == 28
    shown(page, "hand_down_notice", sections=(Section("", (LINE * 4,)),))
    page.add_style_tag(content=".paper-body p { text-indent: 0 }")
    assert page.evaluate(FIRST, ".paper-body p") == 28


def test_the_longest_issuer_stands_on_one_line(page: Any) -> None:
    shown(page, "report", sections=(Section("", (LINE,)),))
    heights = page.evaluate(
        "[...document.querySelectorAll('.paper-mark')].map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 2 and max(heights) < 34 * 1.35 * 96 / 72 * 1.1


@pytest.mark.parametrize("kind", ["clue_form", "hand_down_notice", "minutes", "opinion", "report"])
def test_it_prints_on_a4_without_the_toolbar(page: Any, kind: str) -> None:
    table = Table(("核查要点", "结论"), ((LINE, "属实"),))
    shown(
        page, kind, sections=(Section("一、交办内容", (LINE * 30,), table),), rows=((Cell("内容摘要", (LINE * 30,)),),)
    )
    sizes = set(re.findall(rb"/MediaBox \[ ?0 0 ([0-9.]+) ([0-9.]+) ?\]", page.pdf(prefer_css_page_size=True)))
    assert {(round(float(wide)), round(float(high))) for wide, high in sizes} == {(595, 842)}
    page.emulate_media(media="print")
    assert not page.locator(".paper-toolbar").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.emulate_media(media="screen")
