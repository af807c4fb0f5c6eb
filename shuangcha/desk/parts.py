"""What the parts under templates/desk/parts may be told, complete: what a view leaves out is empty, not missing.

A template finds a missing key by an exception, a hundred times a page (tests/desk/test_drawing.py counts them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Part = dict[str, Any]


def _empty(names: str) -> Part:
    return dict.fromkeys(names.split(), "")


PAGE = _empty(
    "empty crumbs actions search_url notices_url tabs filters reset_url keep heading lead due turn facts_title limits_title past"
    " below_title below_url saved folded chips listing acts brief without_files columns correct_url draggable free"
    " report errors form_error seen_version request_key draft banner training stale kept nothing overdue label"
)
"""Names that a page's templates ask for whether or not the view has something to say."""
FIELD = _empty(
    "value required help error article wide disabled placeholder maxlength rows min max autocomplete inputmode multiple"
    " suggest_url code_name code_value max_bytes accept"
)
OPTION = _empty("help selected disabled")
FACT = _empty("url note wide due working rows")
TAB = _empty("count active")
ENTRY = _empty("url text files recorded pairs")
EMPTY = _empty("text icon url url_label")
CARD = _empty("url note level")
WORKING = _empty("summary open")
SIDE = _empty("about role_note signer day text sha reason url url_label state_label")
PAPER = _empty("print_url register_url file_url file")
BUTTON = _empty("post hidden primary danger article reason icon")
TURN = _empty("what article mine due working next waiting not_yet url")
STAGE = _empty("who note day")
AGENDA = _empty("declare position position_not own decisions why_not any_open up down")
NOTICE = _empty("text")
FILE = _empty("sha size")
HINT = _empty("uid number verdict reason")
POINT = _empty("answer_url finding unmentioned missing")
BLOCK = _empty("court team note open thin records_url extension body started url due")
LISTED = {
    "facts": FACT,
    "tabs": TAB,
    "crumbs": _empty("url"),
    "cards": CARD,
    "timeline": ENTRY,
    "more_timeline": ENTRY,
    "actions": BUTTON,
    "take_backs": BUTTON,
    "steps": STAGE,
    "points": POINT,
    "assignments": BLOCK,
    "rounds": BLOCK,
    "reports": BLOCK,
    "opinions": BLOCK,
    "quick": BUTTON,
    "files": FILE,
    "notices": NOTICE,
}
"""By the name under which a view gives a list of them."""


def completed(context: Mapping[str, Any]) -> dict[str, Any]:
    """A page's context in which no name and no key is missing that its parts ask for."""
    found = PAGE | dict(context)
    for name, empty in LISTED.items():
        if found.get(name) and isinstance(found[name], list | tuple):
            found[name] = [empty | one if isinstance(one, dict) else one for one in found[name]]
    for name, empty in (("empty", EMPTY), ("turn", TURN)):
        if found[name]:
            found[name] = empty | found[name]
    for name in ("fields", "filters", "folded"):
        if isinstance(found.get(name), list):
            found[name] = [field(one) for one in found[name]]
    return found


def cards(told: list[Part]) -> list[Part]:
    return [CARD | one for one in told]


def field(told: Part) -> Part:
    """One field for parts/field.html, with its options."""
    found = FIELD | told
    if found.get("options"):
        found["options"] = [OPTION | one for one in found["options"]]
    return found
