"""What `python3 go.py WORD …` does."""

from __future__ import annotations

import argparse
import errno
import importlib.util
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from shuangcha.conf import variables
from shuangcha.conf.database import parse_database_url
from tools.checks import CHECKS, Check, chosen
from tools.environment import DISK_FULL, MEGABYTE, PROGRAM, TESTS, Environment, Refused, say
from tools.processes import ROOT, become, call
from tools.suite import Result, both_engines

ENVIRONMENT = Environment(ROOT)
FLOW_WORDS = ("flowcheck", "flowcheck-rules", "flow-generate", "flowcheck-schema")
NEEDED_DATA_MEGABYTES = 50


def run(word: str, words: list[str]) -> int:
    """Do one command; returns its exit status or raises Refused with one sentence."""
    if word == "run":
        return _run(words)
    if word == "do":
        return _do(words)
    if word == "test":
        return _test(words)
    if word == "check":
        return _check(words)
    if word in ("bench", "deep", "shots"):
        return _module(word, words)
    raise Refused(f"没有“{word}”这个命令；可用：run、test、check、do、bench、deep、shots。")


# --- run and do ---


def _run(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="go.py run")
    parser.add_argument("--empty", action="store_true", help="a real instance: no demo data, no default account")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--bind", default="127.0.0.1")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--wheels", type=Path)
    asked = parser.parse_args(words)
    data = require_settings(asked.data)
    require_port(asked.bind, asked.port)
    make_data_folder(data)
    mode = instance_mode(data, "production" if asked.empty else "demo", new=True)
    ENVIRONMENT.prepare([PROGRAM], asked.wheels)
    env = program_variables(data, mode)
    prepared = call([ENVIRONMENT.python, "manage.py", "prepare"], env)
    if prepared:
        return prepared
    serve = ["manage.py", "serve", "--port", str(asked.port), "--bind", asked.bind]
    return become([ENVIRONMENT.python, *serve], env)


def _do(words: list[str]) -> int:
    """`do [--data DIR] COMMAND …`: everything after COMMAND belongs to the command."""
    data: Path | None = None
    if words[:1] == ["--data"] and len(words) > 1:
        data, words = Path(words[1]), words[2:]
    if not words:
        raise Refused("请写明命令，例如 python3 go.py do plan --json。")
    if words[0] in FLOW_WORDS:  # 系统检查 as a tool: files in, files out, whatever instance there is or is not
        ENVIRONMENT.prepare([PROGRAM])
        env = ENVIRONMENT.variables() | {"PYTHONPATH": str(ROOT)}
        return become([ENVIRONMENT.python, "-P", "-m", "shuangcha.flowcheck.command", *words], env, stay=True)
    folder = require_settings(data)
    ENVIRONMENT.prepare([PROGRAM])
    mode = instance_mode(folder, "production", new=False)
    if words[0] == "settings":  # the program itself sees only what it is handed here
        words += _origins(data, folder)
    return become([ENVIRONMENT.python, "manage.py", *words], program_variables(folder, mode))


def _origins(asked: Path | None, folder: Path) -> list[str]:
    """Where the data folder and the mode come from, for `do settings`."""
    found = {}
    if asked or not os.environ.get("SHUANGCHA_DATA"):
        found["SHUANGCHA_DATA"] = "option" if asked else "default"
    if (folder / "mode").exists():
        found["SHUANGCHA_MODE"] = "mode file"
    elif not os.environ.get("SHUANGCHA_MODE"):
        found["SHUANGCHA_MODE"] = "default"
    return [f"--origin={name}={origin}" for name, origin in found.items()]


