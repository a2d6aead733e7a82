from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "lianfang.policies"
    label = "policies"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.policies.problems import TEXTS

        problems.register(TEXTS)
