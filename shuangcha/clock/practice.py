"""Where practice begins in a training instance: what the invented persons did before is not what a trainee did."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from shuangcha.audit.models import Signature, Step

from . import business


def _file() -> Path:
    return Path(settings.DATA_DIR) / "practice.json"


def begin() -> None:
    """Practice begins after what stands in the ledger now. Once for an instance; nothing where there is no training."""
    if not business.training() or _file().exists():
        return
    steps, signatures = (model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (Step, Signature))
    _file().write_text(json.dumps({"step": steps, "signature": signatures}), encoding="ascii")


def began() -> tuple[int, int]:
    """(id of the last step, of the last signature) before practice; zeros where nothing was marked."""
    try:
        found = json.loads(_file().read_text(encoding="ascii"))
        return int(found["step"]), int(found["signature"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0, 0
