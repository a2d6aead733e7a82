from django.apps import AppConfig
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "lianfang.ui"
    label = "ui"

    def ready(self) -> None:
        # Django's own words (这个字段是必填项。) are a programmer's; a form may still say more at its field.
        Field.default_error_messages["required"] = _("Please fill this in.")
