"""Who looked at one person's record, took it out or changed it: for the person's guardians and for the staff who answer
to them (minors regulation Art. 36; control B03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lianfang.core.clock import ZONE, day_of
from lianfang.core.models import Event
from lianfang.orgs.models import Unit
from lianfang.people.access import ROLES
from lianfang.people.models import Enrolment, Person, Posting, User

MOST = 500

# Of one person, and of the list of a unit the person belonged to at that moment: icon and words.
ONE: Mapping[str, tuple[str, str | Promise]] = {
    "person.viewed": ("eye", _("opened the record")),
    "person.health_viewed": ("heartbeat", _("opened the health record")),
    "person.health_printed": ("printer", _("printed the health record")),
    "person.health_exported": ("file-spreadsheet", _("took out the health record")),
    "person.revealed": ("eye-check", _("looked at %(field)s in full")),
    "person.added": ("user-plus", _("entered the record")),
    "person.enrolled": ("user-plus", _("entered a new belonging")),
    "person.moved": ("arrows-move", _("moved to another class")),
    "person.left": ("door-exit", _("noted the leaving")),
    "person.merged": ("arrows-join", _("merged a duplicate into the record")),
    "my.viewed": ("device-mobile", _("opened the record on an own device")),
}
LISTS: Mapping[str, tuple[str, str | Promise]] = {
    "person.listed": ("list", _("looked at the list of %(unit)s")),
    "person.exported": ("file-export", _("exported a list of %(unit)s")),
    "person.printed": ("printer", _("printed a list of %(unit)s")),
    "person.many_moved": ("arrows-move", _("moved the class %(unit)s")),
    "person.many_added": ("users-plus", _("entered many people of %(unit)s")),
    "roster.applied": ("users-plus", _("took over a roster of %(unit)s")),
    "person.many_graduated": ("school", _("noted the graduation of %(unit)s")),
}
_CHANGED: tuple[str, str | Promise] = ("pencil", _("changed the record"))
FIELDS: Mapping[str, str | Promise] = {
    "phone": _("the telephone number"),
    "address": _("the address"),
    "place": _("the whereabouts"),
    "health_note": _("the health note"),
    "document": _("the identity number"),
    "guardian": _("a guardian’s telephone number"),
}


@dataclass(frozen=True)
class Look:
    """What somebody did with the record on one day; ``at`` is the last time of ``times``. Shaped for ``c-timeline``."""

    at: datetime
    verb: str
    by_id: int | None
    who: str
    what: str
    icon: str
    reason: str
    times: int

    @property
    def note(self) -> str:
        """The reason that was given, and how often that day."""
        often = ngettext("%(count)s time", "%(count)s times", self.times) % {"count": self.times}
        return " · ".join(part for part in (self.reason, often if self.times > 1 else "") if part)


def looks_at(person: Person, *, since: datetime, until: datetime) -> list[Look]:
    """Newest first, at most `MOST` events of the record and as many of lists; always six queries at most."""
    ids = [person.pk, *Person.objects.filter(merged_into=person).values_list("pk", flat=True)]
    span = Event.objects.filter(at__gte=since, at__lt=until, outcome="done").order_by("-at", "-pk")
    told = Q(verb__startswith="person.") | Q(verb__startswith="my.")
    own = span.filter(told, subject_kind=Person.event_kind, subject_id__in=map(str, ids))
    found = list(own[:MOST])
    if lists := _lists_with(ids, since, until):
        found += span.filter(lists, verb__in=LISTS)[:MOST]
    found.sort(key=lambda event: (event.at, event.pk), reverse=True)
    posts = Posting.objects.filter(user_id__in={event.by_id for event in found if event.by_id}).select_related("unit")
    units = Unit.objects.in_bulk({event.unit_id for event in found if event.unit_id})
    return _grouped(found, list(posts), units)


def _lists_with(ids: Iterable[Any], since: datetime, until: datetime) -> Q | None:
    """Lists of units above the person's place, made while the person was there."""
    first, last = day_of(since), day_of(until)
    there = Enrolment.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=first), person_id__in=ids, from_on__lte=last)
    found: Q | None = None
    for path, from_on, to_on in there.values_list("unit__path", "from_on", "to_on"):
        begin = datetime.combine(from_on, time(), ZONE)
        one = Q(unit_path__in=_above(path), at__gte=begin)
        if to_on:
            one &= Q(at__lt=datetime.combine(to_on + timedelta(days=1), time(), ZONE))
        found = one if found is None else found | one
    return found


def _above(path: str) -> list[str]:
    """The unit's own path and those of everything above it: "1.35." → "1.", "1.35."."""
    steps = path.rstrip(".").split(".")
    return [".".join(steps[:depth]) + "." for depth in range(1, len(steps) + 1)]


def _grouped(events: Sequence[Event], posts: Sequence[Posting], units: Mapping[int, Unit]) -> list[Look]:
    """What one and the same person did in one day several times is one line."""
    groups: dict[tuple[Any, ...], list[Event]] = {}
    for event in events:
        day = day_of(event.at)
        key = (day, event.by_id, event.verb, event.unit_id, event.reason, event.detail.get("field"))
        groups.setdefault(key, []).append(event)
    return [_look(group[0], len(group), posts, units) for group in groups.values()]


def _look(event: Event, times: int, posts: Sequence[Posting], units: Mapping[int, Unit]) -> Look:
    icon, words = LISTS.get(event.verb) or ONE.get(event.verb) or _CHANGED
    unit = units.get(event.unit_id) if event.unit_id else None
    said = {"unit": unit.label if unit else "", "field": FIELDS.get(event.detail.get("field", ""), "")}
    return Look(event.at, event.verb, event.by_id, _who(event, posts), str(words) % said, icon, event.reason, times)


def _who(event: Event, posts: Sequence[Posting]) -> str:
    """The duty held on that day, nearest to the unit first, and the name."""
    if event.by_id is None:
        return gettext("Guardian or pupil") if event.verb.startswith("my.") else gettext("Lianfang")
    day = day_of(event.at)
    held = [
        post
        for post in posts
        if post.user_id == event.by_id and post.from_on <= day and (post.to_on is None or post.to_on >= day)
        if post.role in ROLES
    ]
    here = [post for post in held if event.unit_path.startswith(post.unit.path)]
    post = max(here or held, key=lambda post: len(post.unit.path), default=None)
    return f"{ROLES[post.role].label} {event.by_name}" if post else event.by_name


def taken_freely(user: User, since: datetime) -> int:
    """How many lines of lists of people (the roster's, and those of the rooms above) the person took out since then
    without a second person's agreement."""
    events = Event.objects.filter(by_id=user.pk, verb__endswith=".exported", at__gt=since)
    return sum(event.detail.get("people", 0) for event in events if "request" not in event.detail)
