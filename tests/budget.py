"""What a folder of tests may cost, and what is run on one engine only. Read by `go.py test` (tools/suite.py).

Standard library only. A new folder needs no line here: it runs on both engines and has the budget of others.
"""

from __future__ import annotations

ONE_ENGINE: dict[str, tuple[str, str]] = {
    "tests/browser": ("sqlite", "its demo is a SQLite instance of its own, whatever the session runs on"),
    "tests/papers/test_print.py": ("sqlite", "documents made in the test, set by a browser; no row is read"),
    "tests/periods": ("sqlite", "arithmetic of days; no database"),
    "tests/numbers": ("sqlite", "texts and numbers; no database"),
    "tests/flowcheck": ("sqlite", "系统检查 reads files with its own engine; no database of ours"),
    "tests/conf/test_go.py": ("sqlite", "go.py and its environment; no database"),
    "tests/stories/test_demo.py::test_one_json_document_and_a_file_that_stays": (
        "sqlite",
        "the command makes a SQLite instance of its own, whatever the session runs on",
    ),
    "tests/stories/test_demo.py::test_a_story_that_is_not_there_is_refused": (
        "sqlite",
        "the command refuses before it opens its own SQLite instance",
    ),
    "tests/plan/test_table.py": ("sqlite", "the table of the plan itself; models are looked at, not asked"),
    "tests/vault/test_crypto.py": ("sqlite", "encryption of bytes; no database"),
    "tests/vault/test_keys.py": ("sqlite", "files in the keys folder; no database"),
    "tests/exchange/test_description.py": ("sqlite", "the description of the interface comes from the code"),
    "tests/flowruns/test_checkup_pdf.py": ("sqlite", "the look of a paper made from files"),
    "tests/desk/test_ease.py": ("sqlite", "labels, keys and colours of pages whose queries other files ask on both"),
    "tests/desk/test_help.py": ("sqlite", "the manual and its links; texts only"),
}
"""Path of a folder, a file or a test → the one engine that it runs on, and why the other would prove nothing more."""

BUDGETS: dict[str, float] = {
    "access": 120,
    "acts": 160,
    "audit": 110,
    "browser": 240,
    "conf": 90,
    "cost": 180,
    "desk": 520,
    "exchange": 90,
    "figures": 130,
    "flowcheck": 150,
    "flowruns": 150,
    "plan": 180,
    "races": 130,
    "releases": 120,
    "search": 60,
    "stories": 120,
    "walker": 80,
}
OTHERS = 60.0
"""Processor seconds by folder, both engines together, on the machine where the loop of tests/harness/times.py takes LOOP."""

MARGIN = 1.5
LOOP = 0.01
