from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "lianfang.health"
    label = "health"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.health import key_words, record, record_words, survey_words
        from lianfang.health.actions.erasing import erase
        from lianfang.health.problems import TEXTS
        from lianfang.health.wording import KINDS
        from lianfang.notices import wording
        from lianfang.people import erasers

        problems.register(TEXTS)
        wording.register(KINDS)
        erasers.also(erase)
        for provider in (*record_words.PROVIDERS, key_words.entries, survey_words.entries):
            record.register(provider)
