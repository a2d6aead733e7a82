from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "lianfang.health"
    label = "health"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.health.problems import TEXTS
        from lianfang.health.wording import KINDS
        from lianfang.notices import wording

        problems.register(TEXTS)
        wording.register(KINDS)
