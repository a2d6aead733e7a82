from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "lianfang.policies"
    label = "policies"
