"""Files of persons (see `load_tables` for how a table is used)."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.hashers import make_password

from shuangcha.acts.accounts import end_access
from shuangcha.acts.load_tables import LOGIN, Change, Item, Row, Table, save
from shuangcha.courts.models import Person


def uid_of(text: str) -> str:
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
        uid = uid_of(given) if given else ""
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
            known = {"uid": UUID(change.key[0])} if uid_of(change.key[0]) else {}
            return Person(password=make_password(None), **known, **change.values)

        save(Person, changes, ["name", "login", "is_active"], make)
        closed = [c.target for c in changes if c.before is not None and c.after.get("is_active") is False]
        end_access(closed)
