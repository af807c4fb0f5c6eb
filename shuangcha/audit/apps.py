from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class AuditConfig(AppConfig):
    name = "shuangcha.audit"
    label = "audit"
    verbose_name = "留痕"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Both signals are sent once per app; with this sender each hook runs once per migrate.
        pre_migrate.connect(_before, sender=self)
        post_migrate.connect(_after, sender=self)


def _before(*, using: str, plan: list[Any], **_: Any) -> None:
    from . import guards

    guards.before_migrate(using, plan)


def _after(*, using: str, **_: Any) -> None:
    from . import guards

    guards.after_migrate(using)
