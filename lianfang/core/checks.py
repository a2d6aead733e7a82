"""Start-up checks: what would make the running program untruthful stops it."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def clock_is_real(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A moved clock would falsify every deadline; only the demo (LIANFANG_DEMO=1) may move it."""
    if settings.CLOCK_FILE and os.environ.get("LIANFANG_DEMO") != "1":
        return [
            Error(
                "LIANFANG_CLOCK_FILE is set: deadlines would follow a made-up clock.",
                hint="Unset it. Only a demo day (LIANFANG_DEMO=1) may move the clock.",
                id="core.E001",
            )
        ]
    return []
