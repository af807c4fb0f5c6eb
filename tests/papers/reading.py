"""The words of a paper as a reader meets them: one line per block, cells of a row on one line."""

from __future__ import annotations

from html.parser import HTMLParser

BLOCKS = {"p", "h1", "h2", "li", "tr", "div", "br", "table"}
SILENT = {"head", "script", "header"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines = [""]
        self.silent = 0
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        self.cells += tag in ("td", "th")
        if tag in BLOCKS:
            self._end()

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT
        if tag in ("td", "th"):
            self.cells -= 1
            self.lines[-1] += " | "
        elif tag in BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.lines[-1] += data.replace("\n", "").strip(" ")

    def _end(self) -> None:
        if self.cells:
            self.lines[-1] += " / " if self.lines[-1] and not self.lines[-1].endswith((" | ", " / ")) else ""
        elif self.lines[-1]:
            self.lines.append("")


def words(html: str) -> str:
    """The text of a paper's page, without its toolbar."""
    reader = _Words()
    reader.feed(html)
    whole = (line.replace(" /  | ", " | ").rstrip(" |/") for line in reader.lines)
    return "\n".join(line for line in whole if line) + "\n"
