"""The letter to disease control about a cluster, composed of what is known: numbers and places, no names.

《传染病防治法》第四十五条: fastest means first, this follows in writing. Who publishes is the government (第五十七条).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lianfang.cases.queries import recipients
from lianfang.core.clock import ZONE
from lianfang.core.documents.letters import Letter, Table
from lianfang.surveillance import words
from lianfang.surveillance.models import Cluster, Counted
from lianfang.surveillance.queries import clusters as queries
from lianfang.surveillance.queries.clusters import Raised

_MOST_DAYS = 7  # columns of the table; what was before them is one column


def letter(cluster: Cluster, now: datetime) -> Letter:
    """As known at ``now``, in the language of whoever asks."""
    raised, people, school = queries.raised(cluster), queries.counted(cluster), cluster.school
    about = {"what": words.title(cluster), "tier": words.TIERS[cluster.tier], "school": school.name}
    known = recipients.contacts(school).get("disease_control")
    to = known.name if known else _("Disease control centre of the county")
    return Letter(
        title=_("Report of a %(tier)s of %(what)s at %(school)s") % about,
        to=pgettext("salutation of a letter", "To %(name)s:") % {"name": to},
        paragraphs=(
            _found(cluster, about, people, now), *(_reached(row) for row in raised), _told(cluster),
            *_measures(cluster), _("Please advise on what to do next; the school will report what follows."),
        ),
        tables=tuple(_table(queries.classes_of(people), people)) if people else (),
        attached=(_("Telephone of the school: %(phone)s") % {"phone": school.phone},) if school.phone else (),
        signed=school.name, dated=_day(now.astimezone(ZONE).date()),
        copy_to=_("Copy to: education authority of the area"),
        receipt=(_("Taken by:"), _("Time:"), _("Stamp:")),
        small=_("Without names of pupils. Publication is for the authorities (Infectious Disease Law Art. 16, 57)."),
        chinese=words.language().startswith("zh"),
    )  # fmt: skip


def _found(cluster: Cluster, about: Mapping[str, object], people: Sequence[Counted], now: datetime) -> str:
    found = {**about, "when": _moment(cluster.discovered_at)}
    said = _("On %(when)s the school found a %(tier)s of %(what)s.") % found
    if not people:
        return said
    number, units = len(people), len(set(queries.classes_of(people).values()))
    sick = ngettext("%(n)s person has fallen ill", "%(n)s people have fallen ill", number) % {"n": number}
    where = ngettext("in %(n)s class", "in %(n)s classes", units) % {"n": units}
    rest = _("By %(now)s %(sick)s %(where)s; the first onset was on %(first)s.") % {
        "now": _moment(now), "sick": sick, "where": where, "first": _day(people[0].onset_on),
    }  # fmt: skip
    return _joined(said, rest)


def _reached(row: Raised) -> str:
    unsure = "" if row.rule is None or row.rule.is_sure else _(" (to be verified)")
    source = words.source(row.rule.source) if row.rule else ""
    return _("By %(source)s%(unsure)s, %(group)s reached the threshold of %(what)s on %(day)s: %(reached)s.") % {
        "source": source, "unsure": unsure, "group": words.group(row), "day": _day(row.alarm.on),
        "reached": words.reached(row), "what": words.what(row.alarm.what),
    }  # fmt: skip


def _told(cluster: Cluster) -> str:
    due = _("It was to be reported by %(due)s.") % {"due": _moment(cluster.due_at)}
    if cluster.told_at is None:
        return due
    return _joined(due, _("It was reported on %(told)s.") % {"told": _moment(cluster.told_at)})


def _measures(cluster: Cluster) -> Iterator[str]:
    done = [f"{_moment(row.at)} {row.get_kind_display()}" for row in reversed(cluster.measures.all())]
    if done:
        yield _("Measures taken so far: %(list)s.") % {"list": _("; ").join(done)}
    else:
        yield _("No measure has been noted yet.")


def _table(classes: Mapping[UUID, str], people: Sequence[Counted]) -> Iterator[Table]:
    """Onsets a class and day."""
    days = sorted({row.onset_on for row in people})
    shown, before = days[-_MOST_DAYS:], days[:-_MOST_DAYS]
    counts: dict[str, Counter[date]] = defaultdict(Counter)
    for row in people:
        counts[classes.get(row.pk, _("Others"))][row.onset_on] += 1
    head = (_("Class"), *((_("Before"),) if before else ()), *(_short(day) for day in shown), _("Together"))
    lines = [(name, counts[name]) for name in sorted(counts)]
    lines.append((_("Together"), sum((one for _name, one in lines), Counter[date]())))
    rows = tuple(_line(name, of, before, shown) for name, of in lines)
    yield Table(head, rows, _("People who fell ill, by day of onset"))


def _line(name: str, of: Counter[date], before: Sequence[date], shown: Sequence[date]) -> tuple[str, ...]:
    earlier = (str(sum(of[day] for day in before)),) if before else ()
    return (name, *earlier, *(str(of[day]) for day in shown), str(sum(of.values())))


def _joined(*sentences: str) -> str:
    return ("" if words.language().startswith("zh") else " ").join(sentences)


def _day(on: date) -> str:
    return date_format(on, "DATE_FORMAT")


def _short(on: date) -> str:
    return date_format(on, "MONTH_DAY_FORMAT")


def _moment(at: datetime) -> str:
    local = at.astimezone(ZONE)
    return f"{_day(local.date())} {local:%H:%M}"
