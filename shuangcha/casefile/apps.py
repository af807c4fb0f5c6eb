from django.apps import AppConfig


class CasefileConfig(AppConfig):
    name = "shuangcha.casefile"
    label = "casefile"
    verbose_name = "案卷"
    default_auto_field = "django.db.models.BigAutoField"
