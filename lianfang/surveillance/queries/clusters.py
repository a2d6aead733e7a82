"""Clusters for pages: which one sees, what each alarm says, who was counted, what may be recommended."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet

from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import Enrolment, User
from lianfang.policies import diseases
from lianfang.policies.diseases.spec import Edition, Suspension, Threshold
from lianfang.surveillance.models import Alarm, Cluster, ClusterQuerySet, Counted, Measure

VIEW, FOLLOW, NAMES = "cluster.view", "cluster.follow", "case.view"


def visible(user: User) -> ClusterQuerySet:
    """Of one's schools, sponsored ones too."""
    return Cluster.objects.filter(access.scope(user, VIEW, "school__")).select_related("school", "emergency")


def listed(user: User, *, running: bool) -> QuerySet[Cluster]:
    """The newest first, with the number of people counted."""
    rows = (
        visible(user).filter(ended_at__isnull=running).annotate(people=Count("alarms__counted__person", distinct=True))
    )
    return rows.order_by("-tier", "-discovered_at", "-pk")


def whole(user: User) -> QuerySet[Cluster]:
    alarms = Alarm.objects.order_by("at", "-tier", "pk")
    measures = Measure.objects.select_related("by").order_by("-at", "-pk")
    return visible(user).select_related("ended_by").prefetch_related(
        Prefetch("alarms", alarms), Prefetch("measures", measures)
    )  # fmt: skip


@dataclass(frozen=True)
class Raised:
    """An alarm with the rule it is of (None where the file has it no longer) and the unit it counts."""

    alarm: Alarm
    rule: Threshold | None
    unit: Unit | None


def raised(cluster: Cluster) -> list[Raised]:
    rows = list(cluster.alarms.all())
    keys = {int(row.group) for row in rows if row.group.isdecimal()}
    units = Unit.objects.in_bulk(keys)
    return [
        Raised(row, _rule(row), units.get(int(row.group)) if row.group.isdecimal() else None) for row in rows
    ]  # fmt: skip


def _edition(alarm: Alarm) -> Edition | None:
    disease = diseases.catalog().get(alarm.disease)
    return next((one for one in disease.editions if one.id == alarm.edition), None) if disease else None


def _rule(alarm: Alarm) -> Threshold | None:
    edition = _edition(alarm)
    return next((one for one in edition.thresholds if one.id == alarm.threshold), None) if edition else None


def counted(cluster: Cluster) -> list[Counted]:
    """Everybody whom an alarm counted, once, with the first day of onset known."""
    rows = Counted.objects.filter(alarm__cluster=cluster).select_related("person").order_by("person", "onset_on")
    found = list(rows.distinct("person"))
    return sorted(found, key=lambda row: (row.onset_on, row.person.pinyin))


def classes_of(people: Sequence[Counted]) -> dict[UUID, str]:
    """Of each line: the class or other unit the person belonged to on the day of onset. One query."""
    rows = Enrolment.objects.filter(person__in={row.person_id for row in people}).select_related("unit")
    places: dict[UUID, list[Enrolment]] = defaultdict(list)
    for place in rows.order_by("from_on"):
        places[place.person_id].append(place)
    found = {}
    for row in people:
        there = [one for one in places[row.person_id] if one.from_on <= row.onset_on] or places[row.person_id][:1]
        if there:
            found[row.pk] = there[-1].unit.name
    return found


def curve(people: Sequence[Counted]) -> list[tuple[date, int]]:
    """Onsets a day, days without one included."""
    if not people:
        return []
    days = Counter(row.onset_on for row in people)
    first, last = min(days), max(days)
    span = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [(day, days[day]) for day in span]


def recommended(rows: Sequence[Raised]) -> list[tuple[Raised, Suspension]]:
    """What may be recommended to whoever decides about closing classes (《传染病防治法》第六十三条)."""
    found = []
    for row in rows:
        edition = _edition(row.alarm)
        for one in edition.suspension if edition else ():
            if one.group == row.alarm.group_kind and one.cases and row.alarm.count >= one.cases:
                found.append((row, one))
    return found


def over_after(cluster: Cluster, people: Sequence[Counted]) -> date | None:
    """The day on which the longest incubation of its diseases has passed without anybody else: a suggestion. None while
    the disease is not known."""
    spans = [
        edition.incubation.most for row in cluster.alarms.all() if (edition := _edition(row)) and edition.incubation
    ]
    return max(row.onset_on for row in people) + timedelta(days=max(spans) + 1) if spans and people else None


def school(pk: int) -> Unit:
    return Unit.objects.get(pk=pk)


def desks(school: Unit) -> list[int]:
    """The school and its prevention offices: where those who are told hold their duties."""
    return [school.pk, *Unit.objects.filter(school=school, function="prevention").values_list("pk", flat=True)]
