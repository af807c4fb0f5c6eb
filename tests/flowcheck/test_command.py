"""The shell: words, exit codes, what is written, and that bad input is one sentence and leaves nothing behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from shuangcha.flowcheck.command import main
from shuangcha.flowcheck.generate import generate
from shuangcha.flowcheck.schema import TABLES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "data"
    generate(folder, cases=600, seed=2)
    return folder


def outcome(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(words)
    told = capsys.readouterr()
    return status, told.out, told.err


def test_a_data_set_is_checked_and_everything_is_written(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = outcome(capsys, "flowcheck", str(made), "--as-of", "2025-06-30", "--out", str(tmp_path / "out"))
    assert (status, err) == (0, "")
    assert "600件案件" in out and "发出执行通知超过10日" in out and "不是认定" in out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "courts.parquet",
        "evidence.parquet",
        "findings.json",
        "findings.parquet",
        "findings.xlsx",
        "officers.parquet",
        "officers.xlsx",
        "summary.json",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_json_only_prints_json(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = outcome(
        capsys, "flowcheck", str(made), "--as-of=2025-06-30", "--out", str(tmp_path / "out"), "--json"
    )
    told = json.loads(out)
    assert (
        status == 0
        and err == ""
        and told["cases"] == 600
        and told["findings"]["P01"] > 0
        and told["as_of"] == "2025-06-30"
    )
    assert told["reading"] is None and told["rule_version"]


def test_raw_files_are_read_first_and_kept_with_their_report(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for table in TABLES:
        duckdb.execute(f"COPY (SELECT * FROM read_parquet('{made}/{table.name}.parquet')) TO '{raw}/{table.name}.csv'")
    with (raw / "cases.csv").open("a", encoding="utf-8") as file:
        file.write("601,（2024）豫0302执9号,豫0302,enforcement,某日,1,1,x,bank,d,a,,,,,\n")
    status, out, _ = outcome(capsys, "flowcheck", str(raw), "--as-of", "2025-06-30", "--out", str(tmp_path / "out"))
    assert status == 0 and "未采用1行" in out
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["cases"] == 600
    assert "立案日期" in (tmp_path / "out" / "data" / "rejected.csv").read_text(encoding="utf-8-sig")
    assert "不是日期" in (tmp_path / "out" / "validation.txt").read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("cases", "events"):
        duckdb.execute(f"COPY (SELECT * FROM read_parquet('{made}/{name}.parquet')) TO '{raw}/{name}.csv'")
    status, out, _ = outcome(capsys, "flowcheck", str(raw), "--as-of", "2025-06-30", "--dry-run", "--json")
    told = json.loads(out)
    assert status == 0 and told["kept"]["cases"] == 600 and told["dry_run"] is True
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
    assert outcome(capsys, "flowcheck", str(made), "--as-of", "2025-06-30", "--dry-run")[0] == 0


@pytest.mark.parametrize(
    "words,sentence",
    [
        ([], "没有这个命令"),
        (["flow"], "没有这个命令"),
        (["flowcheck"], "缺少DATA、--as-of"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30"], "--out"),
        (["flowcheck", "MADE", "--as-of", "2025-02-30", "--out", "OUT"], "2025-02-30"),
        (["flowcheck", "MADE", "--as-of", "soon", "--out", "OUT"], "soon"),
        (["flowcheck", "NOWHERE", "--as-of", "2025-06-30", "--out", "OUT"], "不存在"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "MADE"], "已有内容"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--engine", "abacus"], "abacus"),
        (
            ["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--spark", "spark.master=x"],
            "只用于spark引擎",
        ),
        (
            ["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--engine", "spark", "--spark", "x"],
            "--spark“x”写法不对",
        ),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--mapping", "x.yaml"], "不需要映射"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--reference", "--rules", "x"], "不能同时使用"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--memory", "much"], "不是整数"),
        (["flowcheck", "MADE", "--as-of", "2025-06-30", "--out", "OUT", "--fast"], "不认识--fast"),
        (["flow-generate", "OUT", "--cases", "-3"], "不是整数"),
        (["flow-generate", "OUT", "--cases"], "--cases后面缺少内容"),
        (["flow-generate", "OUT", "--cases", "0"], "案件数"),
        (["flow-generate", "OUT", "--as-of", "2031-01-01"], "2031"),
        (["flow-generate", "MADE"], "已有内容"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_1(
    made: Path, tmp_path: Path, words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"MADE": str(made), "OUT": str(tmp_path / "out"), "NOWHERE": str(tmp_path / "nowhere")}
    before = sorted(path.name for path in made.iterdir())
    status, out, err = outcome(capsys, *(places.get(one, one) for one in words))
    assert status == 1 and out == ""
    assert sentence in err and err.count("\n") == 1 and "Traceback" not in err
    assert not list(tmp_path.iterdir()) and sorted(path.name for path in made.iterdir()) == before


def test_the_rules_are_listed_with_their_sources(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = outcome(capsys, "flowcheck-rules", "--json")
    told = json.loads(out)["rules"]
    assert status == 0 and {"P01", "C01", "F05"} <= {one["id"] for one in told}
    assert all(one["sources"] and one["title"] and one["family"] for one in told)
    notice = next(one for one in told if one["id"] == "P01")["sources"]
    assert [one["article"] for one in notice] == ["第482条", "第480条"] and notice[1]["from"] == "2022-04-10"
    objection = next(one for one in told if one["id"] == "P10")
    assert (objection["parameters"]["limit"], objection["parameters"]["limit_2"]) == ("3日", "15日")
    assert objection["parameters"]["target_2"] == {"nodes": ["N42"], "where": {"outcome": ["ruled", "rejected"]}}
    assert all(set(one["marks"]) == set(one["parameters"]) for one in told)
    assert [one["article"] for one in objection["sources"]] == ["第2条", "第225条", "第232条", "第236条"]
    status, out, _ = outcome(capsys, "flowcheck-rules")
    assert (
        "P01  发出执行通知超过10日" in out
        and "第480条" in out
        and "limit_2: 15日〔V〕" in out
        and "percent: 60〔D〕" in out
    )


def test_the_schema_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(outcome(capsys, "flowcheck-schema", "--json")[1])
    assert set(told) == {one.name for one in TABLES} and told["cases"]["required"]
    assert "立案日期" in outcome(capsys, "flowcheck-schema")[1]


def test_generating_prints_what_was_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = outcome(capsys, "flow-generate", str(tmp_path / "g"), "--cases", "48", "--seed", "7", "--json")
    assert status == 0 and json.loads(out)["counts"]["cases"] == 48
    assert (tmp_path / "g" / "truth.parquet").exists()


def test_a_disk_that_fills_up_leaves_no_result(made: Path, tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, resource.RLIM_INFINITY));"
        "from shuangcha.flowcheck.command import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["flowcheck", str(made), "--as-of", "2025-06-30", "--out", str(tmp_path / "out")]
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 1 and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


def test_go_py_runs_the_words_where_it_was_called(tmp_path: Path) -> None:
    """Relative paths mean the caller's folder; no instance and no database are asked for."""
    from tools import commands

    seen: list[object] = []
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patch:
        patch.setattr(commands.ENVIRONMENT, "prepare", lambda *_: None)
        patch.setattr(commands, "become", lambda command, env, stay=False: seen.append((command, env, stay)) or 0)
        patch.setenv("DATABASE_URL", "nonsense://")
        assert commands.run("do", ["flow-generate", "made", "--cases", "24"]) == 0
    command, env, stay = seen[0]  # type: ignore[misc]
    assert stay is True
    done = subprocess.run(
        [sys.executable, *command[1:]],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": env["PYTHONPATH"], "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "已生成" in done.stdout, done.stderr
    assert (tmp_path / "made" / "manifest.json").exists()
