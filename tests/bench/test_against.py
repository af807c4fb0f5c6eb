"""Another revision beside this one: found or refused, its files gone afterwards, an environment that fits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench import against

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_no_revision_is_refused_with_a_sentence() -> None:
    for word in ("no-such-revision", "--all", "HEAD:go.py"):
        with pytest.raises(against.NoSuchRevision, match="没有版本"):
            against.commit_of(word)


def test_the_files_of_a_revision_stand_beside_and_are_gone_afterwards() -> None:
    def worktrees() -> str:
        return subprocess.run(["git", "worktree", "list"], cwd=ROOT, capture_output=True, text=True).stdout

    before = worktrees()
    with pytest.raises(KeyboardInterrupt), against.checked_out(against.commit_of("HEAD")) as place:
        assert (place / "bench" / "seed.py").is_file() and (place / "shuangcha" / "conf" / "settings.py").is_file()
        assert ROOT not in place.parents
        raise KeyboardInterrupt
    assert not place.exists() and worktrees() == before


def test_this_environment_serves_where_it_has_all_of_the_others_pins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    own = (ROOT / against.PROGRAM).read_text(encoding="utf-8")
    built: list[Path] = []

    def build(command: list[str], *, cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
        built.append(cwd)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(against.subprocess, "run", build)
    first = own.index("==")
    fewer = "\n".join(line for line in own.splitlines() if not line.startswith("pydantic-settings"))
    for text, fits in ((own, True), (fewer, True), (own[:first] + "==0.0.1" + own[own.index(" ", first) :], False)):
        built.clear()
        (tmp_path / against.PROGRAM).write_text(text, encoding="utf-8")
        python = against.python_for(tmp_path)
        assert (python == sys.executable, built) == (fits, [] if fits else [tmp_path]), text[:80]


def test_pins_are_read_with_their_extras_and_without_their_hashes() -> None:
    text = "Django==5.2.19 \\\n    --hash=sha256:00\npsycopg[binary]==3.3 ; python_version >= '3.11'\n# x==1\n"
    assert against.pins(text) == {"django": "5.2.19", "psycopg[binary]": "3.3"}
