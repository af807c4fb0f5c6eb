"""A CSV of 1e6 events with 1 % broken rows: the good ones are kept, each broken one is told, memory stays bounded."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.flowcheck.broken import read_many


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="shuangcha-flow-") as folder:
        print(read_many(Path(folder), 1_000_000, memory_mb=800, most_mb=2048), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
