"""What is measured on a seeded instance: `python -m bench.pages plan | reads FEW | verify` in its environment; JSON.

The plan names persons, pages and acts of one database: `bench.sides` asks for them, of this checkout or of another one
over a copy of the same database.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any
from urllib.parse import quote

ACTS = 40
"""So many of each act are done, and one before them that does not count."""
SHELL = "shell"
"""The page that is nothing but the frame around every page and a few links: the unit in which pages are compared."""
POINTS = [{"text": "查封后为何长期未处置", "allegation": 1}]


def logins() -> dict[str, str]:
    """Who asks: head and clerk of the assigning court's enforcement body, the other body's head, a basic court's head."""
    from bench.reads import BASIC, ON
    from shuangcha.conf.demo.cast import cast

    mid, basic = cast("豫03", ON.isoformat()), cast(BASIC, ON.isoformat())
    return {
        "head": mid.enforcement,
        "overseer": mid.supervision,
        "clerk": mid.enforcement_clerk,
        "basic": basic.enforcement,
    }


def pages() -> dict[str, tuple[str, str]]:
    """{page: (who, address)}, the shell first."""
    from shuangcha.casefile import models as cf

    middle = cf.Matter.rows.order_by("id").filter(stage="disposing").last()
    pending = cf.Assignment.rows.order_by("id").filter(stage="pending").first()
    assert middle is not None and pending is not None
    return {
        SHELL: ("head", "/help/"),
        "worklist": ("head", "/"),
        "matters": ("head", "/matters/"),
        "matters next": ("head", f"/matters/{_following()}"),
        "matters by stage": ("head", "/matters/?stage=investigating"),
        "matter": ("head", f"/matters/{middle.uid}/"),
        "clues": ("head", "/clues/"),
        # 双查 stands in the number of every matter; 查洛 are two characters that each stand in many rows, the pair in none.
        "search common": ("head", f"/matters/?q={quote('双查')}"),
        "search number": ("head", f"/matters/?q={quote(middle.number)}"),
        "search absent": ("head", f"/matters/?q={quote('查洛')}"),
        "due list": ("head", "/due/"),
        "notices": ("head", "/notices/"),
        "notices basic": ("basic", "/notices/"),
        "figures": ("head", "/figures/"),
        "form register": ("clerk", "/do/clue.register/"),
        "form hand down": ("head", f"/do/assignment.hand_down/?kind=assignment&uid={pending.uid}"),
        "api matters": ("head", "/api/v1/matter"),
        "api detail": ("head", f"/api/v1/matter/{middle.uid}"),
        "api overview": ("head", f"/api/v1/matter/{middle.uid}/overview"),
        "api steps": ("head", f"/api/v1/matter/{middle.uid}/steps"),
    }


def _following() -> str:
    """Where the next page of the list of matters is found: by the link on the first."""
    first = signed_in(logins()["head"]).get("/matters/").content.decode()
    found = re.search(r'href="(\?[^"]*page=[^"]+)"', first)
    return found[1].replace("&amp;", "&") if found else ""


def signed_in(login: str) -> Any:
    from django.test import Client

    from shuangcha.courts.models import Person

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(Person.objects.get(login=login))
    return client


def acts() -> list[dict[str, Any]]:
    """What is done, each on another file: 联合交办 with two signatures, then acts of one signature."""
    from shuangcha.casefile import models as cf

    hops = cf.Assignment.rows.order_by("-id")
    clues = cf.Clue.rows.filter(stage="registered", received_by__kind="enforcement").order_by("-id")
    return [
        {
            "move": "assignment.hand_down",
            "who": "head",
            "signer": "overseer",
            "content": {"points": POINTS, "demands": "逐项答复", "contact": "内勤", "content": "请开展联合调查。"},
            # The oldest is left for the page of the form.
            "subjects": _subjects(hops.filter(stage="pending", pk__gt=hops.filter(stage="pending").last().pk)),
        },
        {
            "move": "assignment.remind",
            "who": "head",
            "content": {"text": "请抓紧报送"},
            "subjects": _subjects(hops.filter(stage="received")),
        },
        {
            "move": "matter.disclose",
            "who": "clerk",
            "content": {"subject": "process", "text": "进展"},
            "subjects": _subjects(cf.Matter.rows.filter(stage="disposing").order_by("-id")),
        },
        {
            "move": "clue.put_forward",
            "who": "clerk",
            "content": {"reason": "反映事项具体"},
            "subjects": _subjects(clues),
        },
    ]


def _subjects(rows: Any) -> list[dict[str, Any]]:
    return [{"kind": one.KIND, "uid": str(one.uid), "version": one.version} for one in rows[: ACTS + 1]]


def reads(few: str) -> dict[str, Any]:
    """What the lists behind the pages touch, by person (`bench.reads`)."""
    from bench.reads import conditions, persons, touched, walked

    viewers = persons(few)
    return {
        "touched": {name: touched(read) for name, read in walked(viewers).items()},
        "conditions": {name: touched(read) for name, read in conditions(viewers).items()},
    }


def main(words: list[str]) -> int:
    import django

    django.setup()
    from bench.seed import verify_sample

    if words[0] == "plan":
        found: dict[str, Any] = {"logins": logins(), "pages": pages(), "acts": acts()}
    elif words[0] == "reads":
        found = reads(words[1])
    else:
        found = verify_sample(200, 50)
    print(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
