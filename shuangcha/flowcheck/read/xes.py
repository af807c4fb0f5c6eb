"""Event logs in XES (IEEE 1849), plain or gzipped, read as a stream: traces become cases, events become nodes.

Headings: of a trace the keys of its attributes, of an event its keys and, as `case:KEY`, those of its trace.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError

import defusedxml
from defusedxml.ElementTree import iterparse

from .errors import ReadError, shown
from .stage import LONGEST, Staged

TYPES = ("string", "date", "int", "float", "boolean", "id")
CASE = "case:"


def _attributes(element: Element) -> dict[str, str]:
    return {
        child.get("key", ""): child.get("value", "") for child in element if _tag(child) in TYPES and child.get("key")
    }


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def stage_log(path: Path, name: str, traces: Staged | None, events: Staged | None) -> dict[str, int]:
    """Write the wanted attributes of all traces and events; returns every heading seen with its number of rows.

    Row numbers are the running numbers of traces and of events. ReadError where the file is no XES.
    """
    seen: Counter[str] = Counter()
    with ExitStack() as stack:
        writers: dict[int, Any] = {}
        for one in (traces, events):
            if one is not None:
                out = stack.enter_context(one.path.open("w", encoding="utf-8", newline=""))
                writers[id(one)] = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        try:
            opened: IO[bytes] = stack.enter_context(path.open("rb"))
            file = stack.enter_context(gzip.open(opened)) if path.suffix.lower() == ".gz" else opened
            depth_trace: list[Element] = []
            root: Element | None = None
            waiting: list[dict[str, str]] = []
            for what, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
                if root is None:
                    root = element
                    if _tag(root) != "log":
                        raise ReadError(f"“{name}”的根元素是“{shown(_tag(root))}”，不是XES事件日志的log，请核对文件。")
                tag = _tag(element)
                if what == "start":
                    if tag == "trace":
                        depth_trace.append(element)
                    continue
                if tag == "event" and depth_trace:
                    waiting.append(_attributes(element))
                    element.clear()
                elif tag == "trace":
                    depth_trace.pop()
                    trace = _attributes(element)
                    seen.update(trace.keys())
                    if traces is not None:
                        _write(writers[id(traces)], traces, trace)
                    prefixed = {CASE + key: value for key, value in trace.items()}
                    for event in waiting:
                        seen.update(event.keys())
                        if events is not None:
                            _write(writers[id(events)], events, prefixed | event)
                    waiting.clear()
                    element.clear()
                    root.clear()
        except (ParseError, EOFError, gzip.BadGzipFile, defusedxml.DefusedXmlException, ValueError) as error:
            if isinstance(error, ReadError):
                raise
            raise ReadError(f"“{name}”不是完好的XES事件日志（{shown(error, 80)}），请重新导出。") from None
        except OSError as error:
            raise ReadError(f"“{name}”无法读取（{error.strerror}），请核对。") from None
    return dict(seen)


def _write(writer: Any, staged: Staged, row: dict[str, str]) -> None:
    staged.rows += 1
    kept = [" ".join(row.get(one, "").replace("\x00", "").splitlines()) for one in staged.headings]
    if sum(map(len, kept)) > LONGEST:
        staged.reject(staged.rows, "long", kept[0])
        return
    writer.writerow([staged.rows, *kept])
