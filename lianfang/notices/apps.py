from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "lianfang.notices"
    label = "notices"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.notices.actions.erasing import erase
        from lianfang.notices.problems import TEXTS
        from lianfang.people import erasers

        problems.register(TEXTS)
        erasers.also(erase)
