"""What forms and rosters collect stands in the data map, and nothing else is collected (control F02)."""

import inspect
from types import ModuleType

import pytest
from django import forms

from lianfang.core.datamap import datamap
from lianfang.health.forms import absences, cards, hints, key_people, rolls
from lianfang.people.rules.words import HEADINGS, NOT_COLLECTED
from lianfang.web.my import forms as my
from lianfang.web.roster import forms as roster

# Field of a form or column of a roster → where it is kept. What stands here is kept; everything else is OF_THE_PAGE.
KEPT = {
    "name": "people.Person.name", "former_name": "people.Person.former_name", "sex": "people.Person.sex",
    "born_on": "people.Person.born_on", "nationality": "people.Person.nationality", "phone": "people.Person.phone",
    "address": "people.Person.address", "place": "people.Person.place", "health_note": "people.Person.health_note",
    "document_kind": "people.IdentityDocument.kind", "document_number": "people.IdentityDocument.number",
    "kind": "people.IdentityDocument.kind", "number": "people.IdentityDocument.number",
    "student_number": "people.IdentityDocument.number", "passport": "people.IdentityDocument.number",
    "label": "people.IdentityDocument.label",
    "school_number": "people.Enrolment.number", "as_a": "people.Enrolment.as_a", "title": "people.Enrolment.title",
    "class": "people.Enrolment.unit", "grade": "people.Enrolment.unit", "unit": "people.Enrolment.unit",
    "ending": "people.Enrolment.ending", "why": "people.Enrolment.away_why", "from_on": "people.Enrolment.from_on",
    "to_on": "people.Enrolment.to_on", "away_from": "people.Enrolment.away_from",
    "away_to": "people.Enrolment.away_to", "on": "people.Enrolment.from_on", "lodging": "people.Lodging.kind",
    "building": "people.Lodging.building", "room": "people.Lodging.room", "bed": "people.Lodging.bed",
    "group": "people.Marking.mark", "note": "people.Marking.note", "guardian_name": "people.Guardian.name",
    "guardian_phone": "people.Guardian.phone", "relation": "people.Guardianship.relation",
    "position": "people.Guardianship.position",
    "text": "people.SubjectRequest.text", "about": "people.SubjectRequest.text", "given": "people.Consent.given",
}  # fmt: skip
for one in ("guardian1", "guardian2", "father", "mother"):
    KEPT |= {f"{one}_name": "people.Guardian.name", f"{one}_phone": "people.Guardian.phone"}
    KEPT |= {f"{one}_relation": "people.Guardianship.relation"} if one.startswith("guardian") else {}
KEPT |= {
    "dormitory": "people.Lodging.building", "enrolled_on": "people.Enrolment.from_on",
    "school": "people.Enrolment.school", "department": "people.Enrolment.unit", "boards": "people.Lodging.kind",
    "entrance": "people.Household.label",
}  # fmt: skip

# What the page needs and forgets: what is looked for, proofs that are compared, choices, reasons that become events.
OF_THE_PAGE = {
    "words", "typed", "mark", "state", "remove", "sure", "chosen", "what", "reason", "keep", "person", "columns",
    "purpose", "form", "code", "to", "phone_end", "number_end",
}  # fmt: skip

# What class checks, cards and the following up of absences ask, by form: other words than those of the roster.
DAILY = {
    **{f"{form}.{name}": f"health.Check.{name}" for form in ("PersonForm", "CardForm")
       for name in ("symptoms", "temperature", "seen_by_doctor", "onset_on", "note")},
    "PersonForm.absent": "health.Check.absence", "PersonForm.temperature_again": "health.Check.temperature_again",
    "CardForm.id": "health.Check.key", "CardForm.follows": "health.Check.after",
    **{f"StepForm.{name}": f"health.Step.{name}" for name in
       ("id", "cause", "place", "symptoms", "onset_on", "seen_on", "hospital", "diagnosis", "note")},
    "StepForm.seen": "health.Step.seen_on", "ShortStepForm.id": "health.Step.id", "ShortStepForm.kind": "health.Step.kind",
}  # fmt: skip
DAILY |= {
    **{f"AskedForm.{name}": f"health.FollowUp.{name}" for name in ("id", "temperature", "symptoms", "place", "note")},
    "UnreachedForm.id": "health.FollowUp.id", "PlanForm.plan": "health.KeyPerson.plan",
    "ResponsibleForm.responsible": "health.KeyPerson.responsible", "ReleaseForm.ending": "health.KeyPerson.ending",
    "ReleaseForm.note": "health.KeyPerson.ending_note", "ListedForm.category": "health.KeyPerson.category",
    "OutcomeForm.state": "health.Hint.state", "OutcomeForm.outcome": "health.Hint.outcome",
    "ListedForm.since": "health.KeyPerson.since", "ListedForm.reason": "health.KeyPerson.reasons",
}  # fmt: skip
DAILY_OF_THE_PAGE = {
    "WhichForm.unit",
    "WhichForm.category",
    "RegisterForm.unit",
    "RegisterForm.first",
    "RegisterForm.last",
}


def of_module(module: ModuleType) -> list[str]:
    """ "form.field" of its forms."""
    found = []
    for name, kind in inspect.getmembers(module, inspect.isclass):
        if issubclass(kind, forms.Form) and kind.__module__ == module.__name__:
            found += [f"{name}.{field}" for field in kind.base_fields]
    return found


def test_what_is_asked_every_day_has_its_place_and_nothing_else_is_asked() -> None:
    asked = {field for module in (rolls, absences, cards, key_people, hints) for field in of_module(module)}
    assert asked == set(DAILY) | DAILY_OF_THE_PAGE
    for place in {*DAILY.values(), "health.Check.answers"}:  # the items of a card's edition
        table, _, column = place.rpartition(".")
        assert column in dict(datamap().tables[table].columns), place


def fields() -> list[str]:
    """ "form.field" of every form about people, and "roster.heading" of every column that is read."""
    found = [f"roster.{heading}" for heading in HEADINGS]
    for module in (roster, my):
        found += of_module(module)
    return found


@pytest.mark.parametrize("field", fields())
def test_every_field_that_is_asked_for_has_a_place_in_the_data_map(field: str) -> None:
    name = field.partition(".")[2]
    if name in OF_THE_PAGE:
        return
    assert name in KEPT, f"{field}: where is it kept, and what for? Say so in the data map first"
    table, _, column = KEPT[name].rpartition(".")
    assert column in dict(datamap().tables[table].columns)


def test_what_schools_have_and_we_do_not_need_is_not_read() -> None:
    assert {"民族", "政治面貌", "银行卡号"} <= NOT_COLLECTED
    assert not NOT_COLLECTED & {heading for headings in HEADINGS.values() for heading in headings}


def test_nothing_is_declared_that_no_form_asks_for() -> None:
    asked = {field.partition(".")[2] for field in fields()}
    assert (set(KEPT) | OF_THE_PAGE) - asked == set()
