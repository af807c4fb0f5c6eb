"""What drawing costs beside the statements: nothing is looked up in vain, nothing that is always the same is drawn anew."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.template.base import Variable, VariableDoesNotExist
from django.test import Client
from django.utils.safestring import SafeString

from shuangcha.desk import tables
from shuangcha.desk.templatetags import desk_tags
from tests.desk.story import CLERK, HEAD, LE, E
from tests.desk.test_pages import LISTS, address

SignedIn = Callable[[str], Client]
ACT = re.compile(r'href="(/(?:do|sign)/[^"#]+)"')


@pytest.fixture
def vain(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """`template: variable` of every lookup that found nothing."""
    found: Counter[str] = Counter()
    look = Variable._resolve_lookup

    def counted(self: Any, context: Any) -> Any:
        try:
            return look(self, context)
        except VariableDoesNotExist:
            found[f"{context.render_context.template.name}: {self.var}"] += 1
            raise

    monkeypatch.setattr(Variable, "_resolve_lookup", counted)
    return found


def acts_on(body: str) -> list[str]:
    """The forms that a page leads to, one of each act."""
    urls = [url.replace("&amp;", "&") for url in ACT.findall(body)]
    return (
        list({url.split("?")[0]: url for url in urls if url.startswith("/do/")}.values())
        + [url for url in urls if url.startswith("/sign/")][:1]
    )


@pytest.mark.parametrize("login", [E, CLERK, LE, HEAD])
def test_no_page_looks_up_a_name_in_vain(signed_in: SignedIn, pages: Any, vain: Counter[str], login: str) -> None:
    """A name or key that a template asks for and nobody told costs four exceptions; a misspelt one shows nothing."""
    client, forms = signed_in(login), 0
    vain.clear()
    for url in [*LISTS, "/todos/", "/due/", "/notices/", "/account/"]:
        client.get(url)
    acts: dict[str, str] = {}
    for place in ("registered", "sitting", "handing", "investigating", "approving", "disposing", "concluded"):
        story = pages[place]
        for subject in (getattr(story, name, None) for name in ("matter", "clue", "meeting")):
            body = client.get(address(subject)).content.decode() if subject is not None else ""
            acts |= {url.split("?")[0].split("/sign/")[0]: url for url in acts_on(body)}
    for url in acts.values():
        answer = client.get(url)
        forms += answer.status_code == 200
        assert client.post(url, {"happened_on": "x"}).status_code in (302, 404, 409, 422), url
    assert forms or login == HEAD
    assert not vain, vain.most_common()


def test_what_is_misspelt_is_counted(vain: Counter[str]) -> None:
    from django.template import engines

    engines["django"].from_string("{% if table.rowz %}1{% endif %}{{ tabel }}").render({"table": tables.NONE})
    assert sorted(vain) == ["None: tabel", "None: table.rowz"]


def test_cells_stand_under_their_columns() -> None:
    table = tables.table(
        "表", [("甲", "nowrap"), ("乙", "")], [{"cells": [{"text": 1}, {"pill": "急", "pill_css": "pill-red"}]}]
    )
    first, second = table["rows"][0]["cells"]
    assert (first["head"], first["css"], first["text"], first["pill_css"]) == ("甲", "nowrap", 1, "pill-grey")
    assert (second["head"], second["text"], second["pill_css"]) == ("乙", "", "pill-red")
    with pytest.raises(ValueError, match="zip"):
        tables.table("表", [("甲", "")], [{"cells": [{"text": 1}, {"text": 2}]}])


def test_symbols_and_citations_are_drawn_once_and_stay_escaped() -> None:
    assert desk_tags.icon("pen") is desk_tags.icon("pen")
    assert desk_tags.icon("pen") != desk_tags.icon("pen", "签署") != desk_tags.icon("pen", "签署", "big")
    assert desk_tags.cited("方案四(三)") is desk_tags.cited("方案四(三)")
    harmful = "<b>方案四(三)</b>"
    for text in (SafeString(harmful), harmful):
        assert desk_tags.cited(text).startswith("&lt;b&gt;") and "<b>" not in desk_tags.cited(text)
    for cache in (desk_tags._symbol, desk_tags._led):
        assert cache.cache_parameters()["maxsize"]


def test_the_page_to_sign_shows_what_was_entered(signed_in: SignedIn, pages: Any) -> None:
    """A field without rows is a text; one whose rows are empty is a dash."""
    from shuangcha.audit.models import Proposal

    proposal = Proposal.objects.filter(
        move="matter.hand_down", status=Proposal.OPEN
    ).first() or Proposal.objects.filter(status=Proposal.OPEN).latest("pk")
    entered = [one for one in json.loads(proposal.content).values() if isinstance(one, str) and not one.isascii()]
    body = signed_in(E).get(f"/sign/{proposal.uid}/").content.decode()
    assert entered
    for text in entered:
        assert f"<dd>{text}" in body, text
