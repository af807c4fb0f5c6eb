"""Is the process alive (`/healthz`), and may it be given requests (`/readyz`)?"""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_q.models import OrmQ

from shuangcha.audit import guards

QUEUE_PATIENCE = timedelta(minutes=15)
"""How long a job may wait before the instance counts as not ready (the worker stands still)."""

SHOWN = 3
"""How many missing guards one sentence names."""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"ok": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, its guards stand and the queue moves; otherwise 503 with one sentence."""
    sentence, waiting = problem()
    body = {"ok": sentence is None, "reason": sentence, "queue_seconds": waiting}
    return JsonResponse(body, status=503 if sentence else 200, json_dumps_params={"ensure_ascii": False})


def problem() -> tuple[str | None, int]:
    """The first thing that stands against serving (None: nothing), and the age in seconds of the oldest due job."""
    try:
        sentence = guards_problem()
        if sentence:
            return sentence, 0
        waiting = queue_age()
    except DatabaseError:
        return "数据库无法访问，请检查数据库服务与磁盘。", 0
    seconds = int(waiting.total_seconds())
    if waiting > QUEUE_PATIENCE:
        return f"后台任务已积压 {seconds // 60} 分钟，请检查后台进程。", seconds
    return None, seconds


def guards_problem() -> str | None:
    """One sentence when a trigger that guards the ledger is missing from the database, else None."""
    missing = guards.missing(connection)
    if not missing:
        return None
    more = f"等{len(missing)}处" if len(missing) > SHOWN else ""
    return f"数据库的保护触发器不完整：{'、'.join(missing[:SHOWN])}{more}；为防篡改，系统拒绝提供服务。"


def queue_age() -> timedelta:
    """How long the oldest job that could run has been waiting."""
    oldest = OrmQ.objects.filter(lock__lte=timezone.now()).order_by("lock").values_list("lock", flat=True).first()
    # A broker row is due from `lock` on; while a worker holds it, `lock` lies in the future.
    return timezone.now() - oldest if oldest else timedelta(0)
