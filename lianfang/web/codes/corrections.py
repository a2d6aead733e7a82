"""What a correction that a family asks for would replace: masked, as everywhere among the staff."""

from datetime import date

from django.utils.formats import date_format

from lianfang.core.fields import Sealed
from lianfang.people.models import SubjectRequest
from lianfang.people.queries import claims


def on_file(row: SubjectRequest, about: str, day: date) -> str | None:
    """The present value as it may be shown, "" when there is none, None where the request names no one value: some
    other fact, or the telephone of a guardian nobody can tell from the claim."""
    person = row.person
    if about == "guardian_phone":
        found = claims.guardianship_of(row)
        return f"{found.guardian.name} · {_masked(found.guardian.phone) or '–'}" if found else None
    if about == "document":
        return " · ".join(_masked(one.number) for one in claims.file_of(person, day).documents if one.number)
    if about in ("phone", "address"):
        return _masked(getattr(person, about))
    if about == "born_on":
        return date_format(person.born_on) if person.born_on else ""
    return person.name if about == "name" else None


def _masked(value: Sealed | None) -> str:
    return value.masked() if value else ""
