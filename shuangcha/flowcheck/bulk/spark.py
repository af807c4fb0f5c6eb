"""The same stages on Spark: every statement is the DuckDB text through sqlglot, executed and kept as Parquet.

PySpark is no dependency of the program: it is imported only when asked for. Whoever calls may set what Spark knows
(`--spark KEY=VALUE`), the master first of all.
The folder of the data and the folder of the results must be seen by all executors (NFS, HDFS mount).
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

from ..model import FlowError
from ..schema import TABLES
from ..select import quoted
from .duck import Duck
from .engine import view_sql

SETTINGS = {
    "spark.master": "local[2]",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.ansi.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
}


def to_spark(sql: str) -> str:
    """One DuckDB statement as Spark's. What sqlglot does not know by itself is put right on its tree."""

    def fix(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.Anonymous) and str(node.this).lower() == "to_seconds":
            zero = exp.Literal.number(0)
            return exp.Anonymous(
                this="make_dt_interval", expressions=[zero, zero.copy(), zero.copy(), *node.expressions]
            )
        if isinstance(node, exp.Anonymous) and str(node.this).lower() == "list_slice":
            first, last = node.expressions[1:]
            return exp.Anonymous(this="slice", expressions=[node.expressions[0], first, last])
        return node

    tree = sqlglot.parse_one(sql, read="duckdb")
    return str(tree.transform(fix).sql(dialect="spark"))


class OnSpark:
    """Stages as Parquet folders below `place`, read back as views; hits go to the run's DuckDB for publishing."""

    def __init__(
        self,
        duck: Duck,
        place: Path,
        folder: Path,
        columns: dict[str, frozenset[str]],
        own: Mapping[str, str],
    ) -> None:
        try:
            sql: Any = import_module("pyspark.sql")
        except ImportError:
            raise FlowError("没有安装PySpark，不能使用spark引擎；请另建环境安装，或者改用duckdb引擎。") from None
        builder = sql.SparkSession.builder.appName("flowcheck")
        for key, value in {**SETTINGS, **own}.items():
            builder = builder.config(key, value)
        self._spark = builder.getOrCreate()
        self._spark.sparkContext.setLogLevel("ERROR")
        self._duck, self._place, self._hits = duck, place / "spark", list[str]()
        self._place.mkdir(parents=True, exist_ok=True)
        for name in ("cal", "workdays"):
            path = self._place / f"{name}.parquet"
            duck.run(f"COPY {name} TO {quoted(str(path))} (FORMAT PARQUET)")
            self._read(name, str(path))
        for table in TABLES:
            present = columns.get(table.name, frozenset())
            if present:
                self._read(f"raw_{table.name}", str(folder / f"{table.name}.parquet"))
            self.view(table.name, view_sql(table.name, present, f"raw_{table.name}"))

    def _read(self, name: str, *paths: str) -> None:
        self._spark.read.parquet(*paths).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        self._spark.sql(to_spark(sql)).createOrReplaceTempView(name)

    def table(self, name: str, sql: str) -> None:
        path = str(self._place / name)
        self._spark.sql(to_spark(sql)).write.mode("overwrite").parquet(path)
        self._read(name, path)

    def hits(self, rule_no: int, check_no: int, sql: str) -> None:
        if " hits AS " in sql and self._hits:
            self._read("hits", *self._hits)
        elif " hits AS " in sql:
            return
        path = self._place / f"hits_{rule_no}_{check_no}"
        self._spark.sql(
            to_spark(f"SELECT {rule_no} AS rule_no, {check_no} AS check_no, h.* FROM ({sql}) AS h")
        ).write.mode("overwrite").parquet(str(path))
        self._hits.append(str(path))
        self._duck.run(f"INSERT INTO hits SELECT * FROM read_parquet({quoted(str(path / '*.parquet'))})")

    def rare(self) -> frozenset[str]:
        return frozenset()

    def close(self) -> None:
        self._spark.stop()
