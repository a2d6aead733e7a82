from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "lianfang.config"
    label = "config"

    def ready(self) -> None:
        from lianfang.config import wiring
        from lianfang.core import events

        events.wire(wiring.HANDLERS, wiring.SLOW)
