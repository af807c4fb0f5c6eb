"""No part of a licence that is not allowed; the lists are the kept ones and name everything of others in the tree."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools.kept import licences, parts, sbom
from tools.kept.parts import BROWSER, FONTS, PROGRAM, ROOT, TESTS, Part

MAKE = ".venv/bin/python -m tools.kept"


@pytest.fixture(scope="module")
def bill() -> str:
    return sbom.text()


def test_every_package_and_file_may_be_used() -> None:
    everything = [*parts.packages(PROGRAM), *parts.packages(TESTS), *parts.kept_files()]
    assert len(everything) > 110
    assert licences.problems(everything) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("LGPL-3.0-only", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("unknown", False),
        ("MIT OR GPL-2.0-only", True),
        ("(MIT OR Apache-2.0) AND GPL-2.0-only", False),
        ("MIT AND PSF-2.0", True),
    ],
)
def test_a_made_up_package_is_judged_by_its_licence(licence: str, allowed: bool) -> None:
    said = licences.problems([Part("madeup", "1.0", "MIT"), Part("strange", "2.0", licence)])
    assert (said == []) is allowed
    assert allowed or f"strange 2.0 的许可 {licence}" in said[0]


def test_the_exception_is_for_the_named_package_only() -> None:
    assert licences.problems([Part("psycopg", "3.3", "LGPL-3.0-only")]) == []
    assert licences.problems([Part("psycopg", "3.3", "GPL-3.0-only")]) != []


def write_package(site: Path, name: str, *lines: str) -> None:
    folder = site / f"{name}-1.0.dist-info"
    folder.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines]
    (folder / "METADATA").write_text("\n".join(head) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: GPL-3.0-only"], "GPL-3.0-only"),
        (["License: MIT", "Classifier: License :: OSI Approved :: MIT License"], "MIT"),
        (["Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)"], "unknown"),
        (
            ["Classifier: License :: OSI Approved :: MIT License", "Classifier: License :: Other/Proprietary License"],
            "unknown",
        ),
        (["License: BSD"], "unknown"),
        ([], "unknown"),
    ],
)
def test_an_installed_package_tells_its_licence(
    lines: list[str], licence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_package(tmp_path, "madeuppart", *lines)
    (tmp_path / "more.txt").write_text("madeuppart==1.0 \\\n    --hash=sha256:00\n", encoding="ascii")
    monkeypatch.syspath_prepend(str(tmp_path))
    (found,) = parts.packages("more.txt", tmp_path)
    assert found == Part("madeuppart", "1.0", licence)
    assert (licences.problems([found]) == []) is (licence == "MIT")
    assert parts.licence_of("madeuppart", "1.1") == "unknown", "another version was not looked at"
    assert parts.licence_of("notinstalled", "1.0") == "unknown"


def test_what_was_looked_up_is_still_pinned() -> None:
    pinned = {(one.name, one.version) for name in (PROGRAM, TESTS) for one in parts.packages(name)}
    assert set(parts.LOOKED_UP) <= pinned
    assert {name for name, _ in licences.BY_NAME} <= {name for name, _ in pinned}


def test_notice_names_everything_of_others_in_the_tree() -> None:
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    kept = parts.kept_files()
    assert licences.notice_problems(kept, notice) == []
    for part in kept:
        gone = "\n".join(line for line in notice.splitlines() if next(iter(part.files)) not in line)
        assert len(licences.notice_problems(kept, gone)) == 1
    assert licences.notice_problems([Part("bootstrap", "9.9", "MIT", dict(kept[0].files))], notice) != []


def test_nothing_of_others_lies_unlisted() -> None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", BROWSER, FONTS, "tools"]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=True)
    lying = {
        path
        for path in done.stdout.split("\0")
        if path.startswith((BROWSER, FONTS)) or path.endswith((".whl", ".js", ".css", ".otf", ".ttf", ".woff2"))
    }
    listed = {path for part in parts.kept_files() for path in part.files}
    assert lying - listed == {f"{BROWSER}/MANIFEST.json", f"{FONTS}/MANIFEST.json"}
    assert listed <= lying


def test_files_are_those_that_were_kept() -> None:
    noted = json.loads((ROOT / BROWSER / "MANIFEST.json").read_text(encoding="utf-8"))["packages"]
    hashes = {f"{BROWSER}/{path}": digest for one in noted for path, digest in one["files"].items()}
    fonts = json.loads((ROOT / FONTS / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    hashes |= {f"{FONTS}/{path}": one["sha256"] for path, one in fonts.items()}
    (wheel,) = (ROOT / "tools").glob("*.whl")
    hashes[f"tools/{wheel.name}"] = Path(f"{wheel}.sha256").read_text(encoding="ascii").split()[0]
    found = {path: digest for part in parts.kept_files() for path, digest in part.files.items()}
    assert {path: found[path] for path in hashes} == hashes
    assert {Path(path).name for path in found.keys() - hashes.keys()} == {"OFL.txt"}


def test_the_list_is_the_one_kept() -> None:
    assert (ROOT / "docs" / "licences.md").read_text(encoding="utf-8") == licences.text(), MAKE


def test_the_bill_is_the_one_kept_valid_and_reproducible(bill: str) -> None:
    assert (ROOT / "docs" / "sbom.cdx.json").read_text(encoding="utf-8") == bill, MAKE
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(bill) is None
    assert sbom.text() == bill
    for word in ("timestamp", "serialNumber", "pypi.org", "simple/"):
        assert word not in bill


def test_the_bill_holds_every_package_with_its_hashes_and_every_file(bill: str) -> None:
    told = json.loads(bill)
    found = {(one["name"], one["version"]): one for one in told["components"]}
    text = (ROOT / PROGRAM).read_text(encoding="utf-8")
    for part in parts.packages(PROGRAM):
        one = found[part.name, part.version]
        hashes = {digest["content"] for digest in one["externalReferences"][0]["hashes"]}
        assert hashes
        assert all(f"--hash=sha256:{digest}" in text for digest in hashes)
        assert one["licenses"] == [{"expression": part.licence}]
    assert text.count("--hash=sha256:") == sum(
        len(one["externalReferences"][0]["hashes"]) for one in told["components"] if "externalReferences" in one
    )
    files = {
        file["name"]: file["hashes"][0]["content"] for one in told["components"] for file in one.get("components", [])
    }
    assert files == {path: digest for part in parts.kept_files() for path, digest in part.files.items()}
    for path, digest in files.items():
        assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == digest
    (root,) = told["dependencies"]
    assert {"pkg:pypi/django@5.2.19", "pkg:pypi/psycopg@3.3.9"} <= set(root["dependsOn"])
    asked = [line for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines() if line[:1].isalpha()]
    assert len(root["dependsOn"]) == len(asked)
