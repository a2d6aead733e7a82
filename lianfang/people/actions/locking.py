"""The row of a person, held while something is changed about them."""

from lianfang.core.problems import refuse
from lianfang.people.models import Person


def locked(person: Person) -> Person:
    """The row for changing. Raises `Refused` for one that was destroyed or merged away: what hung on it from then on
    would be found by nobody and stay for ever."""
    found = Person.objects.select_for_update().get(pk=person.pk)
    if found.purged_at:
        raise refuse("people.person_purged")
    if found.merged_into_id:
        raise refuse("people.person_merged")
    return found
