"""Who ate together is counted together, whatever the signs; what cannot be is refused kindly."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.models import Person
from lianfang.surveillance.actions import clusters, meals
from lianfang.surveillance.models import Alarm, Cluster, Exposure
from lianfang.surveillance.queries import meals as queries
from lianfang.surveillance.tests.test_clusters import at, ill, pupils
from tests.cast import DAY, NOW, Cast

NOON = NOW - timedelta(hours=20)  # lunch the day before
YESTERDAY = at(1)


def note(cast: Cast, **more: Any) -> Exposure:
    given: dict[str, Any] = {
        "by": cast.doctor, "school": cast.school, "kind": "meal", "had_at": NOON, "words": "第二食堂午餐",
        "units": [cast.class_one, cast.class_two], "key": uuid7(), "now": NOW,
    }  # fmt: skip
    return meals.note(**{**given, **more})


def told(on: date = DAY) -> set[tuple[str, str, int]]:
    return {(hit.threshold.id, hit.kind, len(hit.persons)) for hit in queries.of_meals(on)}


def sick(cast: Cast, *signs: str, on: date = DAY, two: bool = False) -> Person:
    unit = cast.class_two if two else cast.class_one
    (person,) = pupils(cast, 1, unit)
    ill(cast, [person], on, *signs, unit=unit)
    return person


def test_two_of_different_classes_with_different_signs_are_a_cluster_and_five_an_emergency(cast: Cast) -> None:
    sick(cast, "vomiting")
    sick(cast, "abdominal_pain", two=True)
    assert clusters.watch(on=DAY, now=NOW) == 0, "nobody knows yet that they ate together"
    note(cast)
    (cluster,) = Cluster.objects.all()
    assert (cluster.syndrome, cluster.tier) == ("gastrointestinal", 1)
    for signs in ("diarrhoea", "vomiting", "diarrhoea"):
        sick(cast, signs, two=True)
    assert told() == {("cluster", "school", 5), ("emergency", "school", 5), ("one_day", "class", 4)}
    clusters.watch(on=DAY, now=NOW)
    cluster.refresh_from_db()
    assert cluster.tier == 2
    assert set(Alarm.objects.values_list("what", flat=True)) == {"food_poisoning"}, "no two have signs alike in a class"


def test_who_was_ill_before_who_did_not_eat_there_and_who_coughs_do_not_count(cast: Cast) -> None:
    before = sick(cast, "vomiting", on=at(2))
    ill(cast, [before], DAY, "vomiting")
    sick(cast, "vomiting", two=True)
    sick(cast, "cough")
    sick(cast, "vomiting")
    note(cast, units=[cast.class_one])
    assert told() == set()
    sick(cast, "diarrhoea")
    assert told() == {("cluster", "school", 2)}


@pytest.mark.parametrize(("days", "counts"), [(0, True), (3, True), (4, False)])
def test_a_meal_counts_for_three_days(cast: Cast, days: int, counts: bool) -> None:
    note(cast, had_at=NOW - timedelta(days=days))
    for _ in range(2):
        sick(cast, "vomiting")
    assert bool(told()) is counts


def test_one_that_is_taken_back_counts_no_longer(cast: Cast) -> None:
    made = note(cast)
    for _ in range(2):
        sick(cast, "vomiting")
    assert told()
    meals.withdraw(by=cast.doctor, exposure=made, now=NOW)
    meals.withdraw(by=cast.doctor, exposure=made, now=NOW)
    assert told() == set()
    said = Event.objects.filter(verb__startswith="exposure.").values_list("verb", flat=True)
    assert sorted(said) == ["exposure.noted", "exposure.withdrawn"]
    note(cast)  # the same again, rightly this time


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"had_at": NOW + timedelta(minutes=1)}, "surveillance.meal_ahead"),
        ({"had_at": NOW - timedelta(days=15)}, "surveillance.meal_past"),
        ({"units": []}, "surveillance.meal_nobody"),
        ({"had_at": NOON}, "surveillance.meal_known"),
    ],
)
def test_what_cannot_be_is_refused(cast: Cast, more: dict[str, Any], code: str) -> None:
    first = note(cast)
    assert note(cast, key=first.key) == first
    with pytest.raises(Refused) as refused:
        note(cast, **more)
    assert [one.code for one in refused.value.problems] == [code]
    with pytest.raises(Refused):
        note(cast, had_at=NOW, units=[cast.second])


def test_the_doctor_notes_a_meal_and_nothing_typed_is_lost(cast: Cast, client: Any, clock: Any) -> None:
    clock.set("2020-02-05 09:00")
    client.force_login(cast.doctor)
    path = reverse("surveillance:meal_new", args=[cast.school.pk])
    typed = {"key": str(uuid7()), "kind": "water", "had_at": "2020-02-04T12:10", "words": "三楼饮水机"}
    wrong = client.post(path, typed)
    assert wrong.status_code == 422
    assert "三楼饮水机" in wrong.content.decode()
    assert client.post(path, {**typed, "whole": "on"}).status_code == 302
    made = Exposure.objects.get()
    assert set(made.units) == {cast.class_one.pk, cast.class_two.pk}
    assert made.had_at == datetime(2020, 2, 4, 12, 10, tzinfo=NOW.tzinfo)
    said = client.get(reverse("surveillance:meals")).content.decode()
    assert "三楼饮水机" in said
    client.post(reverse("surveillance:meal_withdraw", args=[made.pk]))
    assert "撤回" in client.get(reverse("surveillance:meals")).content.decode()
