"""Targets: a case of each class of the first school, one of another school; a step and a certificate of them."""

from datetime import timedelta
from typing import Any

from lianfang.cases.actions import cases
from lianfang.cases.models import Case, Origin
from lianfang.cases.rules.course import Said
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Person, User
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def things(cast: Cast) -> dict[str, list[Any]]:
    own, beyond = _case(cast, cast.class_one, cast.doctor), _case(cast, cast.second, cast.clerk_second)
    proof, other = (_proof(cast, case, by) for case, by in ((own, cast.doctor), (beyond, cast.clerk_second)))
    first = own.steps.get(number=1).pk
    return {
        "case": [own.pk], "case_beyond": [beyond.pk], "case_note": [own.pk, "note"], "case_sample": [own.pk, "sample"],
        "case_note_beyond": [beyond.pk, "note"], "case_unknown": [own.pk, "miracle"], "case_step": [own.pk, first],
        "case_step_beyond": [beyond.pk, beyond.steps.get(number=1).pk],
        "case_step_swapped": [own.pk, beyond.steps.get(number=1).pk], "case_proof": [own.pk, proof],
        "case_proof_beyond": [beyond.pk, other], "case_proof_swapped": [own.pk, other],
        "case_over": [_over(cast).pk],
    }  # fmt: skip


def _case(cast: Cast, unit: Unit, by: User) -> Case:
    school = unit.school or unit
    person = Person.objects.create(name="患病学生", sex=1)
    Enrolment.objects.create(person=person, school=school, unit=unit, as_a="student", from_on=cast.day)
    return cases.suspect(
        by=by, person=person, school=school, unit=unit, disease="varicella", origin=Origin.HAND,
        onset_on=cast.day - timedelta(days=2), basis="皮疹", key=uuid7(), now=cast.now,
    )  # fmt: skip


def _proof(cast: Cast, case: Case, by: User) -> Any:
    return cases.prove(
        by=by, case=case, level="level2", on=cast.day, name="证明.png", content=PNG, key=uuid7(), now=cast.now
    ).pk


def _over(cast: Cast) -> Case:
    case = _case(cast, cast.class_two, cast.doctor)
    said = Said(on=cast.day)
    cases.say(by=cast.doctor, case=case, kind="excluded", said=said, key=uuid7(), now=cast.now)
    return case
