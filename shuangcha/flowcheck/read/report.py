"""What the reading found: counts, one line per kind of problem, unknown words; for people and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ..schema import BY_NAME


@dataclass(frozen=True)
class Problem:
    """One kind of problem in one column of one file: how often, the first row, and the sentence with the repair."""

    table: str
    file: str
    column: str
    code: str
    count: int
    first_row: int
    example: str
    sentence: str


@dataclass
class Report:
    """The validation report. `rejected` problems cost their rows; `warnings` are problems of rows that were kept."""

    source: str = ""
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    rejected_rows: dict[str, int] = field(default_factory=dict)
    rejected: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    activities: dict[str, int] = field(default_factory=dict)
    absent: dict[str, list[str]] = field(default_factory=dict)
    unused: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dry_run: bool = False

    @property
    def beyond(self) -> int:
        """Rows set aside because a day lies after the published calendar."""
        return sum(one.count for one in self.rejected if one.code == "beyond")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def lines(self) -> list[str]:
        """The report as Chinese lines."""
        title = {name: table.title for name, table in BY_NAME.items()}
        found = ["试读结果（没有写出任何数据）：" if self.dry_run else "读入结果："]
        for table, count in self.read.items():
            lost = self.rejected_rows.get(table, 0)
            found.append(
                f"  {title.get(table, table)}：读到{count}行，采用{self.kept.get(table, 0)}行"
                + (f"，未采用{lost}行" if lost else "")
            )
        if self.beyond:
            found.append(f"  ！有{self.beyond}处日期超出已公布的放假安排，所在的行没有采用，请先核对。")
        for head, problems in (("未采用的行：", self.rejected), ("采用但请留意：", self.warnings)):
            if problems:
                found.append(head)
            for one in problems:
                found.append(
                    f"  {one.file} {title.get(one.table, one.table)}·{one.column} {one.count}处，"
                    f"首见第{one.first_row}行“{one.example}”：{one.sentence}。"
                )
        if self.activities:
            found.append("不认识的节点名称（照原样保留，规则不会用到；可在映射文件的nodes中对应）：")
            found += [f"  {name}：{count}行" for name, count in self.activities.items()]
        for table, columns in self.absent.items():
            if columns:
                found.append(
                    f"来源没有的列（{title.get(table, table)}）：{'、'.join(columns)}；需要这些列的规则将列为无法运行。"
                )
        for file, headings in self.unused.items():
            if headings:
                found.append(f"没有用到的来源列（{file}）：{'、'.join(headings)}")
        return found + self.notes
