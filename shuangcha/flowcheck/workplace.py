"""Hidden working folders and files beside a result. Their names tell who makes them,
so that what a killed process left can go."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import socket
from pathlib import Path

_HOST = re.sub(r"[^0-9A-Za-z-]", "", socket.gethostname())[:40] or "host"
_COUNT = itertools.count()
_OWNER = re.compile(r"\.([0-9A-Za-z-]+)@(\d+)-\d+\.(?:part|old)$")


def beside(target: Path, suffix: str = "part") -> Path:
    """A new place where this process works on `target`, on the same file system; not made yet.
    Leftovers of dead processes are removed.

    What another machine is writing (a shared disk) is left alone: only it knows whether the process lives.
    """
    for path in target.parent.glob(f".{_escaped(target.name)}.*"):
        owner = _OWNER.search(path.name)
        if owner and owner[1] == _HOST and int(owner[2]) != os.getpid() and not _alive(int(owner[2])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
    return target.with_name(f".{target.name}.{_HOST}@{os.getpid()}-{next(_COUNT)}.{suffix}")


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
