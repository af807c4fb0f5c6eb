"""调整议程顺序: the items of a meeting in the order in which they are taken. A step in the court's chain, no stage moves."""

from __future__ import annotations

from shuangcha.access import scope
from shuangcha.access.refusals import Invalid
from shuangcha.casefile import models as cf

from .act import Act, checks, handles
from .contents.meeting import OrderAgenda


@checks("register.order_agenda")
def check_order(act: Act, c: OrderAgenda) -> None:
    """Both items stand on this agenda and may be seen; one that is hidden is answered like one that never was."""
    items = scope.visible(act.viewer, "item").filter(meeting=act.subject)
    stages = {str(uid): stage for uid, stage in items.values_list("uid", "stage")}
    if c.item not in stages:
        raise Invalid("请从本次会议的议程中选择议题。", field="item")
    if stages[c.item] != "listed":
        raise Invalid("该议题已经决定，不再调整顺序。", field="item")
    if c.before and (c.before not in stages or c.before == c.item):
        raise Invalid("请选择议程中的另一个议题，或者不选（排在最后）。", field="before")


@handles("register.order_agenda")
def order(act: Act, c: OrderAgenda) -> None:
    """Numbers are given anew from 1; what the mover cannot see keeps its place among its neighbours."""
    agenda = list(cf.Item.rows.filter(meeting=act.subject).order_by("order", "id"))
    moved = next(one for one in agenda if str(one.uid) == c.item)
    agenda.remove(moved)
    at = next((n for n, one in enumerate(agenda) if str(one.uid) == c.before), len(agenda))
    agenda.insert(at, moved)
    for n, one in enumerate(agenda, 1):
        one.order = n
    cf.Item.rows.bulk_update(agenda, ["order"])
