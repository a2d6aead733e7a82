"""What two people agreed to destroy is gone from every column of every table, and counts of the past stay (G01, G02)."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection

from lianfang.core import clock, crypto
from lianfang.core.fields import SEALED
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people import actions
from lianfang.people.actions import erasing, purging, requests
from lianfang.people.models import (
    Claim,
    Consent,
    Device,
    Enrolment,
    Guardian,
    Guardianship,
    Hold,
    Household,
    HouseholdMember,
    IdentityDocument,
    Lodging,
    Marking,
    Merge,
    Person,
    PersonalLink,
    PurgeRun,
    Request,
    RosterFile,
    RosterRow,
    SubjectRequest,
    User,
)
from lianfang.people.queries import purging as queries
from lianfang.people.queries import roster
from lianfang.people.rules import retention as rules
from tests.cast import DAY, NOW, Cast

# Values that occur nowhere else; each is sought in every column.
NAME, FORMER, PARENT = "欧阳若曦独一", "欧阳旧名独一", "欧阳慈父独一"
PHONE, PARENT_PHONE = "13700008642", "13700009753"
NUMBER, ADDRESS, PLACE, NOTE = "43010220050307864X", "幸福里独一号", "远行独一镇", "独一过敏史"
ROLL, BED = "XH-ONLY-8642", "B-ONLY-86"
SECRETS = (NAME, FORMER, PARENT, PHONE, PARENT_PHONE, NUMBER, ADDRESS, PLACE, NOTE, ROLL, BED, "若曦", "ouyang ruoxi")
REASON = "离校已满保存期限"


def person(cast: Cast, *, left: date | None = DAY - timedelta(days=900)) -> Person:
    """Somebody who left something in every table there is."""
    now, school, by = NOW - timedelta(days=1000), cast.school, {"by_id": cast.registrar.pk, "by_name": "马琴"}
    first = now.date()
    one = Person.objects.create(
        name=NAME, former_name=FORMER, pinyin="ouyang ruoxi", initials="oyrx", sex=2, born_on=date(2005, 3, 7),
        nationality="CHN", phone=PHONE, address=ADDRESS, place=PLACE, health_note=NOTE,
    )  # fmt: skip
    twin = Person.objects.create(name=NAME, phone=PHONE, merged_into=one)
    Merge.objects.create(kept=one, gone=twin, moved={"name": NAME}, reason=f"{NAME}重复", at=now, **by)
    IdentityDocument.objects.create(person=one, kind="resident", number=NUMBER)
    Enrolment.objects.create(
        person=one, school=school, unit=cast.class_one, as_a="student", number=ROLL, from_on=first, to_on=left,
        ending="graduated" if left else "",
    )  # fmt: skip
    Lodging.objects.create(person=one, school=school, kind="boarder", room="301", bed=BED, from_on=first)
    Marking.objects.create(person=one, school=school, mark="staying", note=PLACE, from_on=first)
    parent = Guardian.objects.create(name=PARENT, phone=PARENT_PHONE)
    Guardianship.objects.create(guardian=parent, person=one, relation="father", from_on=first)
    home = Household.objects.create(school=school, label=ADDRESS, address=ADDRESS)
    HouseholdMember.objects.create(household=home, person=one, from_on=first)
    device = Device.objects.create(token_index=b"d" * 16, name="微信", at=now, seen_on=first, until=now)
    claim = Claim.objects.create(device=device, person=one, guardian=parent, how="guardian_phone", at=now)
    PersonalLink.objects.create(person=one, token_index=b"l" * 16, until=now, at=now, **by)
    Consent.objects.create(
        person=one, purpose="reminders", version="1", given=True, guardian=parent, by_claim=claim,
        verified_how="guardian_phone", at=now,
    )  # fmt: skip
    SubjectRequest.objects.create(person=one, claim=claim, kind="correct", text=f"{NAME}的电话", at=now)
    Request.objects.create(
        kind="view", unit=cast.class_one, by=cast.inspector, reason=f"查看{NAME}", subject_kind="person",
        subject_id=str(one.pk), at=now, until=now + timedelta(hours=1),
    )  # fmt: skip
    Hold.objects.create(
        unit=school, person=one, reason=NAME, assessment=f"{NAME}一案", from_on=first, to_on=first, at=now, **by
    )
    file = RosterFile.objects.create(
        unit=cast.department, name=f"{NAME}.xlsx", content=f"姓名,{NAME},{NUMBER}".encode(), digest=b"x", stage="done",
        at=now, applied_at=now, **by,
    )  # fmt: skip
    RosterRow.objects.create(file=file, line=1, plan="join", cells={"name": NAME, "number": NUMBER}, person=one)
    RosterRow.objects.create(file=file, line=2, plan="error", cells={"name": NAME, "phone": PARENT_PHONE})
    open_file = RosterFile.objects.create(
        unit=cast.school, name="新生.xlsx", content=NAME.encode(), digest=b"y", stage="checked", at=now, **by
    )
    RosterRow.objects.create(file=open_file, line=1, plan="same", cells={"name": NAME})
    return one


def everything() -> Iterator[tuple[str, str]]:
    """(table.column, what stands in it, opened) of every column of every table in the database."""
    sealed = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SEALED)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        )
        for table, column, kind in cursor.fetchall():
            cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (value,) in cursor.fetchall():
                yield f"{table}.{column}", _text(value, kind, f"{table}.{column}" in sealed, f"{table}.{column}")


def _text(value: Any, kind: str, sealed: bool, place: str) -> str:
    if sealed:
        return crypto.unseal(bytes(value), place).decode("utf-8", "replace")
    if kind == "bytea":
        return bytes(value).hex()
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    if place == "django_session.session_data":
        return str(Session(session_data=text).get_decoded())
    return text.encode().decode("unicode_escape", "replace") + text if "\\u" in text else text


def traces() -> set[str]:
    """Columns in which one of the secrets stands, in clear, sealed, or as a blind index of it."""
    digests = {
        digest.hex()
        for use, value in (("phone", PHONE), ("phone", PARENT_PHONE), ("identity", NUMBER))
        for digest in crypto.sought(use, value)
    }
    return {place for place, text in everything() if any(secret in text for secret in (*SECRETS, *digests))}


def agreed(cast: Cast, run: PurgeRun) -> PurgeRun:
    """Asked by the security administrator, agreed to by two others, begun."""
    purging.ask(by=cast.security, run=run, reason=REASON, now=NOW)
    run.refresh_from_db()
    assert run.request is not None
    for who in deciders(cast):
        requests.decide(by=who, request=run.request, agreed=True, reason="", now=NOW)
    return purging.begin(by=cast.security, run=run, now=NOW)


def deciders(cast: Cast) -> list[User]:
    second = actions.create_accounts(by=None, rows=[actions.NewAccount("deputy", "副院长", "", "!")], now=NOW)[0]
    posting = actions.NewPosting(second, cast.school, "principal", "副院长")
    actions.appoint_all(by=None, rows=[posting], from_on=DAY, now=NOW)
    return [cast.principal, second]


def carry_out(run: PurgeRun) -> None:
    purging.carry_out(Event.objects.get(verb="purge.approved", subject_id=str(run.pk)))
    run.refresh_from_db()


def prepared(cast: Cast, **changes: Any) -> PurgeRun:
    facts: dict[str, Any] = {"by": cast.security, "unit": cast.school, "why": "retention", "now": NOW}
    return purging.prepare(**{**facts, **changes})


def refusal(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.problems[0].text
    return refused.value.problems[0].code


def test_nothing_of_a_purged_person_is_left_in_any_column_of_any_table(cast: Cast) -> None:
    one = person(cast)
    before = traces()
    assert {"people_person.name", "people_person.phone_index", "people_identitydocument.number",
            "people_rosterrow.cells", "people_rosterfile.content", "people_merge.moved"} <= before  # fmt: skip
    run = agreed(cast, prepared(cast))
    carry_out(run)
    assert traces() == set()
    one.refresh_from_db()
    assert one.purged_at is not None
    assert run.certificate == {"people": 1, "left_out": 0}


def test_counts_of_the_past_are_the_same_after_it(cast: Cast) -> None:
    person(cast)
    then = DAY - timedelta(days=950)

    def count() -> tuple[int, int]:
        rows = Enrolment.objects.on(then)
        return rows.filter(unit=cast.class_one).count(), rows.filter(school=cast.school, as_a="student").count()

    assert count() == (1, 1)
    carry_out(agreed(cast, prepared(cast)))
    assert count() == (1, 1)


def test_the_certificate_says_how_many_of_each_table_went(cast: Cast) -> None:
    person(cast)
    run = agreed(cast, prepared(cast))
    carry_out(run)
    lines = {str(line["table"]): (line["destroyed"], line["anonymised"]) for line in queries.certificate_lines(run)}
    assert lines["people.Person"] == (0, 2), "the person and the row merged into it"
    assert lines["people.IdentityDocument"] == (1, 0)
    assert lines["people.Guardian"] == (1, 0)
    assert lines["people.RosterRow"] == (1, 2)
    assert Event.objects.filter(verb="purge.done", subject_id=str(run.pk)).count() == 1


def test_a_guardian_and_device_with_another_child_stay(cast: Cast) -> None:
    one = person(cast)
    other = Person.objects.create(name="弟弟")
    Guardianship.objects.create(guardian=Guardian.objects.get(), person=other, relation="father", from_on=DAY)
    Claim.objects.create(device=Device.objects.get(), person=other, how="guardian_phone", at=NOW)
    carry_out(agreed(cast, prepared(cast)))
    assert Guardian.objects.get().name == PARENT
    assert list(Claim.objects.values_list("person_id", flat=True)) == [other.pk]
    assert not Guardianship.objects.filter(person=one).exists()


def test_it_takes_two_others_to_agree(cast: Cast) -> None:
    person(cast)
    run = prepared(cast)
    assert refusal(lambda: purging.begin(by=cast.security, run=run, now=NOW)) == "people.request_not_agreed"
    asked = purging.ask(by=cast.security, run=run, reason=REASON, now=NOW)
    first, second = deciders(cast)
    assert refusal(lambda: decide(cast.security, asked)) == "people.request_not_yours"
    assert refusal(lambda: decide(cast.auditor, asked)) == "people.request_not_yours"
    decide(first, asked)
    assert refusal(lambda: purging.begin(by=cast.security, run=run, now=NOW)) == "people.request_not_agreed"
    assert refusal(lambda: decide(first, asked)) == "people.request_answered"
    decide(second, asked)
    assert purging.begin(by=cast.security, run=run, now=NOW).begun_at == NOW
    assert Person.objects.filter(name=NAME).exists(), "the job destroys, not the button"


def decide(by: User, request: Request) -> None:
    requests.decide(by=by, request=request, agreed=True, reason="", now=NOW)


def test_a_refused_list_is_not_carried_out_and_can_be_asked_for_again(cast: Cast) -> None:
    person(cast)
    run = prepared(cast)
    asked = purging.ask(by=cast.security, run=run, reason=REASON, now=NOW)
    requests.decide(by=cast.principal, request=asked, agreed=False, reason="尚在调查", now=NOW)
    assert refusal(lambda: purging.begin(by=cast.security, run=run, now=NOW)) == "people.request_not_agreed"
    run.refresh_from_db()
    assert queries.state(run, NOW) == "prepared"
    purging.ask(by=cast.security, run=run, reason=REASON + "（再次申请）", now=NOW)
    assert refusal(lambda: purging.ask(by=cast.security, run=run, reason=REASON, now=NOW)) == "people.purge_under_way"


def test_stopped_half_way_it_goes_on_and_counts_once(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "CHUNK", 1)
    person(cast)
    second = Person.objects.create(name="第二人")
    gone = DAY - timedelta(days=500)
    Enrolment.objects.create(
        person=second, school=cast.school, unit=cast.class_one, as_a="student", from_on=gone, to_on=gone, ending="left"
    )
    run = agreed(cast, prepared(cast))
    whole, calls = erasing.people, []

    def stops_at_the_second(ids: list[UUID], *, now: Any) -> erasing.Counts:
        calls.append(ids)
        if len(calls) == 2:
            whole(ids, now=now)
            raise KeyboardInterrupt
        return whole(ids, now=now)

    monkeypatch.setattr(erasing, "people", stops_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        carry_out(run)
    assert Person.objects.filter(purged_at__isnull=True, name__gt="").count() == 1, "what was begun is whole or undone"
    monkeypatch.setattr(erasing, "people", whole)
    carry_out(run)
    carry_out(run)
    lines = {str(line["table"]): line["anonymised"] for line in queries.certificate_lines(run)}
    assert lines["people.Person"] == 3
    assert Event.objects.filter(verb="purge.done").count() == 1


def test_who_has_come_back_since_stays(cast: Cast) -> None:
    one = person(cast)
    run = agreed(cast, prepared(cast))
    Enrolment.objects.create(person=one, school=cast.second, unit=cast.second, as_a="teacher", from_on=DAY)
    carry_out(run)
    assert run.certificate == {"people": 0, "left_out": 1}
    assert Person.objects.get(pk=one.pk).name == NAME


def test_only_who_has_been_gone_for_long_enough_is_listed(cast: Cast) -> None:
    person(cast, left=DAY - timedelta(days=365))
    assert refusal(lambda: prepared(cast)) == "people.purge_nothing"
    tomorrow = NOW + timedelta(days=1)
    assert len(queries.people_of(prepared(cast, now=tomorrow))) == 1


def test_who_still_belongs_somewhere_is_not_listed(cast: Cast) -> None:
    one = person(cast)
    Enrolment.objects.create(person=one, school=cast.second, unit=cast.second, as_a="student", from_on=DAY)
    assert refusal(lambda: prepared(cast)) == "people.purge_nothing"


def test_one_person_can_be_purged_because_they_asked(cast: Cast) -> None:
    one = person(cast, left=None)
    run = agreed(cast, prepared(cast, why="request", person=one))
    carry_out(run)
    assert traces() == set()


def test_who_is_destroyed_while_they_belong_to_a_school_stands_on_no_list_any_more(cast: Cast) -> None:
    one = person(cast, left=None)
    run = agreed(cast, prepared(cast, why="request", person=one))
    before = roster.people_of(cast.registrar, cast.school, DAY)
    assert before.filter(person=one).exists()
    carry_out(run)
    after = clock.today()
    assert not roster.people_of(cast.registrar, cast.school, after).filter(person=one).exists()
    assert not Enrolment.objects.filter(person=one, to_on__isnull=True).exists()


def test_what_is_too_much_for_one_run_by_itself_comes_in_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run nobody asks for must not fail for its size: it would fail every night."""
    monkeypatch.setattr(rules, "MOST_PEOPLE", 1)
    first, second = person(cast), Person.objects.create(name="乙")
    Enrolment.objects.filter(person=first).update(number="")
    row = Enrolment.objects.filter(person=first)[0]
    row.pk, row.person = uuid7(), second
    row.save(force_insert=True)
    assert refusal(lambda: prepared(cast)) == "people.purge_too_large"
    assert purging.prepare_leavers(now=NOW) == 1
    run = PurgeRun.objects.get()
    assert len(run.tally["people"]) == 1
    carry_out(agreed(cast, run))
    assert purging.prepare_leavers(now=NOW) == 1


def test_somebody_who_signs_out_meanwhile_does_not_stop_the_run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("stays", "leaves"):
        content = Session.objects.encode({erasing.SEARCHED: "张三", "kept": 1})
        Session.objects.create(session_key=key, session_data=content, expire_date=NOW)
    decoded = Session.get_decoded

    def signing_out(session: Session) -> Any:
        Session.objects.filter(session_key="leaves").delete()
        return decoded(session)

    monkeypatch.setattr(Session, "get_decoded", signing_out)
    assert erasing.searches().anonymised["sessions.Session"] == 1
    assert decoded(Session.objects.get(session_key="stays")) == {"kept": 1}


def test_other_rooms_add_their_lines(cast: Cast) -> None:
    person(cast)
    run = prepared(cast)
    purging.counted(run, "health.Card", destroyed=5, now=NOW)
    purging.counted(run, "health.Card", destroyed=2, anonymised=1, now=NOW)
    assert [(line["destroyed"], line["anonymised"]) for line in queries.certificate_lines(run)] == [(7, 1)]
