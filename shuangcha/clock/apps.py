from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "shuangcha.clock"
    label = "clock"
    verbose_name = "期限"
    default_auto_field = "django.db.models.BigAutoField"
