from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "lianfang.obligations"
    label = "obligations"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.obligations import spec
        from lianfang.obligations.problems import TEXTS

        problems.register(TEXTS)
        spec.catalog()  # a file that contradicts itself stops the start
