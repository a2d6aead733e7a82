"""How the pages of the roster say things."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.people.models import Enrolment
from lianfang.people.models.roster import Belonging, Ending, LodgingKind, Mark
from lianfang.people.queries.roster import Line
from lianfang.people.rules import roster as rules

REASONS: dict[str, str | Promise] = {
    "contact": _("Reach the family"),
    "illness": _("Care for somebody ill"),
    "verify": _("Check the data with the person"),
    "authority": _("Asked for by an authority"),
    "other": pgettext_lazy("reason", "Other"),
}
FIELDS: dict[str, str | Promise] = {
    "phone": _("Telephone"),
    "address": _("Home address"),
    "place": _("Present place (during a response)"),
    "health_note": _("Health note"),
    "document": _("Document number"),
    "guardian": _("Guardian’s telephone"),
}
COLUMNS: dict[str, str | Promise] = {
    "name": pgettext_lazy("person", "Name"),
    "sex": _("Sex"),
    "number": _("School number"),
    "unit": _("Class or unit"),
    "as_a": _("Belongs as"),
    "state": pgettext_lazy("of a pupil", "State"),
    "lodging": _("Lodging"),
    "marks": _("Groups"),
    "born_on": _("Birthday"),
    "from_on": _("Since"),
    "phone_masked": _("Telephone (masked)"),
    "guardian_masked": _("Guardians (telephone masked)"),
    "phone": _("Telephone in full"),
    "guardian": _("Guardians, telephone in full"),
}
WHY_PAIRS: dict[str, str | Promise] = {
    "number": _("the same number under two kinds of documents"),
    "birthday": _("the same name and birthday"),
    "guardian": _("the same name and guardian"),
}


def state(line: Line) -> str:
    """On leave, or how it ended; "" for somebody who is simply there."""
    row = line.belonging
    if row.to_on is not None and row.ending:
        return str(Ending(row.ending).label)
    return gettext("On leave of absence") if line.away else ""


def lodging(line: Line) -> str:
    return lodging_of(line.lodging) if line.lodging else ""


def lodging_of(row: Any) -> str:
    bed = "–".join(part for part in (row.room, row.bed) if part)
    place = " ".join(part for part in (row.building, bed) if part)
    kind = str(LodgingKind(row.kind).label)
    return f"{kind} {place}".strip()


def marks(line: Line) -> str:
    return "、".join(str(Mark(marking.mark).label) for marking in line.marks)


def chips(line: Line) -> list[dict[str, Any]]:
    """What stands beside a name in a list, each with an icon."""
    found: list[dict[str, Any]] = []
    if said := state(line):
        found.append({"state": "pending" if line.away else "info", "label": said, "tone": "late" if line.away else ""})
    found += [{"state": "info", "label": Mark(marking.mark).label, "tone": "due"} for marking in line.marks]
    return found


def row(line: Line) -> dict[str, Any]:
    """One line of a list; telephones are masked by the value itself."""
    belonging = line.belonging
    return {
        "person": line.person,
        "belonging": belonging,
        "as_a": "" if belonging.as_a == Belonging.STUDENT else belonging.get_as_a_display(),
        "chips": chips(line),
        "lodging": lodging(line),
    }


def cell(line: Line, column: str) -> Any:
    """A cell of a list that leaves the house. Only columns that `rules.COLUMNS` marks open a sealed value."""
    person, belonging = line.person, line.belonging
    if column in ("phone", "phone_masked"):
        return _said(person.phone, rules.COLUMNS[column])
    if column in ("guardian", "guardian_masked"):
        kept = [(held.guardian, held.get_relation_display()) for held in line.guardians]
        full = rules.COLUMNS[column]
        return "；".join(f"{who.name}（{what}）{_said(who.phone, full)}" for who, what in kept)
    found = {
        "name": lambda: person.name,
        "sex": person.get_sex_display,
        "number": lambda: belonging.number,
        "unit": lambda: belonging.unit.name,
        "as_a": belonging.get_as_a_display,
        "state": lambda: state(line),
        "lodging": lambda: lodging(line),
        "marks": lambda: marks(line),
        "born_on": lambda: person.born_on.isoformat() if person.born_on else "",
        "from_on": lambda: belonging.from_on.isoformat(),
    }
    return str(found[column]())


def _said(sealed: Any, full: bool) -> str:
    if not sealed:
        return ""
    return str(sealed.open().removeprefix("+86")) if full else str(sealed)


def known(sealed: Any) -> str:
    """Beside a box for a sealed value: what is known already, masked."""
    return gettext("Known: %(mask)s. Leave blank to keep it.") % {"mask": sealed} if sealed else ""


def ending_of(belonging: Enrolment) -> str:
    return str(Ending(belonging.ending).label) if belonging.ending else ""
