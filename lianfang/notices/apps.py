from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lianfang.notices"
    label = "notices"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.notices.problems import TEXTS

        problems.register(TEXTS)
