"""How go.py runs other programs: as a child in the foreground, or in its own place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def call(command: list[str], env: dict[str, str]) -> int:
    """Run a child in the foreground; SIGTERM is passed on, and Ctrl-C reaches it from the terminal itself."""
    child = subprocess.Popen(command, env=env, cwd=ROOT)
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    try:
        while True:
            try:
                status = child.wait()
                return status if status >= 0 else 128 - status
            except KeyboardInterrupt:
                try:
                    child.wait(15)
                except subprocess.TimeoutExpired:
                    child.kill()
                raise
    finally:
        signal.signal(signal.SIGTERM, before)


def become(command: list[str], env: dict[str, str], *, stay: bool = False) -> int:
    """Turn this process into the program: signals, exit status and output are then the program's own.

    `stay`: in the folder where it was called, so that relative paths mean what the caller meant.
    """
    if not stay:
        os.chdir(ROOT)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, env)
