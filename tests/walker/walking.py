"""The walker: many persons at the HTTP interface who know nothing but what it answers,
and do at random what it offers."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from shuangcha.clock import business

from .filler import Filler

V1 = "/api/v1/"
SENTENCE = re.compile(r"[\u4e00-\u9fff].*[。；]$", re.S)
BACKWARDS = re.compile(
    "撤回|退回|取消|不启动|暂缓|搁置|转其他|转出|回避|接手|不准|直接派员|责令|调整|修改|疏导|公开|督导|延期|退出"
)
"""Titles of acts that lead back or aside: taken seldom, so that some matters reach their end."""
KINDS = ("clue", "meeting", "item", "matter", "assignment", "round", "report", "opinion", "duty")
WORDS = {"enforcement": "执行机构", "supervision": "监察机构"}
FURTHER = {
    "clue": 1,
    "meeting": 2,
    "item": 2,
    "assignment": 3,
    "round": 3,
    "report": 4,
    "matter": 5,
    "opinion": 6,
    "duty": 6,
}
"""What is further on its way is looked at more often."""
ACTS_PER_CLUE = 45
LOOKS = 80
CODES = ("豫0304", "豫0304", "豫0304", "豫0304", "豫03")
SCAN = b"%PDF-1.4\n%%EOF\n"


@dataclass
class Voice:
    """One person with a token."""

    name: str
    token: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False, headers={"host": "127.0.0.1"}))
    waiting: float = 1
    me: dict[str, Any] = field(
        default_factory=lambda: {"person": {"uid": "", "name": "?"}, "posts": [], "actions": [], "courts": []}
    )

    def signs_for(self, words: str, courts: list[str]) -> bool:
        """Head or deputy of a body that the words name (“监察机构”), in one of the courts."""
        return any(
            WORDS.get(post["body"]["kind"], "?") in words
            and post["role"] in ("head", "deputy")
            and post["court"]["code"] in courts
            for post in self.me["posts"]
        )

    def get(self, path: str, **query: Any) -> tuple[int, Any]:
        return self._answer(self.client.get(V1 + path, query, headers={"Authorization": f"Bearer {self.token}"}))

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self._answer(
            self.client.post(V1 + path, json.dumps(body), content_type="application/json", headers=headers)
        )

    def upload(self) -> str:
        file = SimpleUploadedFile("扫描件.pdf", SCAN)
        found = self.client.post(V1 + "uploads", {"file": file}, headers={"Authorization": f"Bearer {self.token}"})
        return str(json.loads(found.content)["uid"])

    @staticmethod
    def _answer(response: Any) -> tuple[int, Any]:
        return response.status_code, json.loads(response.content or b"null")


@dataclass
class Walker:
    rng: random.Random
    voices: list[Voice]
    today: dt.date
    moves: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    acts: int = 0
    last: str = ""
    follow: tuple[str, str] | None = None
    begun: int = 0
    recent: list[tuple[str, str]] = field(default_factory=list)
    strangers: set[tuple[str, str]] = field(default_factory=set)
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    todos: list[tuple[Voice, dict[str, Any]]] = field(default_factory=list)
    named: list[tuple[Voice, str, str]] = field(default_factory=list)

    @cached_property
    def known(self) -> tuple[str, ...]:
        """What is chosen by preference: the courts and persons that take part in the walk."""
        for one in self.voices:
            one.me = one.get("me")[1]
        return (*CODES, *(one.me["person"]["uid"] for one in self.voices))

    def act(self) -> bool:
        """Look about until one act has been sent; False where nobody found anything to do for a long while."""
        before, _ = self.acts, self.known
        for n in range(LOOKS):
            if (
                n == LOOKS // 2 and self.begun * 25 <= self.acts
            ):  # what is in hand waits for somebody who is not found soon: something new comes in
                self._open(self.rng.choice(self.voices[:6]), "线索")
            voice = self.step()
            if self.acts > before or self.wrong:
                return True
            voice.waiting = max(0.3, voice.waiting * 0.5)
        for one in self.voices:
            one.waiting = 1
        return False

    def step(self) -> Voice:
        """One person looks at what waits, or around, and does one of the things offered."""
        if self.rng.random() < 0.06:
            self.today += dt.timedelta(days=self.rng.randint(1, 3))
            business.move_to(self.today)
        if self.named:
            self.named = self.named[-4:]
            voice, kind, uid = self.named.pop()
            self._look(voice, kind, uid, "", perhaps=True)
            return voice
        if self.todos and self.rng.random() < 0.8:
            voice, todo = self.todos.pop()
            self._look(voice, todo["kind"], todo["uid"], todo["move"], perhaps=True)
            return voice
        if self.recent and self.rng.random() < 0.12:
            return self._look_again()
        voice = self.rng.choices(self.voices, [one.waiting for one in self.voices])[0]
        if self.begun * ACTS_PER_CLUE <= self.acts:
            if self.rng.random() < 0.8:  # the first voices are those of the court that assigns
                voice = self.rng.choice(self.voices[:6])
            self._open(voice, "线索")
            return voice
        status, found = self._asked(voice, "todos", size=50)
        items = found["items"] if status == 200 else []
        self.wrong += [
            f"{voice.name} is told of a {one['kind']} that may not be opened: {one['title']}"
            for one in items
            if not one["uid"]
        ]
        if self.wrong:
            return voice
        voice.waiting = 1 + 12 * min(len(items), 3)
        if items and self.rng.random() < 0.92:
            self.rng.shuffle(items)
            items.sort(key=lambda one: FURTHER[one["kind"]] + self.rng.random() * 4)
            todo = items.pop()
            self.todos = [(voice, one) for one in items[-2:]]
            self._look(voice, todo["kind"], todo["uid"], todo["move"])
        elif self.rng.random() < 0.3:
            kind = self.rng.choice(KINDS)
            _, found = self._asked(voice, kind, size=20)
            if found["items"]:
                one = self.rng.choice(found["items"])
                self._look(voice, kind, one["uid"], "")
        return voice

    def _look_again(self) -> Voice:
        """Somebody looks at what has moved lately; who is told 404 there is not asked about it again."""
        place = self.rng.choice(self.recent[-6:])
        who = [one for one in self.voices if (one.name, place[1]) not in self.strangers]
        voice = self.rng.choice(who or self.voices)
        self._look(voice, *place, "", perhaps=True)
        return voice

    def _open(self, voice: Voice, what: str) -> None:
        """What a person may begin without a subject: a clue, a meeting."""
        keys = [one["move"] for one in voice.me["actions"] if what in one["title"]]
        if keys:
            before = self.moves[keys[0]]
            self._send(voice, keys[0], None, None, 1)
            self.begun += self.moves[keys[0]] - before if what == "线索" else 0

    def _look(self, voice: Voice, kind: str, uid: str, awaited: str, *, perhaps: bool = False) -> None:
        if kind == "meeting" and awaited.startswith(
            "item."
        ):  # awaited once for the whole meeting, done on each of its items
            _, found = self._asked(voice, "item", size=20)
            for one in self.rng.sample(found["items"], min(3, len(found["items"]))):
                self._look(voice, "item", one["uid"], awaited)
            return
        status, shown = self._asked(voice, f"{kind}/{uid}")
        if status == 404 and perhaps:
            self.strangers.add((voice.name, uid))
            return
        if status != 200:
            self._refuse(f"GET {kind} of a todo or a list", voice, status, shown)
            return
        offered = [one for one in shown["actions"] if one["enabled"]]
        for one in shown["actions"]:
            if not one["enabled"] and not SENTENCE.search(one["reason"]):
                self.wrong.append(f"{one['move']} is grey without a sentence: {one['reason']!r}")
        # “尚待某某作回避声明”: whom a sentence names is asked next.
        told = "".join(one["reason"] for one in shown["actions"])
        self.named += [
            (one, kind, uid) for one in self.voices if one.me["person"]["name"] in told and one is not voice
        ][:2]
        if "请先召集" in told and self.rng.random() < 0.5:
            self._open(voice, "会议")
            return
        papers = any("文书" in one["reason"] for one in shown["actions"] if not one["enabled"])
        beside = (papers and self.rng.random() < 0.8) or self.rng.random() < 0.04
        if beside and self._register(voice, kind, uid, shown, papers):
            return
        # To leave it alone is one of the choices: a meeting to come is not called off because nothing else is possible.
        one = self.rng.choices([None, *offered], [0.6, *(self._weight(one, awaited) for one in offered)])[0]
        if one is None:
            return
        if one["verb"] == "sign":
            self._sign(voice, one, shown)
        else:
            self.done[_family(one["move"]), one["subject_uid"]] += 1
            self._send(voice, one["move"], (one["subject_kind"], one["subject_uid"]), one["version"], _version(shown))

    def _weight(self, one: dict[str, Any], awaited: str) -> float:
        again = 0.6 ** self.done[_family(one["move"]), one["subject_uid"]]
        if one["move"] == awaited:
            return 12 * again
        if "申明回避" in one["title"]:
            return 0.01
        # What nobody has done yet is more interesting than what has been seen often.
        fresh = 2 if not self.moves[one["move"]] else 1
        signing = 15 if one["verb"] == "sign" else 1
        return again * fresh * signing * (0.1 if BACKWARDS.search(one["title"]) else 1.0)

    def _register(self, voice: Voice, kind: str, uid: str, shown: dict[str, Any], papers: bool) -> bool:
        """更正 and 登记文书, where the schema has something to choose."""
        key = "register.paper" if papers or self.rng.random() < 0.6 else "register.correct"
        places = [(kind, uid)]
        if papers:  # owed papers of the file stand on its subjects, its clue and its meetings
            for other in self.rng.sample(("clue", "meeting", "assignment", "round", "report", "opinion", "duty"), 3):
                _, found = self._asked(voice, other, size=20)
                places += [(other, one["uid"]) for one in self.rng.sample(found["items"], min(4, len(found["items"])))]
        for place in places:
            status, schema = self._asked(voice, f"moves/{key}/schema", subject_kind=place[0], subject_uid=place[1])
            if status == 200 and _choices(schema["content"]):
                self._send(voice, key, place, None, 1, schema=schema, free=True)
                if not papers:
                    return True
        return papers and len(places) > 1

    def _sign(self, voice: Voice, one: dict[str, Any], shown: dict[str, Any]) -> None:
        if self.rng.random() < 0.03:
            status, found = voice.post(f"proposals/{one['proposal']}/withdraw", {})
            self._told(voice, "withdraw", status, found, fresh=False)
            return
        status, found = voice.post(f"proposals/{one['proposal']}/sign", {"content_sha": one["content_sha"]})
        self._told(voice, one["move"], status, found)

    def _send(
        self,
        voice: Voice,
        key: str,
        subject: tuple[str, str] | None,
        version: int | None,
        shown: int,
        *,
        schema: Any = None,
        free: bool = False,
    ) -> None:
        if schema is None:
            about = {"subject_kind": subject[0], "subject_uid": subject[1]} if subject else {}
            status, schema = self._asked(voice, f"moves/{key}/schema", **about)
            if status != 200:
                self._refuse(f"GET schema of {key}, which is offered", voice, status, schema)
                return
        missing = nothing_to_choose(schema["content"])
        if missing:
            if missing == "meeting":  # an item waits and no meeting is called: call one
                self._open(voice, "会议")
            return
        for _ in range(3):
            content = Filler(self.rng, self.today, shown, voice.upload, self.known).content(schema["content"])
            self.last = f"{voice.name} {key} {subject} {json.dumps(content, ensure_ascii=False)[:1500]}"
            status, found = voice.post(
                f"moves/{key}",
                {
                    "subject": {"kind": subject[0], "uid": subject[1]} if subject else None,
                    "seen_version": version,
                    "content": content,
                },
            )
            self._told(voice, key, status, found, fresh=not free)
            if status != 422:
                return

    def _told(self, voice: Voice, key: str, status: int, found: Any, fresh: bool = True) -> None:
        """Done, or refused at the fields: what is offered as enabled is never refused otherwise while nobody else
        acts."""
        self.acts += 1
        if status in (200, 201):
            self.moves[key] += 1
            if found["status"] == "executed":
                self.moves[f"{key}!"] += 1
            self.follow = (found["subject_kind"], found["subject_uid"])
            if self.follow in self.recent:
                self.recent.remove(self.follow)
            self.recent.append(self.follow)
            if found["status"] == "proposed" and self.rng.random() < 0.85:
                words, courts = (
                    found["awaits"].replace("两机构", "执行机构、监察机构"),
                    [one["code"] for one in voice.me["courts"]],
                )
                self.named = [(one, *self.follow) for one in self.voices if one.signs_for(words, courts)][:2]
            # What one has done another may now see or sign.
            self.strangers = {one for one in self.strangers if one[1] != self.follow[1]}
            return
        if status == 422 and SENTENCE.search(found["sentence"]) and (found["errors"] or not fresh):
            self.refused[f"{key} {next(iter(found['errors'].items()), found['sentence'])}"] += 1
        elif not fresh and status in (403, 404, 409) and SENTENCE.search(found["sentence"]):
            self.refused[f"{key} {status} {found['sentence']}"] += 1
        else:
            self._refuse(f"{key} was offered as enabled", voice, status, found)

    def _refuse(self, what: str, voice: Voice, status: int, found: Any) -> None:
        self.wrong.append(f"{what}: {status} {json.dumps(found, ensure_ascii=False)[:600]} ({voice.name}; {self.last})")

    def _asked(self, voice: Voice, path: str, **query: Any) -> tuple[int, Any]:
        status, found = voice.get(path, **query)
        if status >= 500 or (status >= 400 and not SENTENCE.search(found["sentence"])):
            self._refuse(f"GET {path}", voice, status, found)
        return status, found


def _version(shown: dict[str, Any]) -> int:
    """The version of the text that is signed, as the facts of a report or opinion tell it."""
    facts = shown["facts"]
    for name in ("version_no", "version"):
        if isinstance(facts.get(name), int):
            return int(facts[name])
    versions = facts.get("versions") or []
    return int(max((one.get("n", 1) for one in versions), default=1))


def _family(key: str) -> str:
    """Records of all six kinds count as one sort of act, so that a round does not fill with them."""
    return "record" if key.startswith("record.") else key


def nothing_to_choose(schema: dict[str, Any]) -> str:
    """The first field that must be picked from a list, and the list is empty; then there is nothing to send."""
    for name, one in schema.get("properties", {}).items():
        if name in schema.get("required", []) and one.get("widget") == "pick" and not one.get("options"):
            return str(name)
    return ""


def _choices(schema: dict[str, Any]) -> bool:
    """The first field to be picked has something to pick."""
    picks = [one for one in schema.get("properties", {}).values() if one.get("widget") == "pick"]
    return bool(picks and picks[0].get("options"))
