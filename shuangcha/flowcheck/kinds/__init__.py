"""The kinds of rules; `KINDS`: their names in a file of local rules."""

from __future__ import annotations

from collections.abc import Mapping

from .across import AfterOrigin, Crowd, LeftIdle, OutOfTurn, Repeated, SameSecond, SameValue
from .base import Hit, Kind
from .course import BeforeFiling, Order, Requires, TooSoon
from .gaps import BurstBeforeClosing, Gap
from .ledger import BadStops, Denied, IgnoredAlerts, OtherAccount, Outsider, PaidDiffers, PetitionLate, Residue
from .notice import Notice
from .persons import OddShare, RateGap, RateOutlier, Spike
from .property import Expiry, OpenControl, OverControl
from .rows import Filler, RowEarly, RowLate, RowOddTime, RowWithout, ServedAtOnce
from .texts import NearText
from .within import NotBefore, Within

KINDS: Mapping[str, type[Kind]] = {
    kind.__name__: kind
    for kind in (
        Within,
        Notice,
        NotBefore,
        TooSoon,
        Requires,
        Order,
        BeforeFiling,
        BurstBeforeClosing,
        Gap,
        RowEarly,
        RowLate,
        RowOddTime,
        RowWithout,
        ServedAtOnce,
        Filler,
        Expiry,
        OpenControl,
        OverControl,
        PaidDiffers,
        Residue,
        Outsider,
        OtherAccount,
        IgnoredAlerts,
        Denied,
        PetitionLate,
        BadStops,
        SameSecond,
        Crowd,
        SameValue,
        NearText,
        AfterOrigin,
        OutOfTurn,
        LeftIdle,
        Repeated,
        OddShare,
        RateOutlier,
        RateGap,
        Spike,
    )
}

__all__ = ["KINDS", "Hit", "Kind"]
