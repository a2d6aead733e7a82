from django.apps import AppConfig


class SurveillanceConfig(AppConfig):
    name = "lianfang.surveillance"
    label = "surveillance"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.notices import wording
        from lianfang.people import erasers
        from lianfang.surveillance.actions.erasing import erase
        from lianfang.surveillance.problems import TEXTS
        from lianfang.surveillance.rules import syndromes
        from lianfang.surveillance.wording import KINDS

        problems.register(TEXTS)
        wording.register(KINDS)
        erasers.also(erase)
        syndromes.catalog()  # a file that contradicts itself stops the start
