"""Files of persons and of their posts (see `load_tables` for how a table is used)."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.hashers import make_password

from shuangcha.acts.accounts import end_access
from shuangcha.acts.load_tables import LOGIN, Change, Item, Row, Table, save, shown
from shuangcha.courts.models import Body, Person, Post, PostRole


def _uid(text: str) -> str:
    """The uuid in its usual form; empty where the text is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return ""


class Persons(Table):
    """Matched by 人员标识 where given, else by 用户名. No file holds a password: accounts open by one-time code."""

    name, label, move = "persons", "人员", "register.court"
    columns: ClassVar = {"姓名": True, "用户名": True, "人员标识": False, "可登录": False}

    def fetch(self) -> None:
        self.logins: dict[str, str] = {}
        self.uids: dict[str, Person] = {}
        for person in Person.objects.all():
            uid = str(person.uid)
            values = {"name": person.name, "login": person.login or "", "is_active": person.is_active}
            self.existing[(uid,)] = person, values
            self.uids[uid] = person
            if person.login:
                self.logins[person.login] = uid

    def read(self, row: Row) -> Item:
        login, given = row.text("用户名", 40), row.text("人员标识", 40)
        name = row.text("姓名", 40, must=True)
        if name and len(name) < 2:
            row.error("姓名", "“姓名”至少两个字。")
        if login and not LOGIN.fullmatch(login):
            row.error("用户名", f"用户名“{login}”应以小写字母开头，2至40个小写字母、数字、点、横线，例如：chen.yu。")
        uid = _uid(given) if given else ""
        if given and not uid:
            row.error("人员标识", f"人员标识“{given}”不合规范，应为系统给出的36位标识；新人员请留空并填写用户名。")
        if not login and not given:
            row.error("用户名", "用户名与人员标识至少填写一项。")
        key = uid or self.logins.get(login, login)
        holder = self.logins.get(login)
        if holder and holder != key:
            row.error("用户名", f"用户名“{login}”已属于他人，请另选。")
        values: dict[str, Any] = {"name": name}
        if login:
            values["login"] = login
        if "可登录" in row.cells:
            values["is_active"] = row.choice("可登录", {"是": "yes", "否": "no"}, "是") == "yes"
        return Item(row, (key,), "", values)

    def cross(self, items: list[Item]) -> None:
        first: dict[str, int] = {}
        for item in items:
            login = item.values.get("login", "")
            number = first.setdefault(login, item.row.number) if login else item.row.number
            if number != item.row.number:
                item.row.error("用户名", f"用户名“{login}”与第{number}行相同。")

    def write(self, changes: list[Change]) -> None:
        def make(change: Change) -> Person:
            known = {"uid": UUID(change.key[0])} if _uid(change.key[0]) else {}
            return Person(password=make_password(None), **known, **change.values)

        save(Person, changes, ["name", "login", "is_active"], make)
        closed = [c.target for c in changes if c.before is not None and c.after.get("is_active") is False]
        end_access(closed)


class Posts(Table):
    """Matched by person, body and first day. An open post ends by itself the day before the person's next one there."""

    name, label, move = "posts", "任职", "register.post"
    columns: ClassVar = {
        "人员": True, "法院代字": True, "机构名称": True, "职务": True, "任职起": True,
        "职务名称": False, "任职止": False, "代理": False,
    }  # fmt: skip

    def fetch(self) -> None:
        self.persons: dict[str, Person] = {}
        for person in Person.objects.all():
            self.persons[str(person.uid)] = person
            if person.login:
                self.persons[person.login] = person
        self.bodies = {(body.court.code, body.local_name): body for body in Body.objects.select_related("court")}
        self.courts = {code for code, _ in self.bodies}
        self.spans: dict[tuple[Any, ...], dict[date, date | None]] = {}
        for post in Post.objects.select_related("person", "body__court", "deputy_of"):
            values = {
                "role": post.role,
                "title": post.title,
                "valid_to": post.valid_to,
                "deputy_of": str(post.deputy_of.person_id) if post.deputy_of else "",
            }
            self.existing[post.person_id, post.body_id, post.valid_from] = post, values
            self.spans.setdefault((post.person_id, post.body_id), {})[post.valid_from] = post.valid_to

    def read(self, row: Row) -> Item:
        who, code, name = row.text("人员", 40, must=True), row.text("法院代字", 12, must=True), row.text("机构名称", 40)
        person, body = self.persons.get(_uid(who) or who), self.bodies.get((code, name))
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
        known = self.existing.get(key)
        if known and values["role"] in PostRole.values and known[1]["role"] != values["role"]:
            row.error("职务", f"该任职已登记为{PostRole(known[1]['role']).label}，不得改写，请写明任职止并另起一行。")
        return Item(row, key, code, values)

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
        other = self.persons.get(_uid(who) or who) if who else None
        if who and other is None:
            row.error("代理", f"被代理人“{who}”不存在，请填写用户名或人员标识。")
        elif other is not None and other == person:
            row.error("代理", "不能代理本人。")
        return str(other.pk) if other else ""

    def cross(self, items: list[Item]) -> None:
        spans = {pair: dict(starts) for pair, starts in self.spans.items()}
        for item in items:
            person, body, first = item.key
            starts = spans.setdefault((person, body), {})
            starts[first] = item.values.get("valid_to", starts.get(first))
        self.after = spans
        for item in items:
            person, body, first = item.key
            starts = spans[person, body]
            last, following = starts[first], min((start for start in starts if start > first), default=None)
            if last and following and last >= following:
                item.row.error("任职止", f"与{following}起的另一任职期间重叠。")
            earlier = max((start for start in starts if start < first), default=None)
            if earlier and (end := starts[earlier]) and end >= first and (person, body, earlier) in self.existing:
                item.row.error("任职起", f"与{earlier}至{end}的已有任职期间重叠。")
            other = item.values.get("deputy_of")
            if other and self._post_on(int(other), body, first) is None:
                item.row.error("代理", "被代理人当日在本机构没有任职。")

    def _post_on(self, person: int, body: int, day: date) -> date | None:
        """First day of the person's post in the body that is held on the day."""
        starts = self.after.get((person, body), {})
        return next((start for start, end in starts.items() if start <= day and (end is None or day <= end)), None)

    def compare(self, items: list[Item]) -> list[Change]:
        touched = {item.key[:2]: item.court for item in items}
        given = {item.key: item for item in items}
        for pair in touched:
            starts = sorted(self.after[pair])
            for start, following in pairwise(starts):
                item = given.get((*pair, start))
                if item is not None and self.after[pair][start] is None:
                    item.values["valid_to"] = following - timedelta(days=1)
        changes = super().compare(items)
        for pair, court in touched.items():
            starts = sorted(self.after[pair])
            for start, following in pairwise(starts):
                key = (*pair, start)
                if key not in given and self.after[pair][start] is None:
                    values = {"valid_to": following - timedelta(days=1)}
                    target = self.existing[key][0]
                    changes.append(Change(court, key, {"valid_to": None}, shown(values), target, values))
        uids = {person.pk: str(person.uid) for person in self.persons.values()}
        names = {body.pk: name for (_, name), body in self.bodies.items()}
        for change in changes:  # recorded by what stays readable outside this database
            person, body, first = change.key
            change.told = (uids[person], names[body], first)
        return changes

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
