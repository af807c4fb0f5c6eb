"""Django's commands; `python3 go.py do COMMAND …` calls this file with the right environment."""

from __future__ import annotations

import os
import sys


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangcha.conf.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import ManagementUtility, execute_from_command_line
    from django.db.utils import OperationalError

    try:
        if sys.argv[1:2] == ["version"]:  # Django would answer this word itself, with its own version
            django.setup()
            ManagementUtility(sys.argv).fetch_command("version").run_from_argv(sys.argv)
        else:
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        return refuse(str(wrong))
    except OperationalError as wrong:
        return refuse(sentence(wrong))
    except OSError as wrong:
        if wrong.errno != 28:  # ENOSPC
            raise
        return refuse("磁盘空间不足，请清理后重试。")
    return 0


def sentence(wrong: Exception) -> str:
    """One sentence for a database that does not answer; the password is never part of it."""
    text = " ".join(str(wrong).split())
    if "disk is full" in text or "No space left" in text:
        return "磁盘空间不足，请清理后重试。"
    if "no such table" in text or ("does not exist" in text and "relation" in text):
        return f"数据库尚未初始化或版本不符，请先运行 python3 go.py run（{text}）。"
    return f"数据库无法使用，请检查 DATABASE_URL 与数据库服务（{text}）。"


def refuse(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
