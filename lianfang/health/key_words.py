"""Key people in words: classes, rules, reasons, what was told."""

from collections.abc import Iterator
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from lianfang.core.clock import ZONE, today
from lianfang.health import card_words
from lianfang.health.models import FollowUp, KeyPerson
from lianfang.health.models.key_people import Ending
from lianfang.health.queries import key_people as queries
from lianfang.health.record import Entry, Span, Viewer
from lianfang.health.rules import key_editions, symptoms
from lianfang.health.rules.following import DAY
from lianfang.people.models import Person

RULES: dict[str, str | Promise] = {
    "own_state": __("ill, suspected or under observation"),
    "still_there": __("in an area of concern"),
    "left": __("left an area of concern"),
    "contact": __("met somebody who may be infected"),
    "residence": __("at home in an area of concern"),
    "listed": pgettext_lazy("rule of key people", "listed by hand"),
}
_REASONS: dict[str, str | Promise] = {
    "own_state": __("said so on %(on)s"),
    "still_there": __("in %(area)s since %(on)s"),
    "left": __("left %(area)s on %(on)s"),
    "contact": __("contact on %(on)s (%(area)s)"),
    "residence": __("at home in %(area)s"),
    "listed": __("counts from %(on)s"),
}


def category(row: KeyPerson) -> str:
    found = queries.edition_of(row).category(row.category)
    return found.label(_language()) if found else row.category


def category_of(code: str) -> str:
    """The name of a class, of whichever edition knows it; "" for none."""
    found = next((one for each in key_editions.catalog().values() for one in each.classes if one.code == code), None)
    return found.label(_language()) if found else ""


def rule(row: KeyPerson) -> str:
    return str(RULES.get(row.rule, ""))


def reasons(row: KeyPerson) -> list[str]:
    """What is sealed beside the class: areas and days; of who was listed by hand the words."""
    kept = dict(row.reasons or {})
    edition, told = queries.edition_of(row), []
    for one in kept.get("found", ()):
        area = next((each for each in edition.areas if each.prefix == one["area"]), None)
        said = str(_REASONS[one["when"]]) % {
            "area": area.label(_language()) if area else _("area not known"),
            "on": one["on"],
        }
        told.append(said)
    return [*told, *([kept["words"]] if kept.get("words") else [])]


def told(one: FollowUp) -> str:
    """ "37.8 ℃ · 咳嗽"; "36.5 ℃ · 无症状"."""
    if not one.reached:
        return _("Nobody reached")
    parts = [] if one.temperature is None else [_("%(degrees)s °C") % {"degrees": f"{one.temperature / 10:.1f}"}]
    names = [each.label(_language()) for each in symptoms.unpacked(one.symptoms)]
    return _(" · ").join([*parts, *(names or [_("no symptoms")])])


def entries(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """For the health record: each class from listing to end. Why, and what was told, is for the doctor and the family.
    Two queries."""
    rows = list(KeyPerson.objects.filter(person=person, school__in=viewer.schools, from_on__lte=span.last))
    rows = [row for row in rows if row.ended_on is None or row.ended_on >= span.first]
    for row in rows:
        parts = tuple(reasons(row)) if viewer.medical or viewer.family else ()
        what = _("Key person: %(category)s") % {"category": category(row)}
        yield Entry(_within(row.at, span), "key_person", what, parts, row.by_name, icon="user-search", tone="due",
                    href=reverse("health:key_person", args=[row.pk]), on=_on(row.from_on))  # fmt: skip
        if row.ended_at and row.ending != Ending.MOVED:
            what = str(Ending(row.ending).label)
            yield Entry(row.ended_at, "key_person", what, (), row.ended_by_name, icon="user-check", tone="done")
    if viewer.medical or viewer.family:
        first, last = (datetime.combine(on, time(), ZONE) for on in (span.first, span.last))
        asked = FollowUp.objects.filter(key_person__in=rows, at__gte=first, at__lt=last + DAY)
        for one in asked.order_by("at"):
            yield Entry(one.at, "followed", _("Asked as a key person"), (told(one),), one.by_name, icon="temperature")


def _within(at: datetime, span: Span) -> datetime:
    return max(at, datetime.combine(span.first, time(), ZONE))


def _on(on: date) -> str:
    return card_words.span(on, on, today())


def _language() -> str:
    return get_language() or "zh"
