"""The supervisor of the two halves of an instance: granian (pages and interface) and qcluster (background jobs).

Nothing is restarted silently: when one half dies the other is stopped too and the exit status says so, because an
instance that takes requests while nobody seals and reminds looks healthy and is not. Whoever wants restarts lets
systemd do them, where they are counted.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from types import FrameType

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from shuangcha.audit import edges
from shuangcha.clock import business
from shuangcha.conf import health
from shuangcha.vault import keys

WEB_WORKERS = 2
WEB_THREADS = 4
"""Blocking threads per web worker: PostgreSQL connections of one instance = workers x threads + the job worker."""
WEB_QUEUE = 64
"""Requests one web worker takes in before it lets the kernel's queue hold the rest."""
STOP_SECONDS = 20
START_SECONDS = 60
PR_SET_PDEATHSIG = 1


def refusal(bind: str, port: int) -> str | None:
    """The one sentence why this instance must not be served now, or None."""
    if not settings.DATA_DIR.is_dir():
        return f"数据目录“{settings.DATA_DIR}”不存在，请先运行 python3 go.py run。"
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "数据库的版本与程序不符，请先运行 python3 go.py run，或 python3 go.py do migrate。"
    return health.guards_problem() or edges.problem() or keys.problem(connection) or _port_problem(bind, port)


def supervise(bind: str, port: int) -> int:
    """Run both halves until a signal or until one of them ends. Returns 0 after a signal, 1 after a death."""
    connection.close()
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    halves: dict[str, subprocess.Popen[bytes]] = {}
    dead: str | None = None
    try:
        halves["网页服务"] = _start(_web_command(bind, port))
        halves["后台任务"] = _start([sys.executable, str(settings.BASE_DIR / "manage.py"), "qcluster"])
        announced, until = False, time.monotonic() + START_SECONDS
        while not stopping:
            dead = next((name for name, half in halves.items() if half.poll() is not None), None)
            if dead:
                break
            if not announced:
                announced = _answers(bind, port)
                if announced:
                    _announce(bind, port)
                elif time.monotonic() > until:
                    dead = "网页服务"
                    break
            time.sleep(0.1)
    finally:
        _stop_all(list(halves.values()))
        for number, handler in before.items():
            signal.signal(number, handler)
        _seal_at_stop()
    if dead:
        print(f"{dead}意外停止，已停止整个实例；原因见上方日志。", file=sys.stderr, flush=True)
        return 1
    print("已停止。", file=sys.stderr, flush=True)
    return 0


def _seal_at_stop() -> None:
    """Nothing acknowledged stays unsealed while the instance stands still."""
    from shuangcha.acts.tick import seal

    try:
        while seal(business.now()):
            pass
    except Exception as wrong:  # stopping must end; the next start seals or refuses
        print(f"停止时未能封签：{wrong}", file=sys.stderr, flush=True)


def _web_command(bind: str, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi"),
        *("--host", bind, "--port", str(port), "--http", "1", "--no-ws"),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--backpressure", str(WEB_QUEUE)),
        # An idle thread keeps its database connection instead of being taken down and built anew.
        *("--blocking-threads-idle-timeout", "600"),
        *("--workers-kill-timeout", "5", "--log-level", "warning", "--no-access-log"),
        "shuangcha.conf.wsgi:application",
    ]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # A process group of its own: Ctrl-C in a terminal reaches the supervisor only, which then stops both in order.
    return subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "shuangcha.conf.settings"},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )


def _die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor itself is killed, so that no half outlives it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop_all(halves: list[subprocess.Popen[bytes]]) -> None:
    for half in halves:
        if half.poll() is None:
            half.terminate()
    until = time.monotonic() + STOP_SECONDS
    for half in halves:
        with contextlib.suppress(subprocess.TimeoutExpired):
            half.wait(max(0.1, until - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(half.pid, signal.SIGKILL)  # whatever is left of the group
        half.wait()


def _answers(bind: str, port: int) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)  # noqa: S104
    name = settings.ALLOWED_HOSTS[0].replace("*", "127.0.0.1")
    ask = urllib.request.Request(f"http://{host}:{port}/healthz", headers={"Host": name.lstrip(".")})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy has no business with loopback
    try:
        with opener.open(ask, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _announce(bind: str, port: int) -> None:
    shown = f"[{bind}]" if ":" in bind else bind
    mode = {"demo": "演示", "training": "培训", "production": "正式"}[settings.SHUANGCHA_MODE]
    database = settings.DATABASES["default"]
    where = database["NAME"] if "sqlite" in database["ENGINE"] else f"PostgreSQL {database['HOST']}/{database['NAME']}"
    print(f"\n双查已启动（{mode}）：http://{shown}:{port}/\n数据：{where}\n按 Ctrl-C 停止。", flush=True)


def _port_problem(bind: str, port: int) -> str | None:
    try:
        family = socket.getaddrinfo(bind, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((bind, port))
    except OSError as wrong:
        if wrong.errno == errno.EADDRINUSE:
            return f"端口 {port} 已被占用，请用 --port 另选。"
        return f"无法在 {bind}:{port} 上监听（{wrong.strerror}）。"
    return None
