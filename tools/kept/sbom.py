"""docs/sbom.cdx.json: what an installed instance consists of, as CycloneDX 1.6; the same bytes for the same tree.

cyclonedx-py reads the hashed requirements. Its addresses of a package registry are taken out (a court installs from its
own mirror or from a folder), licences and the files kept in the tree are put in.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.kept.parts import PROGRAM, ROOT, Part, kept_files, packages

PIP = "pip"


def text(root: Path = ROOT) -> str:
    return json.dumps(document(root), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def document(root: Path = ROOT) -> dict[str, Any]:
    made = _made(root)
    licences = {one.name: one.licence for one in packages(PROGRAM, root)}
    for component in made["components"]:
        _plain(component, licences[component["name"]])
    made["components"] += [_kept(part) for part in kept_files(root)]
    made["metadata"]["tools"] = {
        "components": [
            {key: tool[key] for key in ("type", "group", "name", "version") if key in tool}
            for tool in made["metadata"]["tools"]["components"]
        ]
    }
    # Only what the program asks for itself is told; a package without an entry has dependencies that are not told here.
    asked = re.findall(r"^[a-z][a-z0-9-]*", (root / "requirements.in").read_text(encoding="utf-8"), re.M)
    direct = [one["bom-ref"] for one in made["components"] if one["name"] in asked]
    made["dependencies"] = [{"ref": made["metadata"]["component"]["bom-ref"], "dependsOn": sorted(direct)}]
    return made


def _made(root: Path) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", PROGRAM]
    command += ["--pyproject", "pyproject.toml", "--short-PURLs", "--output-reproducible", "--spec-version", "1.6"]
    done = subprocess.run(command, cwd=root, text=True, capture_output=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def _plain(component: dict[str, Any], licence: str) -> None:
    """One package: named by its purl, its line and address left out, its hashes kept."""
    del component["description"]
    component["bom-ref"] = component["purl"]
    component["licenses"] = [{"expression": licence}]
    for one in component["externalReferences"]:
        one["url"] = component["purl"]
        one["comment"] = "any one of the files with these hashes is installed"


def _kept(part: Part) -> dict[str, Any]:
    kind = "npm" if part.name.startswith("bootstrap") else "pypi" if part.name == PIP else "generic"
    name = part.name.replace(" ", "-").lower()
    purl = f"pkg:{kind}/{name}@{part.version}"
    return {
        "type": "library",
        "bom-ref": f"kept:{name}",
        "name": part.name,
        "version": part.version,
        "purl": purl,
        "licenses": [{"expression": part.licence}],
        "components": [
            {"type": "file", "bom-ref": path, "name": path, "hashes": [{"alg": "SHA-256", "content": digest}]}
            for path, digest in part.files.items()
        ],
    }
