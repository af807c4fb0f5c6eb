"""`/.well-known/security.txt` (RFC 9116): to whom a weakness of this instance is reported."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

VALID = timedelta(days=180)
"""RFC 9116 advises less than a year; counted from the day it is read: a running instance stands by it."""


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Public: whoever finds a weakness has no account here. Nothing of a session is touched."""
    day = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return HttpResponse(text(request, day), content_type="text/plain; charset=utf-8")


def text(request: HttpRequest, day: datetime) -> str:
    lines = [
        f"Contact: {settings.ENVIRONMENT.security_contact}",
        f"Expires: {(day + VALID).strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: zh, en",
    ]
    if settings.HTTPS:  # RFC 9116, 2.5.2: an address of the file is given with https only
        lines.append(f"Canonical: https://{request.get_host()}{request.path}")
    return "\n".join(lines) + "\n"
