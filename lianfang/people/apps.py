from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lianfang.people"
    label = "people"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.people.problems import TEXTS

        problems.register(TEXTS)
