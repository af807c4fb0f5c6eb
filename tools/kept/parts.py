"""What the program consists of beside its own code: packages of the hashed requirements, files kept in the tree."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from dataclasses import dataclass, field
from importlib.metadata import PackageMetadata, PackageNotFoundError, PathDistribution, metadata
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

ROOT = Path(__file__).resolve().parents[2]
PROGRAM, TESTS = "requirements.txt", "requirements-dev.txt"
BROWSER = "shuangcha/desk/static/vendor"
FONTS = "shuangcha/flowcheck/report/fonts"
UNKNOWN = "unknown"

WORDS = {
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Apache License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "PSFL": "PSF-2.0",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What packages write instead of an SPDX expression. “BSD” alone says too little: see LOOKED_UP."""

LOOKED_UP = {
    ("django-csp", "4.0"): "BSD-3-Clause",
    ("sqlparse", "0.6.1"): "BSD-3-Clause",
    ("pytest-django", "4.14.0"): "BSD-3-Clause",
    ("axe-playwright-python", "0.1.8"): "MIT AND MPL-2.0",
    ("pypdfium2", "5.15.2"): "Apache-2.0 AND BSD-3-Clause",
    ("colorama", "0.4.6"): "BSD-3-Clause",
}
"""Where the package's data say too little or it is not installed here (colorama: Windows only), its licence text was
read. A version of its own, so that the next one is read again."""


@dataclass(frozen=True)
class Part:
    """One third-party part with its licence as an SPDX expression; `files` with SHA-256 where it lies in the tree."""

    name: str
    version: str
    licence: str
    files: dict[str, str] = field(default_factory=dict)


def packages(requirements: str, root: Path = ROOT) -> list[Part]:
    """The packages that one requirements file pins, in its order."""
    text = (root / requirements).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", text, re.M)
    return [Part(name, version, licence_of(name, version)) for name, version in found]


def licence_of(name: str, version: str) -> str:
    """The licence as the installed package tells it; UNKNOWN where it cannot be read as an SPDX expression."""
    if (name, version) in LOOKED_UP:
        return LOOKED_UP[name, version]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return UNKNOWN
    return _told(told) if told["Version"] == version else UNKNOWN


def _told(told: PackageMetadata) -> str:
    classifiers = [one.split(" :: ")[-1] for one in told.get_all("Classifier") or [] if one.startswith("License ::")]
    plain = (told.get("License-Expression"), told.get("License"), *(classifiers if len(classifiers) == 1 else ()))
    for one in plain:
        if one and (spdx := _spdx(one.strip())):
            return spdx
    return UNKNOWN


def _spdx(text: str) -> str | None:
    try:
        return str(canonicalize_license_expression(WORDS.get(text, text)))
    except InvalidLicenseExpression:
        return None


def kept_files(root: Path = ROOT) -> list[Part]:
    """Files of others that lie in the tree: browser files, fonts, the wheel of pip; hashed as they lie."""
    found = []
    for one in json.loads((root / BROWSER / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]:
        paths = [f"{BROWSER}/{path}" for path in one["files"]]
        found.append(Part(one["name"], one["version"], one["licence"], _hashes(paths, root)))
    fonts = json.loads((root / FONTS / "MANIFEST.json").read_text(encoding="utf-8"))
    paths = [f"{FONTS}/{path}" for path in (*fonts["files"], "OFL.txt")]
    found.append(Part(fonts["family"], fonts["version"], fonts["licence"], _hashes(paths, root)))
    for wheel in sorted((root / "tools").glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        inside = PathDistribution(zipfile.Path(wheel, f"{name}-{version}.dist-info/"))
        found.append(Part(name, version, _told(inside.metadata), _hashes([f"tools/{wheel.name}"], root)))
    return found


def _hashes(paths: list[str], root: Path) -> dict[str, str]:
    return {path: hashlib.sha256((root / path).read_bytes()).hexdigest() for path in paths}
