"""The commands `do flowcheck`, `do flowcheck-rules`, `do flow-generate`, `do flowcheck-schema`: no instance,
no database.

`python -m shuangcha.flowcheck.command WORD …`. Exit 0: done (signs found or not); 1: one Chinese sentence on stderr
says what is wrong, and nothing was written; 130: called off.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from .command_line import SEVERITY, Parser, day, number, table, wide
from .model import Cancelled, FlowError, RuleSet, Summary
from .schema import REQUIRED_TABLES, TABLES

WORDS = ("flowcheck", "flowcheck-rules", "flow-generate", "flowcheck-schema")
MARKS = "S 方案原文，V 已核对的法条，V~ 只核对到部分或者转引，L 地方规定，M 待核对，D 系统约定"


def main(words: Sequence[str]) -> int:
    """Run one command; returns its exit status."""
    commands: dict[str, Callable[[list[str]], int]] = {
        "flowcheck": _check,
        "flowcheck-rules": _rules,
        "flow-generate": _generate,
        "flowcheck-schema": _schema,
    }
    try:
        if not words or words[0] not in commands:
            raise FlowError(f"没有这个命令，可用：{'、'.join(WORDS)}。")
        return commands[words[0]](list(words[1:]))
    except FlowError as error:
        print(error, file=sys.stderr)
        return 1
    except (Cancelled, KeyboardInterrupt):
        print("已取消，没有写出任何结果。", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 0


# --- flowcheck ---


def _spark(text: str, engine: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if engine != "spark":
        raise FlowError("--spark只用于spark引擎，请同时写--engine spark。")
    if not sign or not value or not key.startswith("spark."):
        raise FlowError(f"--spark“{text[:60]}”写法不对，应为 spark.名称=值，例如：spark.master=local[4]。")
    return key, value


def _check_parser() -> Parser:
    parser = Parser(prog="flowcheck", description="对执行案件流程数据运行规则，找出风险信号。")
    parser.add_argument("data", metavar="DATA", help="数据集目录，或待读入的文件、目录（CSV、XLSX、Parquet、XES）")
    parser.add_argument("--as-of", required=True, metavar="YYYY-MM-DD", help="基准日：以这一天判断是否超期")
    parser.add_argument("--out", metavar="DIR", help="结果目录，须不存在或为空")
    parser.add_argument("--engine", default="duckdb", metavar="ENGINE", help="duckdb（默认）或 spark")
    parser.add_argument(
        "--spark",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="Spark自身的设置，可重复，例如 spark.master=local[4]（默认local[2]）",
    )
    parser.add_argument("--rules", metavar="FILE", help="本地规则文件")
    parser.add_argument("--mapping", metavar="FILE", help="读入原始文件的映射文件，写法见 docs/flow-data.md")
    parser.add_argument("--reference", action="store_true", help="只运行14条基准规则")
    parser.add_argument("--salt", metavar="FILE", help="姓名替换所用的密钥文件；不给则每次另取")
    parser.add_argument("--plain-names", action="store_true", help="保留当事人姓名，不作替换")
    parser.add_argument("--dry-run", action="store_true", help="只核对数据与映射，不写出任何内容")
    parser.add_argument(
        "--checkup",
        action="append",
        default=[],
        metavar="COURT",
        help="另写出这个法院的体检表（PDF），可重复；写“全部”则每个法院一份",
    )
    parser.add_argument("--json", action="store_true", help="结果摘要以JSON写到标准输出")
    parser.add_argument("--memory", default="1500", metavar="MB", help="内存上限，默认1500")
    parser.add_argument("--threads", default="2", metavar="N")
    return parser


def _check(words: list[str]) -> int:
    asked = _check_parser().parse_args(words)
    from .read import Publishing
    from .read.publish import MANIFEST

    as_of, source = day(asked.as_of), Path(asked.data)
    memory, threads = number(asked.memory, "内存上限"), number(asked.threads, "线程数")
    if memory < 200 or not 1 <= threads <= 256:
        raise FlowError("内存上限至少200 MB，线程数须为1至256。")
    if asked.engine not in ("duckdb", "spark"):
        raise FlowError(f"引擎“{asked.engine[:30]}”无法识别，可用：duckdb、spark。")
    spark = dict(_spark(one, asked.engine) for one in asked.spark)
    if not asked.dry_run and not asked.out:
        raise FlowError("请用--out写明结果目录，例如：--out 结果；只核对数据请加--dry-run。")
    rules = _asked_rules(asked.rules, asked.reference)
    ready = (source / MANIFEST).exists()
    if ready and asked.mapping:
        raise FlowError(f"“{source}”已是数据集，不需要映射文件；请去掉--mapping。")
    if asked.dry_run:
        return _dry_run(source, ready, asked, as_of)
    stopped = _stopping()
    with Publishing(Path(asked.out)) as out:
        report = None
        data = source
        if not ready:
            report, data = _read(source, out.folder / "data", asked, as_of, memory, threads)
        from . import check_folder
        from .report import write_reports
        from .report.pdf import wanted_courts, write_checkups

        courts = wanted_courts(data, asked.checkup)
        result = out.folder / "result"
        summary = check_folder(
            data,
            result,
            rules=rules,
            as_of=as_of,
            engine=asked.engine,
            spark=spark,
            memory_mb=memory,
            threads=threads,
            progress=_bar if sys.stderr.isatty() else None,
            cancelled=lambda: bool(stopped),
        )
        files = write_reports(data, result, rules, summary) + write_checkups(data, result, rules, courts)
        if stopped:
            raise Cancelled
        for path in sorted(result.iterdir()):
            path.rename(out.folder / path.name)
        result.rmdir()
        if report is not None:
            (out.folder / "validation.txt").write_text("\n".join(report.lines()) + "\n", encoding="utf-8")
        out.put()
    _tell(asked, as_of, summary, rules, files, report)
    return 0


def _tell(asked: Any, as_of: date, summary: Summary, rules: RuleSet, files: list[str], report: Any) -> None:
    """The result on stdout: as JSON, or the report of reading (if anything was read) and the table of the rules."""
    if asked.json:
        told = asdict(summary) | {
            "as_of": as_of.isoformat(),
            "out": str(asked.out),
            "files": files,
            "reading": report.as_dict() if report else None,
        }
        print(json.dumps(told, ensure_ascii=False, indent=1, default=list))
    else:
        if report is not None:
            print("\n".join(report.lines()) + "\n")
        print("\n".join(table(summary, rules)))
        print(
            f"\n结果在 {asked.out}：findings.xlsx、findings.parquet、evidence.parquet、courts.parquet"
            f"{'、体检表*.pdf' if asked.checkup else ''}；officers.* 仅供监察机构、联合调查组使用。"
        )


def _asked_rules(path: str | None, reference: bool) -> RuleSet:
    if reference:
        if path:
            raise FlowError("--reference 与 --rules 不能同时使用。")
        from . import reference_rules

        return reference_rules()
    from . import load_rules

    return load_rules(Path(path) if path else None)


def _salt(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        salt = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise FlowError(f"密钥文件“{path}”无法读取，请核对。") from None
    if len(salt) < 16:
        raise FlowError("密钥文件的内容太短，至少16个字符，例如用 openssl rand -hex 16 生成。")
    return salt


def _read(source: Path, target: Path, asked: Any, as_of: date, memory: int, threads: int) -> tuple[Any, Path]:
    from .read import load

    report = load(
        source,
        target,
        taken_at=as_of,
        mapping=Path(asked.mapping) if asked.mapping else None,
        salt=_salt(asked.salt),
        digests=not asked.plain_names,
        dry_run=asked.dry_run,
        memory_mb=memory,
        threads=threads,
        progress=(lambda text: print(text, file=sys.stderr)) if sys.stderr.isatty() else None,
    )
    return report, target


def _dry_run(source: Path, ready: bool, asked: Any, as_of: date) -> int:
    if ready:
        from .read import read_manifest

        manifest = read_manifest(source)
        told = {"tables": manifest["tables"], "taken_at": manifest["taken_at"]}
        print(
            json.dumps(told, ensure_ascii=False, indent=1)
            if asked.json
            else "已是数据集：" + "、".join(f"{name} {one['rows']}行" for name, one in manifest["tables"].items())
        )
        return 0
    report, _ = _read(source, Path("-"), asked, as_of, 1500, 2)
    print(json.dumps(report.as_dict(), ensure_ascii=False, indent=1) if asked.json else "\n".join(report.lines()))
    return 0


def _stopping() -> list[int]:
    """A list that is filled when SIGINT or SIGTERM arrives; a second SIGINT ends at once."""
    got: list[int] = []

    def note(arrived: int, _: object) -> None:
        if got and arrived == signal.SIGINT:
            raise KeyboardInterrupt
        got.append(arrived)

    try:
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, note)
    except ValueError:  # not the main thread: whoever called decides
        pass
    return got


def _bar(done: int, total: int, text: str) -> None:
    print(
        f"\r[{'#' * (20 * done // max(1, total)):20}] {text:30}",
        end="" if done < total else "\n",
        file=sys.stderr,
        flush=True,
    )


# --- the other words ---


def _rules(words: list[str]) -> int:
    parser = Parser(prog="flowcheck-rules", description="列出规则及其依据、参数、已知的无害原因。")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rules", metavar="FILE")
    parser.add_argument("--reference", action="store_true")
    asked = parser.parse_args(words)
    rules = _asked_rules(asked.rules, asked.reference)
    from .laws import LAWS
    from .rules.listing import flow, written

    listed: list[dict[str, Any]] = []
    for rule in rules.rules:
        laws = dict.fromkeys(rule.law_of(place) for place in range(len(rule.checks)))
        told = [
            asdict(source) | {"from": None if since == date.min else since.isoformat()}
            for law in laws
            for since, source in LAWS.get(law, ())
        ]
        listed.append(
            {
                "id": rule.id,
                "title": rule.title,
                "family": rule.family,
                "severity": rule.severity,
                "scope": rule.scope,
                "parameters": {name: written(value) for name, value in rule.parameters().items()},
                "marks": {name: rule.mark_of(name) for name in rule.places()},
                "needs": list(rule.needs),
                "innocent": list(rule.innocent),
                "sources": told,
            }
        )
    if asked.json:
        print(json.dumps({"version": rules.version, "rules": listed}, ensure_ascii=False, indent=1))
        return 0
    for one in listed:
        print(f"{one['id']}  {one['title']}（{one['family']}，{SEVERITY.get(str(one['severity']), '')}）")
        print("    依据：" + "；".join(_cited(source) for source in one["sources"]))
        if shown := [
            f"{name}: {flow(value)}〔{one['marks'][name]}〕"
            for name, value in one["parameters"].items()
            if value not in (None, "", [], {}) and not isinstance(value, bool)
        ]:
            print("    参数：" + "；".join(shown))
        if one["innocent"]:
            print("    已知的无害原因：" + "；".join(one["innocent"]))
        print("    所需的列：" + "、".join(one["needs"]).replace("|", "或"))
    print(f"共{len(listed)}条，规则版本 {rules.version}。依据、参数后的字母：{MARKS}。")
    return 0


def _cited(source: dict[str, Any]) -> str:
    version = f"（{source['version']}{'，自' + source['from'] if source['from'] else ''}）" if source["version"] else ""
    return f"{source['law']}{version}{source['article']}〔{source['mark']}〕"


def _generate(words: list[str]) -> int:
    parser = Parser(prog="flow-generate", description="生成虚构的流程数据，附已知的正确答案（truth.parquet）。")
    parser.add_argument("out", metavar="OUT", help="数据集目录，须不存在或为空")
    parser.add_argument("--cases", default="1000", metavar="N")
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument("--as-of", default="2025-06-30", metavar="YYYY-MM-DD")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    from .generate import generate

    manifest = generate(
        Path(asked.out), cases=number(asked.cases, "案件数"), seed=number(asked.seed, "种子"), as_of=day(asked.as_of)
    )
    counts = {name: one["rows"] for name, one in manifest["tables"].items()}
    print(
        json.dumps({"out": asked.out, "counts": counts}, ensure_ascii=False)
        if asked.json
        else f"已生成到 {asked.out}：" + "、".join(f"{name} {rows}行" for name, rows in counts.items())
    )
    return 0


def _schema(words: list[str]) -> int:
    parser = Parser(prog="flowcheck-schema", description="列出数据的表与列。")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(words)
    if asked.json:
        print(
            json.dumps(
                {
                    one.name: {
                        "title": one.title,
                        "required": one.name in REQUIRED_TABLES,
                        "columns": [asdict(column) for column in one.columns],
                    }
                    for one in TABLES
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return 0
    for one in TABLES:
        print(f"{one.name}（{one.title}）{'，不可缺少' if one.name in REQUIRED_TABLES else ''}")
        for column in one.columns:
            print(
                "  "
                + wide(column.name, 18)
                + wide(column.title, 20)
                + wide(column.kind, 9)
                + ("必填 " if column.required else "     ")
                + column.about
            )
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main(sys.argv[1:]))
