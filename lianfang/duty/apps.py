from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "lianfang.duty"
    label = "duty"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.duty.problems import TEXTS
        from lianfang.duty.wording import KINDS
        from lianfang.notices import wording

        problems.register(TEXTS)
        wording.register(KINDS)
