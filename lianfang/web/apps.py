from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lianfang.web"
    label = "web"

    def ready(self) -> None:
        from lianfang.notices import wording
        from lianfang.ui import nav
        from lianfang.web import navigation
        from lianfang.web.wording import KINDS

        nav.register(navigation.entries)
        nav.register_unit(navigation.acting_unit)
        wording.register(KINDS)
