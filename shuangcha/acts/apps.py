from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "shuangcha.acts"
    label = "acts"
    verbose_name = "办理"
    default_auto_field = "django.db.models.BigAutoField"
