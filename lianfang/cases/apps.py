from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "lianfang.cases"
    label = "cases"

    def ready(self) -> None:
        from lianfang.cases.actions.erasing import erase
        from lianfang.cases.problems import TEXTS
        from lianfang.cases.rules import emergencies, following, plans
        from lianfang.cases.wording import KINDS
        from lianfang.core import problems
        from lianfang.notices import wording
        from lianfang.people import erasers

        problems.register(TEXTS)
        wording.register(KINDS)
        erasers.also(erase)
        emergencies.catalog()  # a file that contradicts itself stops the start
        following.catalog()
        plans.plans()
        plans.drills()
