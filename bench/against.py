"""Another revision beside this one: its files in a scratch folder, and an environment that fits it."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PIN = re.compile(r"^([A-Za-z0-9._-]+(?:\[[^\]]*\])?)==([^\s;\\]+)", re.MULTILINE)
PROGRAM, TESTS = "requirements.txt", "requirements-dev.txt"
BUILD = f"""
from pathlib import Path
from tools.environment import Environment
Environment(Path.cwd()).prepare([{PROGRAM!r}])
"""


class NoSuchRevision(RuntimeError):
    """One sentence: what was asked for is not in this repository, or cannot be measured."""


def commit_of(revision: str) -> str:
    """The commit of a revision of this repository. Raises NoSuchRevision."""
    try:
        found = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except FileNotFoundError:
        raise NoSuchRevision("--against 需要 git / --against needs git.") from None
    if found.returncode:
        raise NoSuchRevision(f"本仓库没有版本“{revision}” / no such revision in this repository: {revision}")
    commit = found.stdout.decode().strip()
    if _git("cat-file", "-e", f"{commit}:bench/seed.py").returncode:
        raise NoSuchRevision(f"版本“{revision}”还没有 bench，无法比较 / {revision} has no bench of its own.")
    return commit


@contextlib.contextmanager
def checked_out(commit: str) -> Iterator[Path]:
    """The files of a commit in a folder that is gone afterwards. Nothing is written into the repository itself."""
    with TemporaryDirectory(prefix="shuangcha-against-") as folder:
        archive, place = Path(folder) / "files.tar", Path(folder) / "checkout"
        done = _git("archive", "--format=tar", f"--output={archive}", commit)
        if done.returncode:
            raise NoSuchRevision(done.stderr.decode(errors="replace").strip())
        with tarfile.open(archive) as files:
            files.extractall(place, filter="data")
        archive.unlink()
        yield place


def python_for(place: Path) -> str:
    """A Python with what the checkout needs: this one if it has all its pins, else one built by its own tools."""
    mine = pins(*((ROOT / name).read_text(encoding="utf-8") for name in (PROGRAM, TESTS)))
    if pins((place / PROGRAM).read_text(encoding="utf-8")).items() <= mine.items():
        return sys.executable
    print("the other revision asks for other packages: its own environment is built", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-c", BUILD], cwd=place, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the environment of the other revision:\n{done.stdout[-1000:]}\n{done.stderr[-2000:]}")
    return str(place / ".venv" / "bin" / "python")


def pins(*texts: str) -> dict[str, str]:
    """{package: version} that requirement files fix."""
    return {name.lower(): version for text in texts for name, version in PIN.findall(text)}


def _git(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True)
