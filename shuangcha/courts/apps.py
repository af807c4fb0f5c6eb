from django.apps import AppConfig


class CourtsConfig(AppConfig):
    name = "shuangcha.courts"
    label = "courts"
    verbose_name = "法院与人员"
    default_auto_field = "django.db.models.BigAutoField"
