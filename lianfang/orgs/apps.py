from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "lianfang.orgs"
    label = "orgs"
