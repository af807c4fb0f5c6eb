"""`python -m tests.shots [--role KEY]… [--out DIR]`, or `… tasks` (tasks.py): pictures of all pages of all roles at two
sizes, and what is wrong with them.

Exit status 1 when a page has a console error, a violation of the content policy, a failed request, something wider than
the window, a text that is no word for a reader, or a serious finding of axe.
"""

from __future__ import annotations

import argparse
import base64
import re
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page

from . import sheet, watching
from .instance import ROOT, Instance, served
from .walk import Place, places

MOST_TALL = 12_000  # CSS pixels of one picture
KINDS = ("console", "script", "csp", "request", "overflow", "axe", "wording", "status")


def main(words: list[str]) -> int:
    if words[:1] == ["tasks"]:
        from . import tasks

        return tasks.main(words[1:])
    parser = argparse.ArgumentParser(prog="go.py shots")
    parser.add_argument("--role", action="append", help="only this role (may be repeated); without it all")
    parser.add_argument("--out", type=Path, default=ROOT / "shots")
    asked = parser.parse_args(words)
    out: Path = asked.out.resolve()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the demo is stopped and its folder removed all the same
    shots: list[dict[str, Any]] = []
    with watching.chromium_browser() as browser, served() as instance:
        unknown = set(asked.role or ()) - set(instance.accounts)
        if unknown:
            parser.error(f"no such role: {'、'.join(sorted(unknown))}; there are {'、'.join(instance.accounts)}")
        out.mkdir(parents=True, exist_ok=True)
        open_proposal(browser, instance)
        for key in asked.role or list(instance.accounts):
            shutil.rmtree(out / key, ignore_errors=True)
            of_role(browser, instance, key, out, shots)
        if not asked.role:
            signed_out(browser, instance, out, shots)
        html, png = sheet.write(browser, out, shots)
    return report(shots, html, png, time.monotonic() - began)


def open_proposal(browser: Browser, instance: Instance) -> None:
    """The basic court's enforcement head has signed 双签收: its supervision head then finds a page to sign on."""
    context = watching.window(browser)
    page = context.new_page()
    watching.sign_in(page, instance.url, instance.accounts["basic_enforcement_head"]["login"], instance.password)
    with page.expect_navigation():
        page.click("section[aria-labelledby='todo-title'] a[href*='/assignments/']")
    with page.expect_navigation():
        page.click("main a[href*='/do/assignment.acknowledge/']")
    with page.expect_navigation():
        page.click("main form[data-once] .form-foot button[type=submit]")
    if "已提请" not in page.inner_text("main"):
        raise RuntimeError(f"the first signature of 双签收 was refused: {page.inner_text('main')[:400]}")
    context.close()


def of_role(browser: Browser, instance: Instance, key: str, out: Path, shots: list[dict[str, Any]]) -> None:
    """All pages of one account at both sizes; a page is loaded once and the window then made small."""
    account = instance.accounts[key]
    context = watching.window(browser)
    page = context.new_page()
    ears = watching.Ears(page)
    watching.sign_in(page, instance.url, account["login"], instance.password)
    folder = out / key
    folder.mkdir(parents=True)
    title = f"{account['label']}　{account['name']}　{account['court']}"

    def show(place: Place) -> bool:
        return taken(page, ears, instance.url, place, folder, title, shots)

    shown = list(places(page, instance.url, show))
    print(f"{account['label']}: {len(shown)} pages", flush=True)
    context.close()


def signed_out(browser: Browser, instance: Instance, out: Path, shots: list[dict[str, Any]]) -> None:
    context = watching.window(browser)
    page = context.new_page()
    ears = watching.Ears(page)
    folder = out / "signed_out"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in ("/signin", "/reset"):
        taken(page, ears, instance.url, Place(path, path.strip("/")), folder, "未登录", shots)
    context.close()


def taken(
    page: Page, ears: watching.Ears, url: str, place: Place, folder: Path, role: str, shots: list[dict[str, Any]]
) -> bool:
    """Load one page, look at it and picture it at both sizes; False if it did not come up as a page."""
    page.set_viewport_size(watching.WIDE)  # type: ignore[arg-type]
    ears.take()
    name = f"{sum(1 for one in shots if one['folder'] == folder) // 2 + 1:02d}-{_file(place)}"
    answer = page.goto(url + place.path)
    status = answer.status if answer is not None else 0
    wanted = 404 if place.path == "/no-such-page/" else 200
    findings = [f"status: {status}"] if status != wanted else []
    heard = ears.take()
    for size, view in watching.SIZES.items():
        page.set_viewport_size(view)  # type: ignore[arg-type]
        found = [*(findings + heard if size == "wide" else []), *watching.overflow(page)]
        if size == "wide":
            found += watching.wording(page)
        # On a phone once for each kind of page: the rules are the same for every role, and each look takes a second.
        if size == "wide" or not any(one["kind"] == place.kind and one["size"] == size for one in shots):
            found += watching.grave(page)
        file = folder / f"{name}-{size}.png"
        tall = min(MOST_TALL, int(page.evaluate("document.documentElement.scrollHeight")))
        clip = {"x": 0, "y": 0, "width": view["width"], "height": max(tall, view["height"])}
        try:
            page.screenshot(path=file, full_page=True, clip=clip, caret="initial")  # type: ignore[arg-type]
        except Error as wrong:
            found.append(f"status: no picture, {wrong}")
        thumb(page, view, folder / f"{name}-{size}.jpg")
        shots.append(
            {
                "role": role,
                "folder": folder,
                "kind": place.kind,
                "label": f"{name} {page.title()}",
                "size": size,
                "path": place.path,
                "findings": found,
                "file": f"{folder.name}/{file.name}",
                "thumb": f"{folder.name}/{name}-{size}.jpg",
            }
        )
    return status == 200


def thumb(page: Page, view: dict[str, int], file: Path) -> None:
    """The first screen, drawn small by the browser: hundreds of whole pictures on one contact sheet do not fit into
    memory."""
    session = page.context.new_cdp_session(page)
    clip = {
        "x": 0,
        "y": 0,
        "width": view["width"],
        "height": min(view["height"], view["width"]),
        "scale": sheet.THUMB / view["width"],
    }
    answer = session.send("Page.captureScreenshot", {"format": "jpeg", "quality": 80, "clip": clip})
    file.write_bytes(base64.b64decode(answer["data"]))
    session.detach()


def _file(place: Place) -> str:
    parts = [part for part in place.path.split("?")[0].split("/") if part and not re.fullmatch(r"[0-9a-f-]{36}", part)]
    return re.sub(r"[^a-z0-9_.]+", "-", "-".join(parts)).strip("-") or "home"


def report(shots: list[dict[str, Any]], html: Path, png: Path, seconds: float) -> int:
    """Figures, then each finding once with the pages on which it stands."""
    kinds = Counter(one.split(":")[0].split(" ")[0] for shot in shots for one in shot["findings"])
    wrong: dict[str, list[str]] = {}
    for shot in shots:
        for one in shot["findings"]:
            wrong.setdefault(one, []).append(f"{shot['file']}")
    for one, files in sorted(wrong.items()):
        print(f"{one}\n    {len(files)}× {', '.join(files[:3])}")
    print(
        f"pictures {len(shots)}; " + "; ".join(f"{kind} {kinds.get(kind, 0)}" for kind in KINDS) + f"; {seconds:.0f} s"
    )
    print(f"{html}\n{png}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
