"""Invented flow data with known truth: for tests, figures and trials. Nothing in it is a real case or person.

`generate(folder, cases=…, seed=…)` writes the tables of `schema` as Parquet, ordered by case, and `truth.parquet`:
(case_id, rule) of every fault that was planted or follows of necessity. The same arguments and the same DuckDB give
the same data. Rows stream through DuckDB: memory does not grow with the number of cases.
"""

from .write import AS_OF, generate

__all__ = ["AS_OF", "generate"]
