"""`do due`: what it prints, where, and with which exit code."""

import csv
import io
import json
import time
from pathlib import Path

import pytest

from shuangcha.periods.command import main_due

Capture = pytest.CaptureFixture[str]


def test_plain(capsys: Capture) -> None:
    assert main_due(["2020-05-20", "1月"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "2020-06-22"
    assert "顺延：" in out and "〔" in out
    assert err == ""


def test_json_and_nothing_else(capsys: Capture) -> None:
    assert main_due(["2020-07-08", "6月", "--suspend", "2020-09-01/2020-10-01", "--json"]) == 0
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert set(answer) == {"due", "steps", "provisional"}
    assert (answer["due"], answer["provisional"], err) == ("2021-02-07", False, "")


def test_several_stops_and_provisional(capsys: Capture) -> None:
    stops = ["--suspend", "2022-04-10/2022-06-09", "--suspend=2022-07-01/2022-07-31"]
    assert main_due(["--json", *stops, "2022-03-01", "6月"]) == 0
    assert json.loads(capsys.readouterr().out)["due"] == "2022-11-30"
    assert main_due(["2027-01-05", "5工作日"]) == 0
    assert capsys.readouterr().out.startswith("2027-01-12（暂定）\n")


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        ([], "须写明起始日和期间两项"),
        (["2020-05-20"], "须写明起始日和期间两项"),
        (["2020-13-01", "1月"], "日期“2020-13-01”不存在"),
        (["昨天", "1月"], "日期“昨天”无法识别"),
        (["2020-05-20", "1周"], "期间“1周”无法识别"),
        (["2020-05-20", "1月", "--suspend"], "--suspend后面缺少内容"),
        (["2020-05-20", "1月", "--suspend", "2020-06-01"], "扣除期间“2020-06-01”无法识别"),
        (["2020-05-20", "1月", "--suspend", "2020-06-02/2020-06-01"], "止日早于起日"),
        (["2020-05-20", "1月", "--fast"], "不认识的选项“--fast”"),
        (["--batch", "no-such-file.csv"], "文件不存在"),
        (["--batch", "."], "这是文件夹"),
        (["--batch", "a.csv", "--json"], "--batch不能与"),
    ],
)
def test_bad_input_is_one_sentence_on_stderr(argv: list[str], sentence: str, capsys: Capture) -> None:
    assert main_due(argv) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert err.endswith("。\n") and err.count("\n") == 1


def test_help(capsys: Capture) -> None:
    assert main_due(["--help"]) == 0
    assert "--batch" in capsys.readouterr().out


def run_batch(path: Path, text: str | bytes, capsys: Capture) -> tuple[int, list[dict[str, str]], str]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code = main_due(["--batch", str(path)])
    out, err = capsys.readouterr()
    return code, list(csv.DictReader(io.StringIO(out))), err


def test_batch(tmp_path: Path, capsys: Capture) -> None:
    text = (
        "案件,start,period,suspend\n"
        "甲,2020-05-20,1月,\n"
        '"乙, 丙",2022-03-01,6月,2022-04-10/2022-06-09;2022-07-01/2022-07-31\n'
        "\n"
        "丁,2027-01-05,5工作日\n"
    )
    code, rows, err = run_batch(tmp_path / "期间.csv", text, capsys)
    assert (code, err) == (0, "")
    assert list(rows[0]) == ["案件", "start", "period", "suspend", "due", "provisional"]
    assert [(row["案件"], row["due"], row["provisional"]) for row in rows] == [
        ("甲", "2020-06-22", "false"),
        ("乙, 丙", "2022-11-30", "false"),
        ("丁", "2027-01-12", "true"),
    ]


def test_batch_computes_the_good_rows_beside_the_bad(tmp_path: Path, capsys: Capture) -> None:
    text = "start,period,suspend\n2020-05-20,1月,\n2020-05-20,1周,\n2020-05-20\n2020-05-20,1月,错\n2020-05-20,1月,,多\n"
    code, rows, _ = run_batch(tmp_path / "a.csv", text, capsys)
    assert code == 1
    assert [row["due"] for row in rows] == ["2020-06-22", "", "", "", ""]
    assert rows[0]["error"] == ""
    for row, sentence in zip(rows[1:], ["期间“1周”", "缺少起始日或期间", "扣除期间“错”", "本行有4列"], strict=True):
        assert sentence in row["error"]


def test_batch_output_can_be_fed_in_again(tmp_path: Path, capsys: Capture) -> None:
    text = "start,period,due,provisional\n2020-05-20,1月,旧,旧\n"
    _, rows, _ = run_batch(tmp_path / "a.csv", text, capsys)
    assert rows == [{"start": "2020-05-20", "period": "1月", "due": "2020-06-22", "provisional": "false"}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_batch_reads_what_office_programs_write(encoding: str, tmp_path: Path, capsys: Capture) -> None:
    code, rows, _ = run_batch(tmp_path / "a.csv", "start,period\r\n2020-05-20,5工作日\r\n".encode(encoding), capsys)
    assert (code, rows[0]["due"]) == (0, "2020-05-27")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "首行须有start和period"),
        (b"a,b\n1,2\n", "首行须有start和period"),
        (b"start,period\n\xff\xff\xff\n", "既不是UTF-8也不是GB18030"),
        (b"start,period\n" + b"x" * 200_000 + b",1\n", "不是规范的CSV"),
    ],
)
def test_batch_refuses_other_files(data: bytes, sentence: str, tmp_path: Path, capsys: Capture) -> None:
    code, rows, err = run_batch(tmp_path / "a.csv", data, capsys)
    assert (code, rows) == (1, [])
    assert sentence in err and err.count("\n") == 1


def test_batch_of_100_000_rows_takes_seconds(tmp_path: Path, capsys: Capture) -> None:
    kinds = ["1月,", "30日,", "5工作日,", "6月,2024-04-10/2024-06-09;2024-07-01/2024-07-31"]
    body = "".join(f"2024-{n % 12 + 1:02}-{n % 28 + 1:02},{kinds[n % 4]}\n" for n in range(100_000))
    began = time.perf_counter()
    code, rows, _ = run_batch(tmp_path / "a.csv", "start,period,suspend\n" + body, capsys)
    assert time.perf_counter() - began < 10
    assert (code, len(rows)) == (0, 100_000)
