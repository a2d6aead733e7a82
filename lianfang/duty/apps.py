from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "lianfang.duty"
    label = "duty"
