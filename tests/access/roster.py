"""Targets: pupils of the first school, what hangs on them, and the same of another school, outside everybody's reach
except that of those who look after it (nobody in the columns)."""

from datetime import timedelta
from typing import Any

from lianfang.people.actions import enrolling, guardians, merging, requests
from lianfang.people.actions.roster import NewDocument
from lianfang.people.models import Enrolment, Guardianship, IdentityDocument, Person
from tests.cast import Cast
from tests.pupils import enter, pupils


def things(cast: Cast) -> dict[str, list[Any]]:
    roll = pupils(cast)
    girl, boy, brother = roll["girl"], roll["boy"], roll["brother"]
    other = enter(
        cast.registrar, cast.second, "钱多", documents=[NewDocument("passport", "E00000001")],
        guardians_of=[guardians.NewGuardian("钱来", "15400000055", "father")],
    )  # fmt: skip
    doubled = enter(cast.registrar, cast.class_one, "重复人")
    again = enter(cast.registrar, cast.class_one, "重复人")
    merged = merging.merge(
        by=cast.registrar, kept=doubled, gone=again, unit=cast.class_one, reason="重复", now=cast.now
    )
    homes = [
        guardians.add_household(by=cast.registrar, school=school, label="3栋501", address="", now=cast.now)
        for school in (cast.school, cast.second)
    ]
    members = [
        guardians.join_household(by=cast.registrar, household=home, person=person, from_on=cast.day, now=cast.now)
        for home, person in zip(homes, (girl, other), strict=True)
    ]
    marks = [
        enrolling.mark(
            by=cast.registrar, person=person, school=unit.school or unit, unit=unit, group="intern", note="",
            from_on=cast.day, now=cast.now,
        )
        for person, unit in ((girl, cast.class_one), (other, cast.second))
    ]  # fmt: skip
    asked = requests.ask(
        by=cast.registrar, kind="export", unit=cast.class_one, reason="核对分班名单", subject_kind="roster",
        subject_id=str(cast.class_one.pk), now=cast.now + timedelta(),
        detail={"columns": ["name"], "form": "csv", "people": 3, "as_a": ""},
    )  # fmt: skip
    away = enter(cast.registrar, cast.class_one, "休学人")
    enrolling.take_leave(
        by=cast.registrar, belonging=_row(away), away_from=cast.day, away_to=None, why="病休", now=cast.now
    )
    return {
        "class_two": [cast.class_two.pk], "girl": [girl.pk], "pupil_of_two": [brother.pk], "stranger_pupil": [other.pk],
        "girl_phone": [girl.pk, "phone"], "stranger_phone": [other.pk, "phone"], "girl_health": [girl.pk, "health_note"],
        "girl_guardian": [girl.pk, _kept(girl)], "boy_her_guardian": [boy.pk, _kept(girl)],
        "stranger_guardian": [other.pk, _kept(other)],
        "girl_guardian_phone": [girl.pk, "guardian", _kept(girl)],
        "stranger_guardian_phone": [other.pk, "guardian", _kept(other)],
        "girl_document": [girl.pk, _document(girl)], "boy_her_document": [boy.pk, _document(girl)],
        "girl_place": [girl.pk, _row(girl).pk], "boy_her_place": [boy.pk, _row(girl).pk],
        "stranger_place": [other.pk, _row(other).pk], "away_place": [away.pk, _row(away).pk],
        "girl_mark": [girl.pk, marks[0].pk], "boy_her_mark": [boy.pk, marks[0].pk],
        "stranger_mark": [other.pk, marks[1].pk],
        "two_pupils": [girl.pk, boy.pk], "pupil_and_stranger": [girl.pk, other.pk],
        "merged_pair": [merged.pk],
        "household": [homes[0].pk], "strange_household": [homes[1].pk],
        "member": [homes[0].pk, members[0].pk], "swapped_member": [homes[0].pk, members[1].pk],
        "asked_list": [asked.pk],
    }  # fmt: skip


def _row(person: Person) -> Enrolment:
    return Enrolment.objects.get(person=person, to_on__isnull=True)


def _kept(person: Person) -> Any:
    return Guardianship.objects.get(person=person).pk


def _document(person: Person) -> Any:
    return IdentityDocument.objects.get(person=person).pk
