"""What is registered beside the procedure: recusal declared, disclosure, corrections, papers, reveals (plan/office.py)."""

from __future__ import annotations

from typing import Any

from shuangcha.casefile import models as cf

from .act import Act, handles
from .contents import outcome as content
from .recusals import shut_out


@handles("matter.recuse_self")
def recuse_self(act: Act, c: content.RecuseSelf) -> None:
    """Final: from the next request on the person gets the answer of a stranger."""
    assert isinstance(act.subject, cf.Matter)
    shut_out({act.viewer.id: "declared"}, matter=act.subject)
    for clue in cf.Clue.rows.filter(matter_links__matter=act.subject):
        shut_out({act.viewer.id: "declared"}, clue=clue)


@handles("matter.disclose")
def disclose(act: Act, c: Any) -> None:
    """方案三 公开: what the court concerned is told stands in the ledger, which its members read."""
    return None
