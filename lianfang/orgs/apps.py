from django.apps import AppConfig


class OrgsConfig(AppConfig):
    name = "lianfang.orgs"
    label = "orgs"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.orgs.problems import TEXTS

        problems.register(TEXTS)
