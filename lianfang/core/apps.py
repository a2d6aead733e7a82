from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "lianfang.core"
    label = "core"

    def ready(self) -> None:
        from lianfang.core import checks, problems  # noqa: F401  (checks registers itself)
        from lianfang.core.wording import TEXTS

        problems.register(TEXTS)
