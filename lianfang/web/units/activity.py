"""What happened at a unit and below it, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianfang.core.models import Event
from lianfang.orgs.models import Unit

NEWEST = 12
# Event word → icon and sentence. ``%(subject)s`` is the event's subject, other names stand in its detail.
WORDS: Mapping[str, tuple[str, str | Promise]] = {
    "unit.created": ("plus", _("%(subject)s was set up.")),
    "unit.changed": ("pencil", _("Facts of %(subject)s were changed.")),
    "unit.moved": ("arrows-move", _("%(subject)s was moved from %(from)s to %(to)s.")),
    "unit.closed": ("archive", _("%(subject)s was closed.")),
    "unit.sponsored": ("link", _("%(subject)s also reports to %(sponsor)s.")),
    "unit.sponsorship_ended": ("unlink", _("%(subject)s no longer reports to %(sponsor)s.")),
    "units.imported": ("table-import", _("Units were imported: %(created)s new, %(changed)s changed.")),
}


def of(unit: Unit) -> list[dict[str, Any]]:
    """The newest things done to the unit and the units below it, for ``c-timeline``."""
    rows = Event.objects.filter(unit_path__startswith=unit.path, verb__in=WORDS).order_by("-at", "-id")[:NEWEST]
    return [_item(row) for row in rows]


def _item(row: Event) -> dict[str, Any]:
    icon, sentence = WORDS[row.verb]
    return {"at": row.at, "what": str(sentence) % _Said(row), "who": row.by_name, "icon": icon}


class _Said(dict[str, Any]):
    """The words an event brings. What an old event does not say is a dash."""

    def __init__(self, row: Event) -> None:
        super().__init__(row.detail, subject=row.subject)

    def __missing__(self, key: str) -> str:
        return "–"
