"""Targets: a cluster of the first school, and one of another school."""

from datetime import timedelta
from typing import Any

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person
from lianfang.surveillance.models import Alarm, Cluster, Counted, Exposure
from tests.cast import Cast


def things(cast: Cast) -> dict[str, list[Any]]:
    return {
        "cluster": [_cluster(cast, cast.school, cast.class_one)],
        "cluster_beyond": [_cluster(cast, cast.second, cast.second)],
        "meal_school": [cast.school.pk],
        "meal_school_beyond": [cast.second.pk],
        "meal": [_meal(cast, cast.school)],
        "meal_beyond": [_meal(cast, cast.second)],
    }


def _meal(cast: Cast, school: Unit) -> Any:
    made = Exposure.objects.create(
        school=school, kind="meal", had_at=cast.now, units=[cast.class_one.pk], at=cast.now, by=cast.doctor, key=uuid7()
    )
    return made.pk


def _cluster(cast: Cast, school: Unit, unit: Unit) -> Any:
    made = Cluster.objects.create(
        school=school, syndrome="gastrointestinal", tier=1, discovered_at=cast.now, last_on=cast.day,
        due_at=cast.now + timedelta(days=1), told_at=cast.now,
    )  # fmt: skip
    alarm = Alarm.objects.create(
        cluster=made, disease="group_illness", edition="group_2006", threshold="one_day", what="vomiting",
        group_kind="class", group=str(unit.pk), on=cast.day, days=1, wanted=3, count=3, tier=1, minutes=1440,
        at=cast.now,
    )  # fmt: skip
    for name in ("呕吐甲", "呕吐乙", "呕吐丙"):
        Counted.objects.create(alarm=alarm, person=Person.objects.create(name=name, sex=1), onset_on=cast.day)
    return made.pk
