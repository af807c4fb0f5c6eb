"""A browser window with open ears: what it complains of while a page is shown, and what a reader would stumble over."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.harness import chromium

WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
SIZES = {"wide": WIDE, "phone": PHONE}
GRAVE = ("serious", "critical")
NOISE = re.compile(
    r"Failed to load resource.*status of (403|404|409|422)"
)  # of the page itself; its status is asked for
LISTEN = """document.addEventListener('securitypolicyviolation', (event) => {
  (window.cspFound = window.cspFound || []).push(event.violatedDirective + ' ' + (event.blockedURI || '') + ' ' + (event.sourceFile || ''));
});"""
CODE_WORDS = r"""() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const bad = [/[0-9a-f]{8}-[0-9a-f]{4}-/, /\b(None|null|undefined|True|False)\b/, /\b[a-z]+[._][a-z_]+\b/, /\{\{|\}\}|\{%/,
               /[\u4e00-\u9fff][,;:?!]/, /[,;:?!][\u4e00-\u9fff]/, /（[A-Z]）/, /[\u4e00-\u9fff]\([0-9]/, /，，|。。|：：|、、|。，|，。/];
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.textContent.trim().replace(/^用户名 [a-z.0-9]+$/, '').replace(/[\w-]+\.(csv|xlsx|docx|pdf|jpe?g|png)\b/gi, '');
    if (!text || node.parentElement.closest('script,style,template,code')) continue;
    if (bad.some((one) => one.test(text))) found.push(text.slice(0, 60));
  }
  return found;
}"""
"""Texts with a uid, a code word, or half-width punctuation beside a character;
the name of somebody's file is his own."""


@contextlib.contextmanager
def chromium_browser() -> Iterator[Browser]:
    """Chromium of the system, headless."""
    path = chromium.executable()
    if path is None:
        raise SystemExit("未找到 Chromium；请安装 chromium，或用环境变量 SHUANGCHA_TEST_CHROMIUM 指明其路径。")
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--lang=zh-CN"], env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        try:
            yield browser
        finally:
            browser.close()


def window(browser: Browser, size: dict[str, int] = WIDE, **more: Any) -> BrowserContext:
    """A fresh profile: Chinese, Shanghai time, no motion."""
    context = browser.new_context(
        viewport=size,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **more,  # type: ignore[arg-type]
    )
    context.set_default_timeout(20_000)
    context.add_init_script(LISTEN)
    return context


class Ears:
    """Collects complaints of one page of the browser until they are taken."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.heard: list[str] = []
        page.on("console", lambda one: self._say(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda wrong: self.heard.append(f"script: {wrong}"))
        page.on(
            "requestfailed",
            lambda one: (
                self.heard.append(f"request: {one.url} {one.failure}")
                if "ERR_ABORTED" not in str(one.failure)
                else None
            ),
        )
        page.on(
            "response",
            lambda one: (
                self.heard.append(f"request: {one.status} {one.url}")
                if one.status >= 500 or (one.status >= 400 and not one.request.is_navigation_request())
                else None
            ),
        )

    def _say(self, text: str) -> None:
        if not NOISE.match(text):
            self.heard.append(f"console: {text}")

    def take(self) -> list[str]:
        """What was heard since the last time, with the violations of the content policy on the page shown now."""
        found, self.heard = self.heard, []
        return found + [f"csp: {one}" for one in self.page.evaluate("window.cspFound || []")]


def overflow(page: Page) -> list[str]:
    """The page is wider than the window: one line naming what sticks out."""
    found: list[str] = page.evaluate("""() => {
      const wide = window.innerWidth;
      if (document.documentElement.scrollWidth <= wide) return [];
      const out = [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > wide + 1);
      return [document.documentElement.scrollWidth + ' > ' + wide + ': ' + out.slice(0, 3).map((one) => one.tagName + '.' + one.className).join(' ')];
    }""")
    return [f"overflow: {one}" for one in found]


def grave(page: Page) -> list[str]:
    """Serious and critical findings of axe."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    answer = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"axe {one['impact']}: {one['id']} ({len(one['nodes'])}× {one['nodes'][0]['target'][0]})"
        for one in answer["violations"]
        if one["impact"] in GRAVE
    ]


def wording(page: Page) -> list[str]:
    """Texts on the page that are no words for a reader."""
    return [f"wording: {one}" for one in page.evaluate(CODE_WORDS)]


def sign_in(page: Page, url: str, login: str, password: str) -> None:
    """Through the form, as a person does."""
    page.goto(f"{url}/signin")
    page.fill("#id_username", login)
    page.fill("#id_password", password)
    with page.expect_navigation():
        page.press("#id_password", "Enter")
    if "/signin" in page.url:
        raise AssertionError(f"{login} could not sign in: {page.inner_text('main')[:200]}")
