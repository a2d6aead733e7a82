"""Cases of one disease in one school, with who may have infected whom: for the picture, the curve and the line list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from lianfang.cases.models import Case, CaseLink, Contact
from lianfang.cases.queries.cases import VIEW, rules_of
from lianfang.cases.rules.chains import Edge, Node, Span
from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.policies.diseases.spec import Edition

LASTING = timedelta(days=180)  # what the page shows without being asked for other days


@dataclass(frozen=True)
class Outbreak:
    """Cases of one disease in one school."""

    school: Unit
    disease: str
    cases: int
    last: date


def outbreaks(user: User) -> list[Outbreak]:
    """What there is to look at, the newest first. Two queries."""
    rows = (
        _counting(Case.objects.filter(access.scope(user, VIEW, "unit__")))
        .values("school", "disease")
        .annotate(n=Count("pk"), last=Max("opened_at"))
    )
    units = Unit.objects.in_bulk({row["school"] for row in rows})
    found = [Outbreak(units[row["school"]], row["disease"], row["n"], clock.day_of(row["last"])) for row in rows]
    return sorted(found, key=lambda one: (-one.last.toordinal(), -one.cases, one.disease))


def _counting(rows: QuerySet[Case]) -> QuerySet[Case]:
    """What was something else, or the same as another case, is no case."""
    return rows.exclude(certainty="excluded").exclude(ended="merged")


@dataclass(frozen=True)
class Asked:
    """What of an outbreak is looked at. ``until`` is included; ``unit`` None: the whole school."""

    since: date
    until: date
    unit: int | None = None
    certainty: str = ""


def cases(user: User, school: Unit, disease: str, asked: Asked) -> list[Case]:
    """By onset (the day of opening where that is not known) and class. One query."""
    onset = Q(onset_on__gte=asked.since, onset_on__lte=asked.until)
    opened = Q(onset_on__isnull=True, opened_at__date__gte=asked.since, opened_at__date__lte=asked.until)
    rows = _counting(Case.objects.filter(access.scope(user, VIEW, "unit__"), school=school, disease=disease))
    rows = rows.filter(onset | opened).select_related("unit", "school", "person")
    if asked.unit:
        rows = rows.filter(unit=asked.unit)
    if asked.certainty:
        rows = rows.filter(certainty=asked.certainty)
    return sorted(
        rows, key=lambda row: (row.onset_on or clock.day_of(row.opened_at), row.unit.path, row.opened_at, str(row.pk))
    )


def nodes(rows: Collection[Case]) -> list[Node]:
    """Numbered in their order."""
    return [Node(str(row.pk), row.onset_on, row.unit.label, at) for at, row in enumerate(rows, 1)]


def edges(rows: Collection[UUID]) -> list[Edge]:
    """Among these cases: as noted by hand, else because one was followed as a contact of the other. Two queries."""
    by_hand = CaseLink.objects.filter(ended_at__isnull=True, source__in=rows, target__in=rows)
    found: dict[tuple[str, str], Edge] = {}
    traced = Contact.objects.filter(case__in=rows, became__in=rows).exclude(state="removed")
    for source, target in traced.values_list("case", "became"):
        found[str(source), str(target)] = Edge(str(source), str(target), "contact")
    for source, target, strength in by_hand.values_list("source", "target", "strength"):
        found[str(source), str(target)] = Edge(
            str(source), str(target), "probable" if strength == "probable" else "possible"
        )
    return list(found.values())


def links_of(case: Case) -> list[CaseLink]:
    """Both ways, those taken back last."""
    rows = CaseLink.objects.filter(Q(source=case) | Q(target=case))
    rows = rows.select_related("source__person", "source__unit", "target__person", "target__unit", "by")
    return sorted(rows, key=lambda row: (row.ended_at is not None, row.at))


def sources_for(user: User, case: Case) -> list[Case]:
    """Who may be named as having infected the case: others of the disease at the school, the nearest onset first."""
    rows = _counting(Case.objects.filter(access.scope(user, VIEW, "unit__"), school=case.school, disease=case.disease))
    known = CaseLink.objects.filter(target=case, ended_at__isnull=True).values("source")
    found = rows.exclude(pk=case.pk).exclude(pk__in=known).select_related("person", "unit")
    mine = case.onset_on or clock.day_of(case.opened_at)
    return sorted(found, key=lambda row: (abs(((row.onset_on or mine) - mine).days), row.unit.path, str(row.pk)))[:200]


def span_of(case: Case) -> Span | None:
    """The days that the rules of the case give for an infection; None where they give none."""
    return span(rules_of(case))


def span(edition: Edition | None) -> Span | None:
    if edition is None or edition.incubation is None:
        return None
    carried = edition.infectious
    range_ = edition.incubation
    return Span(range_.least, range_.most, carried.before if carried else 0, carried.after if carried else None)
