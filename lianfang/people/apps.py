from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "lianfang.people"
    label = "people"

    def ready(self) -> None:
        from lianfang.core import crypto, problems
        from lianfang.people.belonging_problems import ROSTER
        from lianfang.people.claim_problems import CLAIMS
        from lianfang.people.problems import TEXTS
        from lianfang.people.purge_problems import PURGES
        from lianfang.people.roster_problems import IDENTITY, LINES

        crypto.register_text("mfa.Authenticator", "data")
        problems.register(TEXTS)
        problems.register({**IDENTITY, **LINES})
        problems.register(ROSTER)
        problems.register(CLAIMS)
        problems.register(PURGES)
