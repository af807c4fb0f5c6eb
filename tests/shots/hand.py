"""A hand at the desk: clicks and types what is visible and named on the screen, counts, times,
and pictures each step."""

from __future__ import annotations

import base64
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page

from .sheet import THUMB

TICKED = "input[type=radio], input[type=checkbox]"
TYPED = "textarea, input:not([type=radio]):not([type=checkbox]):not([type=file])"
PATIENCE = 5.0
"""Seconds in which what is looked for must appear."""


class Lost(Exception):
    """What the task needs is not on the screen."""


@dataclass
class Hand:
    """One person before one screen. Only what a reader sees is clicked; addresses are never typed."""

    page: Page
    task: str
    title: str
    folder: Path
    shots: list[dict[str, Any]]
    clicks: int = 0
    steps: int = 0
    began: float = field(default_factory=time.monotonic)

    # --- hands ---
    def click(self, name: str, *, near: str = "", nth: int = 0) -> None:
        """A button, link, tab or folded heading of this name; `near`: in the row,
        card or panel that shows this text."""
        found = self._wait(name, lambda: self._clickable(name, near), nth)
        before = self.page.url
        found.click()
        self.clicks += 1
        self._settle(before)
        self._picture(f"点“{name}”")

    def tick(self, label: str, *, near: str = "", nth: int = 0) -> None:
        """A tick box or a choice of one among several, by its label."""
        found = self._wait(label, lambda: self._fields(label, near, TICKED), nth)
        found.check()
        self.clicks += 1
        self._settle(self.page.url)
        self._picture(f"勾选“{label}”")

    def choose(self, label: str, option: str, *, near: str = "", nth: int = 0) -> None:
        """One option of a list, by label and by a part of the option's text."""
        found = self._wait(label, lambda: self._fields(label, near, "select"), nth)
        texts = found.locator("option").all_inner_texts()
        whole = next((one for one in texts if option in one), None)
        if whole is None:
            raise Lost(f"“{label}”中没有“{option}”：{'、'.join(texts[:8])}")
        found.select_option(label=whole)
        self.clicks += 1
        self._settle(self.page.url)
        self._picture(f"在“{label}”中选“{whole}”")

    def type(self, label: str, text: str, *, near: str = "", nth: int = 0) -> None:
        """Typing costs no click; the field must be visible."""
        found = self._wait(label, lambda: self._fields(label, near, TYPED), nth)
        found.fill(text)
        found.press("Tab")  # what the page does when a field is left
        self._settle(self.page.url)
        self._picture(f"在“{label}”中填写")

    def press(self, key: str) -> None:
        before = self.page.url
        self.page.keyboard.press(key)
        self._settle(before)
        self._picture(f"按{key}")

    def take(self, name: str) -> bytes:
        """Click what hands out a file, and look into it."""
        found = self._wait(name, lambda: self._clickable(name, ""), 0)
        with self.page.expect_download(timeout=PATIENCE * 2000) as coming:
            found.click()
        self.clicks += 1
        self._picture(f"点“{name}”，得到文件")
        return Path(coming.value.path()).read_bytes()

    # --- eyes ---
    def see(self, text: str) -> None:
        """The text stands on the page, visibly."""
        self._wait(text, lambda: self._visible(self.page.get_by_text(text)), 0)

    def sees(self, text: str) -> bool:
        return bool(self._visible(self.page.get_by_text(text)))

    # --- within ---
    def _scope(self, near: str) -> list[Any]:
        if not near:
            return [self.page]
        rows = self.page.locator("tr, li, article, .card, fieldset, section, form").filter(has_text=near)
        return list(reversed(self._visible(rows)))  # the smallest first

    def _clickable(self, name: str, near: str) -> list[Locator]:
        for exact in (True, False):
            for place in self._scope(near):
                for role in ("button", "link"):
                    found = self._visible(place.get_by_role(role, name=name, exact=exact))
                    if found:
                        return found
                found = self._visible(place.locator("summary").filter(has_text=name))
                if found:
                    return found
        return []

    def _fields(self, label: str, near: str, kind: str) -> list[Locator]:
        named = re.compile(rf"^\s*{re.escape(label)}\s*(\*|（|$)")  # 标题* （必填）
        for words in (named, label):
            for place in self._scope(near) if near else [self.page.locator("main")]:
                found = [
                    one
                    for one in self._visible(place.get_by_label(words))
                    if one.evaluate("(one, kind) => one.matches(kind)", kind)
                ]
                if found:
                    return found
        return []

    def _visible(self, found: Locator) -> list[Locator]:
        """Those that a reader sees; not the tiny buttons that only the Enter key presses,
        nor what stands for a reading voice alone."""
        return [
            one
            for one in found.all()
            if one.is_visible()
            and min((one.bounding_box() or {"width": 0, "height": 0})[side] for side in ("width", "height")) > 8
        ]

    def _wait(self, name: str, look: Any, nth: int) -> Any:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                found = look()
            except Error:  # the page was just being replaced
                found = []
            if len(found) > max(nth, 0):
                return found[nth]
            if time.monotonic() > until:
                shown = " ".join(self.page.inner_text("main").split())[:1500]
                raise Lost(f"页面上看不到“{name}”（{self.page.title()}）：{shown}")
            time.sleep(0.1)

    def _settle(self, before: str) -> None:
        self.page.wait_for_timeout(150)
        self.page.wait_for_load_state("load")

    def _picture(self, what: str) -> None:
        self.steps += 1
        name = f"{self.task[1:]}-{self.steps:02d}"
        self.page.screenshot(path=self.folder / f"{name}.png")
        size = self.page.viewport_size or {"width": 1366, "height": 768}
        session = self.page.context.new_cdp_session(self.page)
        y = self.page.evaluate("window.scrollY")
        clip = {
            "x": 0,
            "y": y,
            "width": size["width"],
            "height": min(size["height"], size["width"]),
            "scale": THUMB / size["width"],
        }
        answer = session.send("Page.captureScreenshot", {"format": "jpeg", "quality": 80, "clip": clip})
        session.detach()
        (self.folder / f"{name}.jpg").write_bytes(base64.b64decode(answer["data"]))
        self.shots.append(
            {
                "role": f"{self.task}　{self.title}",
                "label": f"{self.steps}. {what}",
                "size": "wide" if size["width"] > 800 else "phone",
                "file": f"{self.folder.name}/{name}.png",
                "thumb": f"{self.folder.name}/{name}.jpg",
                "findings": [],
            }
        )
