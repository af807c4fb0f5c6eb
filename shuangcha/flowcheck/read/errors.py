"""What can go wrong with a source as a whole; what is wrong with single rows stands in the report, not here."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from ..model import FlowError


class ReadError(FlowError):
    """The source, the mapping or the target cannot be used; the message is one Chinese sentence with the repair."""


def shown(value: object, longest: int = 40) -> str:
    """A value fit to stand in a sentence or a report: one line, shortened."""
    line = " ".join(str(value)[: longest * 3].split())
    return line if len(line) <= longest else line[:longest] + "…"


DISK_FULL = "“{}”所在磁盘空间不足，没有写出任何结果，请清理后重试或另指输出目录。"


def disk_error(error: BaseException, folder: Path) -> ReadError | None:
    """The sentence for a write that failed, whether Python's or DuckDB's; None where it is some other error."""
    text = str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or any(
        os.strerror(one) in text for one in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    ):
        return ReadError(DISK_FULL.format(folder))
    if isinstance(error, OSError):
        return ReadError(f"“{folder}”无法写入（{error.strerror or error}），请另指输出目录。")
    return None
