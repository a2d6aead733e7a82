from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "lianfang.obligations"
    label = "obligations"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.notices import wording as words
        from lianfang.obligations import spec, wording
        from lianfang.obligations.problems import TEXTS

        problems.register(TEXTS)
        spec.catalog()  # a file that contradicts itself stops the start
        words.register(wording.kinds())
