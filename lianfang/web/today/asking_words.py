"""What came of an asking, in words."""

from collections.abc import Iterator

from django.utils.translation import ngettext

from lianfang.core import clock
from lianfang.obligations.actions.asking import Asked
from lianfang.ui import words


def said(asked: Asked) -> Iterator[str]:
    if asked.units:
        text = ngettext("%(count)s unit has been asked.", "%(count)s units have been asked.", asked.units)
        yield text % {"count": asked.units}
    if asked.skipped_recently and asked.at:
        text = ngettext(
            "%(count)s unit was asked %(when)s by %(unit)s already.",
            "%(count)s units were asked %(when)s by %(unit)s already.",
            asked.skipped_recently,
        )
        yield text % {"count": asked.skipped_recently, "when": words.when(asked.at, clock.now()), "unit": asked.by}
    if asked.nobody:
        text = ngettext(
            "For %(count)s unit there is nobody to ask: see the gaps.",
            "For %(count)s units there is nobody to ask: see the gaps.",
            asked.nobody,
        )
        yield text % {"count": asked.nobody}
