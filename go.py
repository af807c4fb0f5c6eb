#!/usr/bin/env python3
"""双查: one file to start, test and measure the program from a bare clone.

    python3 go.py run [--empty] [--port N] [--bind ADDR] [--data DIR] [--wheels DIR]
    python3 go.py test [pytest arguments]      all checks, then all tests on SQLite files and on PostgreSQL
    python3 go.py check [NAME ...]             only the checks that `test` runs first, or those named; --list names them
    python3 go.py do [--data DIR] COMMAND ...  one command of the program; with --json only JSON goes to stdout
    python3 go.py bench [PART] | deep [PART] | shots [tasks]

Standard library only. Written so that Python 3.6 can still read it and say that it is too old; what needs a newer
Python lies in tools/.
"""

import os
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.abspath(__file__))
USAGE = "用法 / usage: python3 go.py run | test | check [NAME] | do COMMAND | bench [PART] | deep [PART] | shots"


def say(text):
    """Everything go.py itself has to say goes to stderr: stdout belongs to the commands."""
    sys.stderr.flush()
    data = (text + "\n").encode("utf-8")
    getattr(sys.stderr, "buffer", sys.stderr).write(data)
    sys.stderr.flush()


def main(words, version=None):
    """Run one command and return its exit status."""
    found = version or tuple(sys.version_info[:3])
    if tuple(found[:2]) < OLDEST:
        say(
            "需要 Python 3.11 或更高版本 / Python 3.11 or later is needed ({} {}).".format(
                sys.executable, ".".join(str(n) for n in found)
            )
        )
        return 1
    sys.path.insert(0, ROOT)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # Chinese comes out under any locale
    if words[:2] == ["do", "due"]:
        # Arithmetic of periods needs neither Django nor any package: answered at once, by this very interpreter.
        from shuangcha.periods.command import main_due

        return main_due(words[2:])
    from tools import commands, environment

    if not words or words[0] in ("-h", "--help", "help"):
        say(__doc__ if words else USAGE)
        return 0 if words else 1
    try:
        return commands.run(words[0], words[1:])
    except environment.Refused as refused:
        say(str(refused))
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    # The words are UTF-8 whatever the locale says.
    sys.exit(main([os.fsencode(word).decode("utf-8", "replace") for word in sys.argv[1:]]))
