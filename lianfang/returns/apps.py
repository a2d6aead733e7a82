from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    name = "lianfang.returns"
    label = "returns"

    def ready(self) -> None:
        from lianfang.core import problems
        from lianfang.notices import wording
        from lianfang.returns import spec
        from lianfang.returns.problems import TEXTS
        from lianfang.returns.wording import KINDS

        problems.register(TEXTS)
        wording.register(KINDS)
        spec.catalog()  # a broken form file stops the start, not the first user
