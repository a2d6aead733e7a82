"""The record of one person: as rows for a page, and as a file that other programs read (PIPL Art. 45)."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianfang.core.fields import Sealed
from lianfang.people.models import Claim, Guardianship
from lianfang.people.queries.claims import Asked, File
from lianfang.web.roster.words import lodging_of

Row = dict[str, str | Promise]


def said(value: Sealed | None, *, full: bool) -> str:
    """A sealed value in full or masked; "" when nothing is on file."""
    if value is None:
        return ""
    return value.open().removeprefix("+86") if full else value.masked()


def rows(file: File, claim: Claim, *, full: bool) -> list[tuple[str, list[Row]]]:
    """Sections of what is on file. Numbers and the address are in full only on demand; other guardians stay masked."""
    person = file.person
    about = [
        _row(pgettext("person", "Name"), person.name),
        _row(_("Former name"), person.former_name) if person.former_name else None,
        _row(_("Sex"), person.get_sex_display()),
        _row(_("Birthday"), date_format(person.born_on) if person.born_on else ""),
        *(_row(_label(one), said(one.number, full=full)) for one in file.documents),
        _row(_("Telephone"), said(person.phone, full=full)),
        _row(_("Home address"), said(person.address, full=full)),
        _row(_("Present place (during a response)"), said(person.place, full=full)) if person.place else None,
        _row(_("Note about health"), _("on file; ask the school doctor")) if person.health_note else None,
    ]
    return [
        (_("About the person"), [row for row in about if row]),
        (_("At school"), [*_belongings(file), *_lodgings(file)]),
        (_("Guardians"), [_guardian(one, claim, full=full) for one in file.guardianships]),
    ]


def machine(file: File, claim: Claim, asked: Iterable[Asked]) -> dict[str, Any]:
    """The same as JSON: days as ISO 8601, values in full; telephones of other guardians are theirs and stay masked."""
    person = file.person
    return {
        "format": "lianfang-person-1",
        "person": {
            "name": person.name, "former_name": person.former_name, "sex": person.sex, "born_on": person.born_on,
            "nationality": person.nationality, "phone": _plain(person.phone),
            "address": _plain(person.address), "place": _plain(person.place),
            "health_note_on_file": person.health_note is not None,
        },
        "documents": [{"kind": one.kind, "number": _plain(one.number)} for one in file.documents],
        "belongings": [
            {"school": one.school.name, "unit": one.unit.name, "as": one.as_a, "number": one.number,
             "from": one.from_on, "to": one.to_on, "ending": one.ending, "away_from": one.away_from,
             "away_to": one.away_to}
            for one in file.enrolments
        ],
        "lodging": [
            {"school": one.school.name, "kind": one.kind, "building": one.building, "room": one.room, "bed": one.bed,
             "from": one.from_on, "to": one.to_on}
            for one in file.lodgings
        ],
        "guardians": [
            {"name": one.guardian.name, "relation": one.relation,
             "phone": _reached(one, claim)}
            for one in file.guardianships
        ],
        "optional_purposes": [
            {"purpose": one.purpose.id, "version": one.purpose.version, "standing": one.standing, "at": one.at}
            for one in asked
        ],
    }  # fmt: skip


def _plain(value: Sealed | None) -> str:
    return value.open() if value else ""


def _reached(one: Guardianship, claim: Claim) -> str:
    phone = one.guardian.phone
    return _plain(phone) if one.guardian_id == claim.guardian_id else said(phone, full=False)


def _row(label: str | Promise, value: str) -> Row:
    return {"label": label, "value": value}


def _label(document: Any) -> str:
    return document.label or str(document.get_kind_display())


def _belongings(file: File) -> list[Row]:
    found = []
    for one in file.enrolments:
        begun = date_format(one.from_on)
        held = f"{begun} – {date_format(one.to_on)}" if one.to_on else _("since %(day)s") % {"day": begun}
        number = _("number %(number)s") % {"number": one.number} if one.number else ""
        found.append(_row(one.get_as_a_display(), " · ".join(filter(None, (one.unit.name, number, held)))))
    return found


def _lodgings(file: File) -> list[Row]:
    return [_row(_("Lodging"), lodging_of(one)) for one in file.lodgings]


def _guardian(one: Guardianship, claim: Claim, *, full: bool) -> Row:
    own = one.guardian_id == claim.guardian_id
    phone = said(one.guardian.phone, full=full and own)
    return _row(one.get_relation_display(), " · ".join(filter(None, (one.guardian.name, phone))))
