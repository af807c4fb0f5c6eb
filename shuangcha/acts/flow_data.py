"""Flow data come and go: who read or withdrew which data set stands in the chain of every court that it covers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial

from django.db import transaction

from shuangcha.access import flow
from shuangcha.access.administered import Domain
from shuangcha.access.refusals import Invalid, NotAllowed, Stale
from shuangcha.audit.chain import ZONE
from shuangcha.clock import business
from shuangcha.courts.models import Court, Person
from shuangcha.flowruns import incoming, withdrawing
from shuangcha.flowruns.models import FlowCourt, FlowDataset

from .registering import ledger
from .requests import once

KEY = "register.flow_data"
LEAST, MOST = 5, 400
FOREIGN = "这份数据还包含不归您管理的法院，请由上级法院的系统管理员撤回。"
TWICE = "这份数据已经撤回了。"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What the page says afterwards."""

    name: str


def load_incoming(one: incoming.Incoming) -> FlowDataset | None:
    """Read a confirmed upload, with its steps in the same transaction as its row; called by the background process."""
    person = Person.objects.filter(pk=one.told["person"]).first()
    now = business.now()
    return incoming.carry_out(one, now=now, record=partial(loaded, now=now, by=person, post_id=one.state.get("post")))


def loaded(dataset: FlowDataset, *, now: dt.datetime, by: Person | None = None, post_id: int | None = None) -> None:
    """Leave the steps of a data set that has just become known."""
    _steps(dataset, "读入", "", now=now, by=by, post_id=post_id)


def withdraw(domain: Domain, uid: str, reason: str, *, now: dt.datetime, request_key: str = "") -> Withdrawn:
    """Take a data set back. NotFound for another's, NotAllowed where it covers another's court,
    Invalid without a reason, Stale twice."""
    dataset = flow.kept(domain, uid)
    why = reason.replace("\0", "").strip()

    def work() -> Withdrawn:
        if not flow.may_withdraw(domain, dataset):
            raise NotAllowed(FOREIGN)
        if not LEAST <= len(why) <= MOST:
            raise Invalid(
                f"请写明撤回理由，{LEAST}至{MOST}个字，例如：导出时漏选了2026年的案件，将重新读入。", field="reason"
            )
        if not withdrawing.mark(dataset, by=domain.viewer.id, why=why, now=now):
            raise Stale(TWICE)
        _steps(
            dataset, "撤回", why, now=now, by=Person(pk=domain.viewer.id, uid=domain.viewer.uid), post_id=domain.post.id
        )
        transaction.on_commit(partial(withdrawing.free, dataset))
        return Withdrawn(dataset.name)

    found: Withdrawn = once(domain.viewer, request_key, now, work, Withdrawn)
    return found


def _steps(
    dataset: FlowDataset, what: str, why: str, *, now: dt.datetime, by: Person | None, post_id: int | None
) -> None:
    """One for each court, in the order in which chains are locked everywhere;
    a court's chain counts that court's cases only."""
    covered = list(FlowCourt.objects.filter(dataset=dataset).select_related("court").order_by("court__code"))
    at = dataset.taken_at.astimezone(ZONE)
    taken = f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}取数"
    whose: list[tuple[Court | None, int]] = [(one.court, one.cases) for one in covered]
    for court, cases in whose or [(None, dataset.cases)]:
        said = f"{what}流程数据“{dataset.name}”，{taken}，{'本院' if court else ''}案件{cases}件{f'；理由：{why}' if why else ''}"
        content = {
            "what": said,
            "dataset": str(dataset.uid),
            "sha256": dataset.sha256,
            "taken_at": dataset.taken_at.isoformat(),
            "cases": cases,
            "reason": why,
        }
        if by is not None:
            content["by"] = str(by.uid)
        ledger(KEY, court, content, now=now, by=by, post_id=post_id)
