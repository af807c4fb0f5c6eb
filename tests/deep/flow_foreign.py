"""Event logs that are not ours, read through mapping files and judged: a CSV with other names and dates, and XES.

The logs come with the package opyenxes (MIT), fetched by pip into a temporary folder; nothing of them is kept here.
They know no entry time, no courts and no 案号, so most rules are unable and must say so, and the rest must run.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from datetime import date
from pathlib import Path

from shuangcha.flowcheck import check_folder, load_rules, read_findings
from shuangcha.flowcheck.read import load

PACKAGE = "opyenxes==0.3.0"
NODES = """
      register request: N01
      examine casually: N15
      examine thoroughly: N17
      check ticket: N16
      decide: N36
      pay compensation: {node: N34, outcome: done}
      reject request: N39
      reinitiate request: N38
"""
CSV = f"""
source: an event log as CSV
tables:
  cases:
    file: csv_file.csv
    columns: {{case_number: Case ID, court: {{constant: 外来}}, kind: {{constant: enforcement}}, filed_on: {{derive: first_event}}, closed_on: {{derive: last_event}}}}
  events:
    file: csv_file.csv
    columns: {{case_number: Case ID, node: Activity, event_at: {{from: "dd-MM-yyyy:HH.mm", format: "%d-%m-%Y:%H.%M"}}, operator: Resource, amount: {{from: Costs, unit: 元}}}}
    nodes:{NODES}
"""
XES = f"""
source: an event log as XES
tables:
  cases:
    file: general_example.xes
    columns: {{case_number: "concept:name", court: {{constant: 外来}}, kind: {{constant: enforcement}}, filed_on: {{derive: first_event}}, closed_on: {{derive: last_event}}}}
  events:
    file: general_example.xes
    columns: {{case_number: "case:concept:name", node: "concept:name", event_at: "time:timestamp", operator: "org:resource", amount: Costs}}
    nodes:{NODES}
"""


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="shuangcha-foreign-") as folder:
        home = Path(folder)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", folder, PACKAGE],
            check=True,
        )
        with tarfile.open(next(home.glob("opyenxes*.tar.gz"))) as packed:
            packed.extractall(home, filter="data")
        logs = next(home.glob("opyenxes*/example/xes_file"))
        wrong = 0
        for name, file, mapping in (("csv", "csv_file.csv", CSV), ("xes", "general_example.xes", XES)):
            (home / f"{name}.yaml").write_text(mapping, encoding="utf-8")
            report = load(
                logs / file, home / f"data-{name}", taken_at=date(2011, 12, 31), mapping=home / f"{name}.yaml"
            )
            summary = check_folder(
                home / f"data-{name}", home / f"out-{name}", rules=load_rules(), as_of=date(2011, 12, 31)
            )
            text = (logs / file).read_text(encoding="utf-8")
            if name == "csv":
                lines = text.strip().splitlines()[1:]
                expected = {"cases": len({line.split(";")[0] for line in lines}), "events": len(lines)}
            else:
                expected = {"cases": text.count("<trace>"), "events": text.count("<event>")}
            early = len({one.case_id for one in read_findings(home / f"out-{name}", rule="C01")})
            print(
                f"{name}: {report.kept}, unknown {report.activities}, {len(summary.unable)} rules unable,"
                f" C01 in {early} cases, found {sum(summary.findings.values())}"
            )
            # Every case is decided (N36) within weeks of its first event; nothing is unknown or lost; F01 lacks its
            # column.
            if (
                report.rejected
                or report.activities
                or report.kept != expected
                or early != expected["cases"]
                or "F01" not in summary.unable
            ):
                print(f"  !!! {name}: expected {expected}; {report.lines()}")
                wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
