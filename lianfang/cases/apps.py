from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "lianfang.cases"
    label = "cases"
