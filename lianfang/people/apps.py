from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lianfang.people"
    label = "people"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.people.belonging_problems import ROSTER
        from lianfang.people.claim_problems import CLAIMS
        from lianfang.people.problems import TEXTS
        from lianfang.people.purge_problems import PURGES
        from lianfang.people.roster_problems import IDENTITY

        problems.register(TEXTS)
        problems.register(IDENTITY)
        problems.register(ROSTER)
        problems.register(CLAIMS)
        problems.register(PURGES)
