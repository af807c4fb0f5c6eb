"""Known weaknesses in the pinned packages: pip-audit over the hashed requirements, asked of OSV (needs the network).

`python -m tests.deep.audit [ADDRESS]`, ADDRESS being that of a service that speaks OSV's `query`. Exit 0 only when
every package was looked at and nothing is known against one. Where nobody answers it fails and says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.kept.parts import PROGRAM, ROOT, TESTS

OSV = "https://api.osv.dev/v1/query"


def main(address: str = OSV, requirements: tuple[str, ...] = (PROGRAM, TESTS), root: Path = ROOT) -> int:
    return max(_one(address, root / name) for name in requirements)


def _one(address: str, requirements: Path) -> int:
    with TemporaryDirectory(prefix="audit-") as place:
        answer = Path(place) / "answer.json"
        command = [sys.executable, "-m", "pip_audit", "-r", str(requirements), "--require-hashes", "--disable-pip"]
        command += ["--vulnerability-service", "osv", "--osv-url", address, "--strict", "--progress-spinner", "off"]
        command += ["--cache-dir", str(Path(place) / "cache"), "-f", "json", "-o", str(answer)]
        done = subprocess.run(command, text=True, capture_output=True)
        text = answer.read_text(encoding="utf-8") if answer.exists() else ""
    if not text:
        reason = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "没有说明原因")
        print(f"{requirements.name}：未能核查。漏洞库 {address} 无法访问或没有应答，本项按不通过计（{reason[:300]}）。")
        return 1
    return _told(requirements.name, json.loads(text)["dependencies"])


def _told(name: str, packages: list[dict[str, Any]]) -> int:
    left_out = [one for one in packages if "skip_reason" in one]
    for one in left_out:
        print(f"{name}：{one['name']} 未能核查（{one['skip_reason']}）。")
    weak = [(one, found) for one in packages for found in one.get("vulns", [])]
    for one, found in weak:
        mended = "、".join(found["fix_versions"]) or "尚无修复版本"
        print(f"{name}：{one['name']} {one['version']} 有已知漏洞 {found['id']}；修复版本：{mended}。")
    print(f"{name}：核查 {len(packages) - len(left_out)} 个组件，已知漏洞 {len(weak)} 项。")
    return 1 if weak or left_out or not packages else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
