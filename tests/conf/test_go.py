"""go.py: what it says before anything is installed, and the environment it builds."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tools import commands
from tools.environment import PROGRAM, TESTS, Environment, Refused

ROOT = Path(__file__).resolve().parents[2]


def go(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """go.py with this interpreter, without what the test session set for itself."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("SHUANGCHA_")}
    env.pop("DATABASE_URL", None)
    command = [sys.executable, str(ROOT / "go.py"), *words]
    return subprocess.run(command, env=env | variables, cwd="/", text=True, capture_output=True, timeout=60)


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """The refusal: exit 1, nothing on stdout, one line on stderr and no traceback."""
    assert (done.returncode, done.stdout) == (1, ""), done
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_an_old_python_can_read_go_py() -> None:
    ast.parse((ROOT / "go.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13)])
def test_a_python_that_is_too_old_is_told_so(version: tuple[int, int, int], capfd: pytest.CaptureFixture[str]) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import go; sys.exit(go.main(['run'], {version}))"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60)
    said = one_sentence(done)
    assert "需要 Python 3.11 或更高版本 / Python 3.11 or later is needed" in said
    assert ".".join(map(str, version)) in said


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/db",
        "sqlite://relative.sqlite3",
        "sqlite:///",
        "sqlite:////tmp",
        "postgres://u:s3cret@h/",
        "postgres://u:s3cret@h:99999/db",
        "postgres://u:s3cret@h/db?pool=1",
        "postgres://u:s3cret@127.0.0.1:9/db",
        "nonsense",
    ],
)
def test_a_wrong_database_url_is_one_sentence(url: str, tmp_path: Path) -> None:
    said = one_sentence(go("run", "--data", str(tmp_path / "data"), DATABASE_URL=url))
    assert "DATABASE_URL" in said
    assert "s3cret" not in said
    assert not (tmp_path / "data").exists(), "nothing is made before the address is known to be right"


def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = one_sentence(go("run", "--port", str(port), "--data", str(tmp_path / "data")))
    assert f"端口 {port} 已被占用" in said


def test_an_unknown_command_is_one_sentence() -> None:
    assert "没有“destroy”这个命令" in one_sentence(go("destroy"))


def test_do_due_answers_with_json_only_and_without_django() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import go;"
        "status = go.main(['do', 'due', '2024-01-31', '1月', '--json']); sys.exit(status or 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["due"] == "2024-02-29"


def test_an_instance_keeps_its_mode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHUANGCHA_MODE", raising=False)
    assert commands.instance_mode(tmp_path, "production", new=True) == "production"
    with pytest.raises(Refused, match="属于正式实例，不能按演示方式启动"):
        commands.instance_mode(tmp_path, "demo", new=True)
    assert commands.instance_mode(tmp_path, "demo", new=False) == "production", "do follows what the folder says"


# --- the environment, with one small package instead of the real ones ---


def record_hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def make_wheel(folder: Path) -> Path:
    """The smallest wheel there is: one module that says it is there."""
    folder.mkdir(parents=True)
    wheel = folder / "tinypart-1.0-py3-none-any.whl"
    files = {
        "tinypart.py": b"here = True\n",
        "tinypart-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tinypart\nVersion: 1.0\n",
        "tinypart-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},sha256={record_hash(data)},{len(data)}\n" for name, data in files.items())
    files["tinypart-1.0.dist-info/RECORD"] = (record + "tinypart-1.0.dist-info/RECORD,,\n").encode()
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return wheel


@pytest.fixture
def clone(tmp_path: Path) -> Environment:
    """A clone under a path with a space and 汉字, whose requirements are one small package."""
    root = tmp_path / "双查 办案"
    wheel = make_wheel(root / "wheels")
    (root / "tools").mkdir()
    for file in (ROOT / "tools").glob("pip-*"):
        shutil.copy(file, root / "tools")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (root / PROGRAM).write_text(f"tinypart==1.0 --hash=sha256:{digest}\n", encoding="ascii")
    (root / TESTS).write_text("", encoding="ascii")
    return Environment(root)


def has_tinypart(environment: Environment) -> bool:
    return (
        subprocess.run([environment.python, "-c", "import tinypart; assert tinypart.here"], timeout=60).returncode == 0
    )


def test_an_interrupted_environment_is_repaired(clone: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    # A home that cannot be written, and an environment and a build left half-way by a run that was killed.
    monkeypatch.setenv("HOME", "/proc")
    half = clone.root / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to(sys.executable)
    (clone.root / ".venv-new-1").mkdir()
    assert not clone.ready([PROGRAM])
    clone.prepare([PROGRAM], clone.root / "wheels")
    assert clone.ready([PROGRAM])
    assert has_tinypart(clone)
    assert sorted(path.name for path in clone.root.glob(".venv*")) == [".venv"]
    assert not clone.ready([PROGRAM, TESTS]), "tests need more than the program does"

    built = (clone.place / "stamp.json").stat().st_mtime_ns
    clone.prepare([PROGRAM], clone.root / "wheels")
    assert (clone.place / "stamp.json").stat().st_mtime_ns == built, "what is complete is not built again"
    with (clone.root / PROGRAM).open("a", encoding="ascii") as requirements:
        requirements.write("# changed\n")
    assert not clone.ready([PROGRAM]), "changed requirements are another environment"


def test_a_package_that_does_not_match_its_hash_is_refused(clone: Environment) -> None:
    (clone.root / PROGRAM).write_text(f"tinypart==1.0 --hash=sha256:{'0' * 64}\n", encoding="ascii")
    with pytest.raises(Refused, match="校验值不符"):
        clone.prepare([PROGRAM], clone.root / "wheels")
    assert not list(clone.root.glob(".venv*")), "nothing half-built stays"


def test_no_network_and_no_wheels_is_one_sentence(clone: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(Refused, match="没有网络时请用 --wheels") as refused:
        clone.prepare([PROGRAM])
    assert "\n" not in str(refused.value)


def test_a_damaged_vendored_pip_is_refused(clone: Environment) -> None:
    with next((clone.root / "tools").glob("pip-*.whl")).open("ab") as wheel:
        wheel.write(b"x")
    with pytest.raises(Refused, match="随附的 pip 与登记的校验值不符"):
        clone.prepare([PROGRAM], clone.root / "wheels")
