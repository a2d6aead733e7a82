"""Answers to a survey in words."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import pgettext, pgettext_lazy

from lianfang.core.clock import ZONE
from lianfang.health.card_words import listed
from lianfang.health.queries import surveys as queries
from lianfang.health.record import Entry, Span, Viewer
from lianfang.health.rules import divisions
from lianfang.health.rules.whereabouts import Journey, Meeting, Stay, Whereabouts, overlaps
from lianfang.people.models import Person

Home = tuple[str, str]  # code and name of the area that counts as here
MEANS = (
    ("train", __("Train")), ("plane", __("Plane")), ("coach", __("Coach")), ("car", __("Car")),
    ("ship", __("Ship")), ("other", pgettext_lazy("means of travel", "Something else")),
)  # fmt: skip
CONTACTS = (
    ("risk_area", __("Somebody from an area of risk")),
    ("case", __("Somebody who was confirmed as infected")),
    ("suspected", __("Somebody who was suspected to be infected")),
)
HEALTH = (
    ("well", __("Well, and was not any of these")),
    ("observed", __("Was or is under medical observation or isolation")),
    ("suspected", __("Was or is suspected to be infected")),
    ("confirmed", __("Was or is confirmed as infected")),
)
_DOT = " · "


def on(day: date) -> str:
    """Day and month: an answer is read days after it was given, so there is no "today" in it."""
    return date_format(day, pgettext("date format", "j M"))


def area(code: str, home: Home) -> str:
    return home[1] if code == home[0] else divisions.label(code)


def stay(one: Stay, home: Home) -> str:
    place = area(one.area, home)
    if one.to_on is None:
        return _("%(place)s, since %(first)s and still there") % {"place": place, "first": on(one.from_on)}
    return _("%(place)s, %(first)s – %(last)s") % {"place": place, "first": on(one.from_on), "last": on(one.to_on)}


def journey(one: Journey, home: Home) -> str:
    way = _("%(on)s %(means)s %(number)s from %(start)s to %(end)s") % {
        "on": on(one.on), "means": dict(MEANS)[one.means], "number": one.number, "start": area(one.from_area, home),
        "end": area(one.to_area, home),
    }  # fmt: skip
    stops = listed(area(code, home) for code in one.through)
    return " ".join(way.split()) + (_(", through %(areas)s") % {"areas": stops} if stops else "")


def meeting(one: Meeting, home: Home) -> str:
    told = [on(one.on), str(dict(CONTACTS)[one.kind]), area(one.area, home) if one.area else ""]
    return _DOT.join(part for part in told if part)


def rows(facts: Whereabouts, home: Home) -> list[dict[str, Any]]:
    """Every question with what was answered, and the step (`views.survey_steps`) that asks it."""
    stayed = _("Was in %(place)s all the time") % {"place": home[1]}
    told = [{"step": "left", "label": _("Left?"), "lines": [stayed if facts.stayed_here else _("Was elsewhere")]}]
    if not facts.stayed_here:
        told += [
            {"step": "stays", "label": _("Where"), "lines": [stay(one, home) for one in facts.stays]},
            {"step": "stays", "label": _("Where now"), "lines": [_now(facts, home)]},
            {"step": "journeys", "label": _("Journeys"), "lines": [journey(one, home) for one in facts.journeys]},
        ]
    told += [
        {
            "step": "meetings",
            "label": pgettext("of a survey", "Contact"),
            "lines": [meeting(one, home) for one in facts.meetings],
        },
        {"step": "health", "label": _("Health"), "lines": [str(dict(HEALTH)[facts.health])]},
    ]
    return [{**row, "lines": row["lines"] or [_("none")]} for row in told]


def _now(facts: Whereabouts, home: Home) -> str:
    place = area(facts.living_area, home)
    return _("%(place)s, back since %(day)s") % {"place": place, "day": on(facts.back_on)} if facts.back_on else place


def doubts(facts: Whereabouts, home: Home) -> list[str]:
    """What does not go together, and is kept all the same."""
    return [
        _("Two stays overlap: %(one)s; %(other)s.") % {"one": stay(one, home), "other": stay(other, home)}
        for one, other in overlaps(facts)
    ]


def brief(facts: Whereabouts, home: Home) -> list[str]:
    """In parts of one line, for the list of a class; of who stayed and is well only that."""
    if facts.plain:
        return [_("stayed in %(place)s") % {"place": home[1]}]
    told = [stay(one, home) for one in facts.stays] or [_("stayed in %(place)s") % {"place": home[1]}]
    told += [meeting(one, home) for one in facts.meetings]
    return told if facts.health == "well" else [*told, str(dict(HEALTH)[facts.health])]


def entries(person: Person, span: Span, viewer: Viewer) -> Iterator[Entry]:
    """For the health record: each answer in force. What was said is for the doctor and the family. Two queries, and one
    for each place somebody answered from."""
    homes: dict[int, Home] = {}
    for row in queries.of_record(person, viewer.schools, *_moments(span)):
        if row.unit_id not in homes:
            homes[row.unit_id] = queries.home(row.unit)
        told = tuple(brief(queries.facts(row), homes[row.unit_id])) if viewer.medical or viewer.family else ()
        who, tone = row.by_name or str(row.get_source_display()), "due" if told and row.away else "quiet"
        yield Entry(row.at, "survey", row.survey.title, told, who, icon="map-pin", tone=tone)


def _moments(span: Span) -> tuple[datetime, datetime]:
    return datetime.combine(span.first, time(), ZONE), datetime.combine(span.last + timedelta(days=1), time(), ZONE)
