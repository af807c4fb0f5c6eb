"""What a killed run leaves behind goes with the next run; what lives or belongs to another machine stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from shuangcha.flowcheck import check_folder, reference_rules
from shuangcha.flowcheck.generate import AS_OF, generate
from shuangcha.flowcheck.workplace import beside

RUN = """
import sys, time
from pathlib import Path
from shuangcha.flowcheck import check_folder, reference_rules
from shuangcha.flowcheck.generate import AS_OF
def wait(done, total, title):
    if done > 3:
        print("in the middle", flush=True)
        time.sleep(60)
check_folder(Path(sys.argv[1]), Path(sys.argv[2]), rules=reference_rules(), as_of=AS_OF, progress=wait)
"""


def test_a_killed_run_is_cleared_by_the_next(tmp_path: Path) -> None:
    data, out = tmp_path / "data", tmp_path / "out"
    generate(data, cases=100)
    killed = subprocess.Popen([sys.executable, "-c", RUN, str(data), str(out)], stdout=subprocess.PIPE, text=True)
    assert killed.stdout is not None and killed.stdout.readline() == "in the middle\n"
    during = [path.name for path in tmp_path.iterdir() if path.name.startswith(".out.")]
    assert len(during) == 1
    foreign = tmp_path / ".out.another-machine@1-0.part"
    foreign.mkdir()
    check_folder(data, out, rules=reference_rules(), as_of=AS_OF)
    assert during[0] in os.listdir(tmp_path), "its process lives"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    time.sleep(0.1)
    check_folder(data, out, rules=reference_rules(), as_of=AS_OF)
    assert sorted(os.listdir(tmp_path)) == [foreign.name, "data", "out"]


def test_two_places_of_one_process_differ(tmp_path: Path) -> None:
    assert beside(tmp_path / "x [1]*") != beside(tmp_path / "x [1]*")
