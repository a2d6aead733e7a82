from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "lianfang.config"
    label = "config"

    def ready(self) -> None:
        from lianfang.config import wiring
        from lianfang.core import events
        from lianfang.obligations import sources

        events.wire(wiring.HANDLERS, wiring.SLOW)
        sources.wire(wiring.SOURCES)
