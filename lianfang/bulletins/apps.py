from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "lianfang.bulletins"
    label = "bulletins"

    def ready(self) -> None:
        from lianfang.bulletins.problems import TEXTS
        from lianfang.bulletins.wording import KINDS
        from lianfang.core import problems
        from lianfang.notices import wording

        problems.register(TEXTS)
        wording.register(KINDS)
