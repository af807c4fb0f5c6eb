"""Files of posts and of deputies (see `load_tables` for how a table is used).

A post is matched by person, body and first day. Two kinds live side by side: a person's own post, and a post held in
place of another (代理), from a day to a day. Own posts of one person in one body follow each other; a deputy's post may
run beside the deputy's own, and lies within the post that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar

from shuangcha.acts.load_persons import uid_of
from shuangcha.acts.load_tables import Change, Item, Row, Table, save, shown
from shuangcha.courts.models import Body, BodyKind, Person, Post, PostRole

KEEPERS = (BodyKind.ADMINISTRATION, BodyKind.AUDIT)
"""三员分立: who keeps the system, who looks over it and who handles cases are three persons."""
Line = tuple[int, int, bool]  # person, body, in place of another
Spans = dict[Line, dict[date, date | None]]


class Posts(Table):
    """An open post ends by itself the day before the person's next one there; one body has one head at a time."""

    name, label, move = "posts", "任职", "register.post"
    columns: ClassVar = {
        "人员": True,
        "法院代字": True,
        "机构名称": True,
        "职务": True,
        "任职起": True,
        "职务名称": False,
        "任职止": False,
        "代理": False,
    }

    def fetch(self) -> None:
        self.persons: dict[str, Person] = {}
        self.names: dict[int, str] = {}
        for person in Person.objects.all():
            self.persons[str(person.uid)] = person
            self.names[person.pk] = person.name
            if person.login:
                self.persons[person.login] = person
        bodies = list(Body.objects.select_related("court"))
        self.bodies = {(body.court.code, body.local_name): body for body in bodies}
        self.kinds = {body.pk: body.kind for body in bodies}
        self.courts = {body.court.code for body in bodies}
        self.spans: Spans = {}
        for post in Post.objects.select_related("deputy_of"):
            values = {
                "role": post.role,
                "title": post.title,
                "valid_to": post.valid_to,
                "deputy_of": str(post.deputy_of.person_id) if post.deputy_of else "",
            }
            self.existing[post.person_id, post.body_id, post.valid_from] = post, values
            line = post.person_id, post.body_id, post.deputy_of_id is not None
            self.spans.setdefault(line, {})[post.valid_from] = post.valid_to

    # --- one row ------------------------------------------------------------------------------------------------
    def read(self, row: Row) -> Item:
        who, code, name = row.text("人员", 40, must=True), row.text("法院代字", 12, must=True), row.text("机构名称", 40)
        person, body = self.persons.get(uid_of(who) or who), self.bodies.get((code, name))
        if who and person is None:
            row.error("人员", f"人员“{who}”不存在，请填写用户名或人员标识，或先载入人员表。")
        if code and code not in self.courts:
            row.error("法院代字", f"法院“{code}”不存在或尚无机构，请先载入法院表和机构表。")
        elif body is None:
            row.error("机构名称", f"法院“{code}”没有机构“{name}”，请核对本院名称或先载入机构表。")
        first, last = row.period("任职起", "任职止")
        if not first and not row.cells.get("任职起"):
            row.error("任职起", "“任职起”不能为空。")
        values: dict[str, Any] = {"role": row.choice("职务", {label: value for value, label in PostRole.choices})}
        if "职务名称" in row.cells:
            values["title"] = row.text("职务名称", 40)
        if "任职止" in row.cells:
            values["valid_to"] = last
        if body is not None and first:
            self._within(row, body, first, last)
        if "代理" in row.cells:
            values["deputy_of"] = self._stands_for(row, person)
        key = (person.pk if person else who, body.pk if body else name, first)
        if known := self.existing.get(key):
            self._kept(row, known[1], values)
        return Item(row, key, code, values)

    def _kept(self, row: Row, now: dict[str, Any], values: dict[str, Any]) -> None:
        """What a registered post was is not rewritten."""
        if values["role"] in PostRole.values and now["role"] != values["role"]:
            row.error("职务", f"该任职已登记为{PostRole(now['role']).label}，不得改写，请写明任职止并另起一行。")
        if "deputy_of" in values and bool(now["deputy_of"]) != bool(values["deputy_of"]):
            said = "代理，不得改为本人任职" if now["deputy_of"] else "本人任职，不得改为代理"
            row.error("代理", f"同日起的任职已登记为{said}；请另选任职起日。")

    def _within(self, row: Row, body: Body, first: date, last: date | None) -> None:
        for what, start, end in (
            ("机构", body.valid_from, body.valid_to),
            ("法院", body.court.valid_from, body.court.valid_to),
        ):
            if start and first < start:
                row.error("任职起", f"任职起早于{what}成立之日{start}。")
                return
            if end and (last is None or last > end):
                row.error("任职止", f"该{what}止于{end}，任职止不得晚于此日。")
                return

    def _stands_for(self, row: Row, person: Person | None) -> str:
        who = row.text("代理", 40)
        other = self.persons.get(uid_of(who) or who) if who else None
        if who and other is None:
            row.error("代理", f"被代理人“{who}”不存在，请填写用户名或人员标识。")
        elif other is not None and other == person:
            row.error("代理", "不能代理本人。")
        return str(other.pk) if other else ""

    # --- between the rows ---------------------------------------------------------------------------------------
    def cross(self, items: list[Item]) -> None:
        self.after: Spans = {line: dict(starts) for line, starts in self.spans.items()}
        self.merged = {key: values for key, (_, values) in self.existing.items()}
        for item in items:
            starts = self.after.setdefault(self._line(item), {})
            starts[item.key[2]] = item.values.get("valid_to", starts.get(item.key[2]))
            self.merged[item.key] = self.merged.get(item.key, {}) | item.values
        for item in items:
            self._follow(item)
            if self._line(item)[2]:
                self._in_place(item)
        self._outlived(items)
        self._one_head(items)
        self._apart(items)

    def _line(self, item: Item) -> Line:
        person, body, _ = item.key
        known = self.existing.get(item.key)
        return person, body, bool(item.values.get("deputy_of", known[1]["deputy_of"] if known else ""))

    def _end(self, line: Line, first: date) -> date | None:
        """Last day of the post, also where it ends by itself because the next one begins."""
        last = self.after[line][first]
        if last is not None:
            return last
        following = min((start for start in self.after[line] if start > first), default=None)
        return following - timedelta(days=1) if following else None

    def _follow(self, item: Item) -> None:
        """Posts of one line follow each other."""
        line, first = self._line(item), item.key[2]
        starts = self.after[line]
        last, following = starts[first], min((start for start in starts if start > first), default=None)
        if last and following and last >= following:
            item.row.error("任职止", f"与{following}起的另一任职期间重叠。")
        earlier = max((start for start in starts if start < first), default=None)
        if earlier and (end := starts[earlier]) and end >= first and (*line[:2], earlier) in self.existing:
            item.row.error("任职起", f"与{earlier}至{end}的已有任职期间重叠。")

    def _in_place(self, item: Item) -> None:
        """A deputy stands for a post that is held then, in its role, and for no longer."""
        _, body, first = item.key
        other = int(self.merged[item.key]["deputy_of"])
        start = self._post_on(other, body, first)
        if start is None:
            item.row.error("代理", "被代理人当日在本机构没有任职。")
            return
        last, end = self._end(self._line(item), first), self._end((other, body, False), start)
        if self.merged[other, body, start]["role"] != item.values["role"]:
            label = PostRole(self.merged[other, body, start]["role"]).label
            item.row.error("职务", f"代理的职务须与被代理人当日的职务一致，应为{label}。")
        if last is None:
            item.row.error("任职止", "代理须写明任职止，例如：2026-12-31。")
        elif end and last > end:
            item.row.error("任职止", f"被代理人的任职止于{end}，代理不得晚于此日。")

    def _outlived(self, items: list[Item]) -> None:
        """Whoever ends a post ends what is held in its place, or does so first."""
        touched = {self._line(item): item for item in items if not self._line(item)[2]}
        given = {item.key for item in items}
        for key, values in self.merged.items():
            line = (int(values["deputy_of"]), key[1], False) if values.get("deputy_of") else None
            if line is None or key in given or line not in touched:
                continue
            start, last = self._post_on(line[0], line[1], key[2]), values["valid_to"]
            end = self._end(line, start) if start else None
            if start and end and last > end:
                said = f"{self.names[key[0]]}正代理该职务至{last}，请先改代理的任职止。"
                touched[line].row.error("任职止", said)

    def _one_head(self, items: list[Item]) -> None:
        new = {item.key: item for item in items if item.values["role"] == PostRole.HEAD}
        bodies = {key[1] for key in new}
        heads: dict[int, list[tuple[date, date | None, int]]] = {}
        for (person, body, acting), starts in self.after.items():
            if body not in bodies or acting:
                continue
            for first in starts:
                if self.merged[person, body, first]["role"] == PostRole.HEAD:
                    heads.setdefault(body, []).append((first, self._end((person, body, False), first), person))
        for (person, body, first), item in new.items():
            if self._line(item)[2]:
                continue
            last = self._end((person, body, False), first)
            for start, end, other in heads[body]:
                if other != person and _meet(first, last, start, end):
                    name = self.names[other]
                    item.row.error("职务", f"{name}自{start}起任本机构负责人，同一时期只能有一名；请先写明其任职止。")
                    break

    def _apart(self, items: list[Item]) -> None:
        """Keeping the system, auditing and handling cases exclude each other (三员分立)."""
        persons = {item.key[0] for item in items}
        held: dict[int, list[tuple[str, date, date | None]]] = {}
        for line, starts in self.after.items():
            if line[0] in persons:
                part = self._part(line[1])
                held.setdefault(line[0], []).extend((part, first, self._end(line, first)) for first in starts)
        for item in items:
            line, first = self._line(item), item.key[2]
            part, last = self._part(line[1]), self._end(line, first)
            if any(other != part and _meet(first, last, start, end) for other, start, end in held[line[0]]):
                item.row.error("机构名称", "系统管理、审计与办案职务不得在同一时期由同一人担任。")

    def _part(self, body: int) -> str:
        return self.kinds[body] if self.kinds[body] in KEEPERS else ""

    def _post_on(self, person: int, body: int, day: date) -> date | None:
        """First day of the person's own post in the body that is held on the day."""
        line = person, body, False
        starts = self.after.get(line, {})
        return next((s for s in starts if s <= day and ((end := self._end(line, s)) is None or day <= end)), None)

    # --- writing ------------------------------------------------------------------------------------------------
    def compare(self, items: list[Item]) -> list[Change]:
        touched = {self._line(item): item.court for item in items}
        given = {item.key: item for item in items}
        for line, start, following in self._pairs(touched):
            item = given.get((*line[:2], start))
            if item is not None and self.after[line][start] is None:
                item.values["valid_to"] = following - timedelta(days=1)
        changes = super().compare(items)
        for line, start, following in self._pairs(touched):
            key = (*line[:2], start)
            if key not in given and self.after[line][start] is None:
                values = {"valid_to": following - timedelta(days=1)}
                target = self.existing[key][0]
                changes.append(Change(touched[line], key, {"valid_to": None}, shown(values), target, values))
        uids = {person.pk: str(person.uid) for person in self.persons.values()}
        names = {body.pk: name for (_, name), body in self.bodies.items()}
        for change in changes:  # recorded by what stays readable outside this database
            person, body, first = change.key
            change.told = (uids[person], names[body], first)
            for side in (change.before, change.after):
                if side and side.get("deputy_of"):
                    side["deputy_of"] = uids[int(side["deputy_of"])]
        return changes

    def _pairs(self, lines: dict[Line, str]) -> Iterator[tuple[Line, date, date]]:
        """Each post of these lines with the first day of the next one."""
        for line in lines:
            for start, following in pairwise(sorted(self.after[line])):
                yield line, start, following

    def write(self, changes: list[Change]) -> None:
        def make(change: Change) -> Post:
            person, body, first = change.key
            plain = {name: value for name, value in change.values.items() if name != "deputy_of"}
            return Post(person_id=person, body_id=body, valid_from=first, **plain)

        save(Post, changes, ["role", "title", "valid_to"], make)
        deputies = [change for change in changes if "deputy_of" in change.after]
        if not deputies:
            return
        pairs = {(int(c.values["deputy_of"]), c.key[1]) for c in deputies if c.values["deputy_of"]}
        posts = Post.objects.filter(person__in=[p for p, _ in pairs], body__in=[b for _, b in pairs])
        found = {(post.person_id, post.body_id, post.valid_from): post for post in posts}
        for change in deputies:
            _, body, first = change.key
            other = int(change.values["deputy_of"] or 0)
            start = self._post_on(other, body, first)
            change.target.deputy_of = found[other, body, start] if start else None
        Post.objects.bulk_update([change.target for change in deputies], ["deputy_of"])


def _meet(first: date, last: date | None, start: date, end: date | None) -> bool:
    """Two spans, both ends inclusive, an open end meaning in office, share a day."""
    return (end is None or first <= end) and (last is None or start <= last)
