from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "shuangcha.vault"
    label = "vault"
    verbose_name = "保管"
    default_auto_field = "django.db.models.BigAutoField"
