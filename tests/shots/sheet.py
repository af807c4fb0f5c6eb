"""The contact sheet: every picture as a thumbnail under its role,
as HTML and as one big PNG drawn by the browser itself."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

THUMB = 240  # pixels across
STYLE = """body{margin:16px;font:13px/1.4 sans-serif;background:#f3f3f3;width:2400px}h2{margin:18px 0 6px;font-size:18px}
.row{display:flex;flex-wrap:wrap;gap:8px}figure{margin:0;background:#fff;border:1px solid #bbb;width:188px}
figure.wide{width:232px}img{display:block;width:100%;height:140px;object-fit:cover;object-position:top}
figcaption{padding:2px 4px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}figure.bad{border:3px solid #b3261e}"""


def write(browser: Browser, out: Path, shots: list[dict[str, Any]], name: str = "contact") -> list[Path]:
    """`shots`: {role, label, size, file, thumb, findings}. Returns the HTML file and the PNG."""
    parts = [f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>页面总览</title><style>{STYLE}</style>']
    role = None
    for shot in shots:
        if shot["role"] != role:
            parts.append(f"{'</div>' if role else ''}<h2>{escape(shot['role'])}</h2><div class=row>")
            role = shot["role"]
        classes = " ".join(filter(None, ("wide" if shot["size"] == "wide" else "", "bad" if shot["findings"] else "")))
        parts.append(
            f'<figure class="{classes}"><a href="{escape(shot["file"])}"><img src="{escape(shot["thumb"])}" alt=""></a>'
            f"<figcaption>{escape(shot['label'])}</figcaption></figure>"
        )
    parts.append("</div></html>")
    html, png = out / f"{name}.html", out / f"{name}.png"
    html.write_text("".join(parts), encoding="utf-8")
    page = browser.new_page(viewport={"width": 2440, "height": 1200})
    page.goto(html.as_uri())
    page.wait_for_function("[...document.images].every((one) => one.complete)")
    page.screenshot(path=png, full_page=True, timeout=180_000)
    page.close()
    return [html, png]
