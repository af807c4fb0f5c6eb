"""The program's own Python environment: built beside, renamed when complete, stamped with what it was built from.

There is one way, and it works on a Debian without python3-venv too: `venv --without-pip`, then the vendored pip is
unpacked into it. pip installs only what the hashed requirements name, and only wheels.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1024 * 1024
PROGRAM, TESTS = "requirements.txt", "requirements-dev.txt"
NEEDED_MEGABYTES = {PROGRAM: 250, TESTS: 900}
DISK_FULL = "磁盘空间不足，请清理后重试 / the disk is full（{}）。"


class Refused(Exception):
    """go.py stops here with this one sentence and status 1."""


def say(text: str) -> None:
    sys.stderr.buffer.write((text + "\n").encode())
    sys.stderr.flush()


class Environment:
    """`.venv` in the folder `root`. `PROGRAM` alone is enough to run; tests need `TESTS` as well."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = root / ".venv"
        self.scratch = root / ".run"

    @property
    def python(self) -> str:
        return str(self.place / "bin" / "python")

    def ready(self, sets: list[str]) -> bool:
        """True when `.venv` is complete and built from just these requirement files (or from more than these)."""
        try:
            stamp = json.loads((self.place / "stamp.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        fits = stamp.get("python") == self._python_name() and os.access(self.python, os.X_OK)
        return fits and all(stamp.get("sets", {}).get(name) == self._hash(name) for name in sets)

    def prepare(self, sets: list[str], wheels: Path | None = None) -> None:
        """Build what is missing. Raises Refused with one sentence when that cannot be done."""
        if self.ready(sets):
            return
        if wheels is not None and not any(wheels.glob("*.whl")):
            raise Refused(f"--wheels 所指的文件夹“{wheels}”里没有 .whl 文件。")
        self._require_space(sets)
        with self._lock():
            if self.ready(sets):  # another run built it meanwhile
                return
            self._clear_leftovers()
            beside = self.root / f".venv-new-{os.getpid()}"
            began = time.monotonic()
            say(f"正在准备运行环境（首次约半分钟） / preparing the environment: {', '.join(sets)}")
            try:
                self._build(beside, sets, wheels)
                self._swap(beside)
            except OSError as wrong:
                if wrong.errno == errno.ENOSPC:
                    raise Refused(DISK_FULL.format(self.root)) from None
                raise
            finally:
                shutil.rmtree(beside, ignore_errors=True)
            say(f"运行环境就绪 / environment ready: {time.monotonic() - began:.0f} s")

    def stamp(self, folder: Path, sets: list[str]) -> None:
        """Write, last of all, what the environment in `folder` was built from."""
        text = json.dumps({"python": self._python_name(), "sets": {name: self._hash(name) for name in sets}})
        (folder / "stamp.json").write_text(text, encoding="utf-8")

    def variables(self) -> dict[str, str]:
        """The environment variables for pip and for the program's processes; HOME may be read-only."""
        drop = {
            "PYTHONHOME",
            "PYTHONPATH",
            "PIP_USER",
            "PIP_TARGET",
            "PIP_PREFIX",
            "PIP_REQUIRE_VIRTUALENV",
            "PIP_ROOT",
        }
        env = {name: value for name, value in os.environ.items() if name not in drop}
        env["PYTHONUTF8"] = "1"
        home = Path(env.get("HOME") or "/nonexistent")
        if not (home.is_dir() and os.access(home, os.W_OK)):
            with contextlib.suppress(OSError):
                self.scratch.joinpath("home").mkdir(parents=True, exist_ok=True)
            env["HOME"] = str(self.scratch / "home")
        return env

    def _build(self, beside: Path, sets: list[str], wheels: Path | None) -> None:
        made = self._quiet([sys.executable, "-m", "venv", "--without-pip", str(beside)])
        if made.returncode:
            raise Refused(self._explain(made.stdout, "无法创建 Python 虚拟环境 / python -m venv failed"))
        python = str(beside / "bin" / "python")
        asked = self._quiet([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"])
        with zipfile.ZipFile(self._pip_wheel()) as wheel:
            wheel.extractall(asked.stdout.strip())
        command = [python, "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:", "--no-input"]
        command += ["--disable-pip-version-check", "--no-warn-script-location", "--progress-bar", "off"]
        command += ["--retries", "2", "--timeout", "30"]
        if wheels is not None:
            command += ["--no-index", "--find-links", str(wheels)]
        for name in sets:
            command += ["-r", str(self.root / name)]
        done = self._quiet(command, offline=wheels is not None)
        if done.returncode:
            raise Refused(self._explain(done.stdout, "安装组件失败 / installing the packages failed"))
        self.stamp(beside, sets)

    def _swap(self, beside: Path) -> None:
        old = self.root / f".venv-old-{os.getpid()}"
        if self.place.exists() or self.place.is_symlink():
            self.place.rename(old)
        beside.rename(self.place)
        if old.is_symlink():
            old.unlink()
        shutil.rmtree(old, ignore_errors=True)

    def _quiet(self, command: list[str], offline: bool = False) -> subprocess.CompletedProcess[str]:
        env = self.variables()
        if offline:
            env = {name: value for name, value in env.items() if name not in ("PIP_FIND_LINKS", "PIP_INDEX_URL")}
        return subprocess.run(
            command,
            env=env,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    def _explain(self, output: str, otherwise: str) -> str:
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        last = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "")
        if "No space left on device" in output or "Errno 28" in output:
            return DISK_FULL.format(self.root)
        if "DO NOT MATCH THE HASHES" in output:
            return f"下载的组件与登记的校验值不符，已拒绝安装 / a package does not match its hash（{last}）。"
        if "No matching distribution" in output or "connection" in output.lower() or "resolve" in output.lower():
            return (
                "无法取得所需组件：没有网络时请用 --wheels 指定存放 .whl 文件的文件夹"
                f" / no network and no complete --wheels DIR（{last[:300]}）。"
            )
        return f"{otherwise}（{last[:300]}）。"

    def _pip_wheel(self) -> Path:
        """The vendored pip, after comparing it with the hash beside it."""
        wheel = next((self.root / "tools").glob("pip-*.whl"), None)
        if wheel is None:
            raise Refused("tools 文件夹中缺少随附的 pip，请重新取得程序 / the vendored pip is missing.")
        expected = wheel.with_name(wheel.name + ".sha256").read_text(encoding="ascii").split()[0]
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != expected:
            raise Refused("随附的 pip 与登记的校验值不符，请重新取得程序 / the vendored pip is damaged.")
        return wheel

    def _require_space(self, sets: list[str]) -> None:
        needed = sum(NEEDED_MEGABYTES.get(name, 10) for name in sets)
        free = shutil.disk_usage(self.root).free // MEGABYTE
        if free < needed:
            raise Refused(DISK_FULL.format(f"{self.root}：需要 {needed} MB，剩余 {free} MB"))

    def _clear_leftovers(self) -> None:
        for pattern in (".venv-new-*", ".venv-old-*"):
            for path in self.root.glob(pattern):
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        """One builder at a time; the lock dies with its holder, so an interrupted run never blocks the next one."""
        try:
            self.scratch.mkdir(exist_ok=True)
            file = open(self.scratch / "environment.lock", "a")  # noqa: SIM115
        except OSError as wrong:
            raise Refused(f"程序文件夹“{self.root}”不可写，无法准备运行环境（{wrong.strerror}）。") from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("另一个 go.py 正在准备运行环境，等待其完成 / waiting for another go.py")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _python_name(self) -> str:
        return f"{sys.implementation.name}-{sys.version_info[0]}.{sys.version_info[1]}"

    def _hash(self, name: str) -> str:
        return hashlib.sha256((self.root / name).read_bytes()).hexdigest()
