from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "lianfang.ui"
    label = "ui"