def make_data_folder(data: Path) -> None:
    """The data folder, made (0700) if missing. Raises Refused when it cannot be written or the disk is full."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data) as probe:
            probe.write(b"\0" * 4096)
    except OSError as wrong:
        if wrong.errno == errno.ENOSPC:
            raise Refused(DISK_FULL.format(data)) from None
        raise Refused(f"数据目录“{data}”不可写（{wrong.strerror}）；可用 --data 另指一处。") from None
    free = shutil.disk_usage(data).free // MEGABYTE
    if free < NEEDED_DATA_MEGABYTES:
        raise Refused(DISK_FULL.format(f"{data}：剩余 {free} MB"))


def instance_mode(data: Path, wanted: str, *, new: bool) -> str:
    """The mode of the instance in `data`: fixed in the file `mode` by its first run.

    Demo rows never enter a real instance and a real one is never opened as a demo: a mode that differs is refused.
    """
    wanted = os.environ.get("SHUANGCHA_MODE") or wanted  # `require_settings` has looked at it
    file = data / "mode"
    try:
        kept = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if new:
            file.write_text(wanted + "\n", encoding="ascii")
        return wanted
    if new and kept != wanted:
        names = {"demo": "演示", "training": "培训", "production": "正式"}
        raise Refused(
            f"数据目录“{data}”属于{names.get(kept, kept)}实例，不能按{names[wanted]}方式启动；请用 --data 另指一处。"
        )
    return kept


def program_variables(data: Path, mode: str) -> dict[str, str]:
    return ENVIRONMENT.variables() | {"SHUANGCHA_DATA": str(data), "SHUANGCHA_MODE": mode}


def require_settings(asked: Path | None = None) -> Path:
    """A wrong variable is told before anything is installed or made. Returns the data folder, made or not."""
    data = Path(os.path.abspath(asked)) if asked else None
    try:
        found = variables.check(os.environ, data)
    except variables.WrongSetting as wrong:
        raise Refused(str(wrong)) from None
    database = parse_database_url(found["DATABASE_URL"]) if "DATABASE_URL" in found else {}
    if database.get("ENGINE", "").endswith("postgresql"):
        host, port = database["HOST"], database["PORT"]
        try:
            socket.create_connection((host, int(port)), timeout=5).close()
        except OSError:
            raise Refused(
                f"环境变量 DATABASE_URL 所指的数据库服务 {host}:{port} 连接不上，请检查地址与服务。"
            ) from None
    return data or found.get("SHUANGCHA_DATA", variables.DATA)


def require_port(bind: str, port: int) -> None:
    if not 1 <= port <= 65535:
        raise Refused(f"端口应在 1 至 65535 之间，现为 {port}。")
    try:
        family = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind, port))
    except OSError as wrong:
        if wrong.errno == errno.EADDRINUSE:
            raise Refused(f"端口 {port} 已被占用，请用 --port 另选 / port {port} is taken.") from None
        raise Refused(f"无法在 {bind}:{port} 上监听（{wrong.strerror}）。") from None


# --- test, check, bench, deep, shots ---


def _test(words: list[str]) -> int:
    require_settings()
    ENVIRONMENT.prepare([PROGRAM, TESTS])
    with tempfile.TemporaryDirectory(prefix="shuangcha-check-") as folder:
        env = _bare(ENVIRONMENT.variables())
        postgres = env.pop("DATABASE_URL", "")
        if not postgres.startswith(("postgres://", "postgresql://")):
            postgres = ""
        results = _checked(CHECKS, env, Path(folder))
        results += both_engines([ENVIRONMENT.python, "-m", "pytest", *words], env, postgres, Path(folder))
    return _told(results)


def _check(words: list[str]) -> int:
    """`check [NAME …]`: the checks that `test` runs first, all or those named; `--list` names them."""
    parser = argparse.ArgumentParser(prog="go.py check")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args(words)
    wanted = chosen(asked.names)
    if asked.list:
        for check in wanted:
            print(f"{check.name:12}{check.title}")
        return 0
    ENVIRONMENT.prepare([PROGRAM, TESTS])
    with tempfile.TemporaryDirectory(prefix="shuangcha-check-") as folder:
        env = _bare(ENVIRONMENT.variables())
        env.pop("DATABASE_URL", None)
        return _told(_checked(wanted, env, Path(folder)))


def _bare(env: dict[str, str]) -> dict[str, str]:
    """Without what this instance was told: checks and tests bring their own settings."""
    return {name: value for name, value in env.items() if not name.startswith("SHUANGCHA_") or "_TEST_" in name}


def _checked(checks: tuple[Check, ...], env: dict[str, str], folder: Path) -> list[Result]:
    data = folder / "data"
    data.mkdir()
    # As a court would run it, behind TLS; nothing of this is ever connected to.
    deployed = env | {"SHUANGCHA_DATA": str(data), "SHUANGCHA_HTTPS": "1"}
    results = []
    for check in checks:
        say(f"\n=== {check.title} ===")
        began = time.monotonic()
        status = call([ENVIRONMENT.python, *check.words], deployed if check.deployed else env)
        results.append((check.title, status, time.monotonic() - began))
    return results


def _told(results: list[Result]) -> int:
    """Say how each part ended; the exit status of them all."""
    say("")
    for title, status, seconds in results:
        ended = f", exit {status}" if status else ""
        say(f"{'ok    ' if status == 0 else 'FAILED'}  {title}  ({seconds:.0f} s){ended}")
    return 1 if any(status for _, status, _ in results) else 0


def _module(word: str, words: list[str]) -> int:
    """bench, deep and shots are packages of their own beside the program; they print what they measured."""
    name = {"bench": "bench", "deep": "tests.deep", "shots": "tests.shots"}[word]
    if importlib.util.find_spec(name) is None:
        raise Refused(f"本版本没有 {word} 这一部分。")
    require_settings()
    ENVIRONMENT.prepare([PROGRAM, TESTS])
    return call([ENVIRONMENT.python, "-m", name, *words], ENVIRONMENT.variables())
