from django.apps import AppConfig


class FlowrunsConfig(AppConfig):
    name = "shuangcha.flowruns"
    label = "flowruns"
    verbose_name = "系统检查"
