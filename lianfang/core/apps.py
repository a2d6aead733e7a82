from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "lianfang.core"
    label = "core"

    def ready(self) -> None:
        from lianfang.core import checks  # noqa: F401  (registers the start-up checks)
