from django.apps import AppConfig


class ConfConfig(AppConfig):
    """Holds the management commands; it has no tables."""

    name = "shuangcha.conf"
    label = "conf"
    verbose_name = "装配"
