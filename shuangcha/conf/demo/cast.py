"""Who is who: the invented persons of `courts/data/posts_demo.csv`, picked by court, body and role, as logins.

A story then reads `yuan.enforcement` (执行机构负责人 of that court) where a name would say nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass, field
from functools import cache

from shuangcha.courts import settings

DATA = settings.FILE.parent
ENFORCEMENT, SUPERVISION = "执行机构", "监察机构"


@dataclass(frozen=True, slots=True)
class Seat:
    """One post: who, in which kind of body and which body by name, in which role, under which title."""

    login: str
    kind: str
    body: str
    role: str
    title: str


@dataclass(frozen=True)
class Cast:
    """The officers of one court on one day, by login."""

    code: str
    seats: tuple[Seat, ...] = field(repr=False)

    def _of(self, kind: str, *roles: str, title: str = "") -> list[str]:
        found = [one.login for one in self.seats if one.kind == kind and one.role in roles and title in one.title]
        return list(dict.fromkeys(found))

    @property
    def enforcement(self) -> str:
        """执行机构负责人."""
        return self._of(ENFORCEMENT, "负责人")[0]

    @property
    def enforcement_deputies(self) -> list[str]:
        return self._of(ENFORCEMENT, "副职")

    @property
    def enforcement_clerk(self) -> str:
        return self._of(ENFORCEMENT, "工作人员", title="内勤")[0]

    @property
    def executors(self) -> list[str]:
        """执行员 and 法官 of the enforcement body."""
        return [one for one in self._of(ENFORCEMENT, "工作人员") if one != self.enforcement_clerk]

    @property
    def supervision(self) -> str:
        """监察机构负责人."""
        return self._of(SUPERVISION, "负责人")[0]

    @property
    def supervision_clerk(self) -> str:
        return self._of(SUPERVISION, "工作人员", title="内勤")[0]

    @property
    def inspectors(self) -> list[str]:
        """监察员 of the supervision body."""
        return self._of(SUPERVISION, "工作人员", title="监察员")

    @property
    def president(self) -> str:
        return self._of("院领导", "负责人")[0]

    @property
    def office(self) -> str:
        """领导小组办公室主任."""
        return self._of("领导小组办公室", "负责人")[0]

    @property
    def deputies(self) -> list[str]:
        """领导小组副组长 who are not the head of the enforcement body (方案二)."""
        return [one for one in self._of("领导小组", "副职") if one != self.enforcement]

    @property
    def head(self) -> str:
        """领导小组组长."""
        return self._of("领导小组", "负责人")[0]

    @property
    def department(self) -> list[str]:
        """Officers of the other departments of 方案二."""
        return self._of("其他部门", "负责人", "工作人员")

    def team(self, name: str) -> list[str]:
        """The inspection team of this name (司法巡查组 …), its leader first."""
        return [one.login for one in self.seats if one.body == name]

    @property
    def bodies(self) -> tuple[str, str]:
        """The two who sign for the two bodies."""
        return self.enforcement, self.supervision


@cache
def cast(code: str, on: str = "2024-06-03") -> Cast:
    """The officers of the court with this 法院代字 on the day."""
    day, kinds = dt.date.fromisoformat(on), _kinds()
    seats = [
        Seat(row["人员"], kinds[row["法院代字"], row["机构名称"]], row["机构名称"], row["职务"], row["职务名称"])
        for row in _rows("posts_demo.csv")
        if row["法院代字"] == code and row["任职起"] <= day.isoformat() <= (row["任职止"] or "9999-12-31")
    ]
    if not seats:
        raise KeyError(f"no invented officers in {code} on {on}")
    return Cast(code, tuple(seats))


@cache
def names() -> dict[str, str]:
    """The name of each login."""
    return {row["用户名"]: row["姓名"] for row in _rows("persons_demo.csv")}


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _kinds() -> dict[tuple[str, str], str]:
    return {(row["法院代字"], row["本院名称"]): row["机构类别"] for row in _rows("bodies.csv")}
