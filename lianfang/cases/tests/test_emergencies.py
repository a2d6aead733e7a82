"""An emergency is reported at once to everybody by rule, and nobody can hold it back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from lianfang.cases.actions import emergencies as actions
from lianfang.cases.models import Emergency, OutsideContact, Recipient, Statement
from lianfang.cases.queries import emergencies as queries
from lianfang.cases.queries import recipients
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices.models import Delivery, Notice
from lianfang.obligations.models import Obligation
from lianfang.orgs.models import SponsorLine, Unit
from lianfang.people.access import ROLES
from lianfang.people.actions import erasing
from lianfang.people.models import Leave, Person, Posting, User
from tests.browser import Clock
from tests.cast import DAY, NOW, Cast
from tests.families import assess, families

MINUTE = timedelta(minutes=1)


def report(
    cast: Cast, by: User | None = None, unit: Unit | None = None, key: UUID | None = None, now: datetime = NOW,
    ago: timedelta = timedelta(0), kind: str = "person", person: Person | None = None, **facts: object,
) -> Emergency:  # fmt: skip
    place = unit or cast.class_one
    return actions.report(
        by=by or cast.teacher, key=key or uuid7(), school=place.school or place, unit=place, kind=kind,
        discovered_at=now - ago, facts=Facts(**facts), person=person, now=now,  # type: ignore[arg-type]
    )  # fmt: skip


def told(emergency: Emergency) -> list[tuple[str, str, bool]]:
    """Part, unit and whether it is a gap, in order."""
    rows = emergency.recipients.select_related("unit").order_by("position")
    return [(row.part, row.unit.name if row.unit else "", row.gap) for row in rows]


def ends(cast: Cast, *names: str) -> None:
    Posting.objects.filter(user__in=[cast.people[name] for name in names]).update(to_on=DAY - timedelta(days=1))


OUTSIDE = [("disease_control", "", False), ("community", "", False), ("medical", "", False)]


def test_a_school_under_a_city_tells_its_own_people_the_city_and_who_is_outside(cast: Cast) -> None:
    made = report(cast)
    name = cast.school.name
    school = [(part, name, False) for part in ("principal", "leading", "office", "doctor")]
    assert told(made) == [*school, ("above", "长沙市", False), *OUTSIDE]
    notice = Notice.objects.get(kind="emergency.reported")
    got = set(Delivery.objects.filter(notice=notice).values_list("user__username", flat=True))
    assert got == {"principal", "leader", "head", "clerk", "doctor", "city"}, "the principal hears it with the others"


def test_a_school_of_two_sponsors_tells_both_and_the_territory(cast: Cast) -> None:
    rows = told(report(cast, by=cast.head_second, unit=cast.second))
    assert [row for row in rows if row[0] in ("above", "sponsor")] == [
        ("above", "湘潭市", False), ("sponsor", "湖南省人力资源和社会保障厅", False),
        ("sponsor", "中南轨道交通集团", False),
    ]  # fmt: skip
    assert ("principal", "湘潭机电学校", True) in rows, "nobody holds the duty: that stands there"


def test_a_county_right_under_the_province_is_the_next_above(cast: Cast) -> None:
    assert ("above", "龙山县", False) in told(report(cast, by=cast.head_third, unit=cast.third))


def test_where_the_tier_between_has_nobody_the_next_above_gets_it(cast: Cast) -> None:
    ends(cast, "county")
    made = report(cast, by=cast.head_third, unit=cast.third)
    assert [row for row in told(made) if row[0] == "above"] == [("above", "龙山县", True), ("above", "湖南省", False)]
    assert Delivery.objects.filter(user=cast.province, notice__kind="emergency.reported").exists()


def test_a_superior_who_is_also_the_sponsor_is_told_once(cast: Cast) -> None:
    line, *others = SponsorLine.objects.filter(unit=cast.second)
    SponsorLine.objects.filter(pk__in=[one.pk for one in others]).delete()
    SponsorLine.objects.filter(pk=line.pk).update(sponsor=cast.second_city)
    rows = [row for row in told(report(cast, by=cast.head_second, unit=cast.second)) if row[0] in ("above", "sponsor")]
    assert rows == [("above", "湘潭市", False)]


def test_everybody_owes_a_confirmation_within_the_hour_and_the_school_its_calls(cast: Cast) -> None:
    made = report(cast, ago=20 * MINUTE)
    owed = Obligation.objects.waiting().filter(key__startswith="emergency:")
    kinds = sorted(owed.values_list("kind", flat=True))
    assert kinds == [
        "emergency_doctor", "emergency_leading", "emergency_office", "emergency_principal", "emergency_superior",
        "emergency_tell", "emergency_tell", "emergency_tell",
    ]  # fmt: skip
    assert {row.due_at for row in owed} == {NOW + 40 * MINUTE}
    assert all(str(made.pk) in row.url for row in owed)


def test_what_was_discovered_yesterday_is_taken_at_once_and_leaves_time_to_answer(cast: Cast) -> None:
    report(cast, ago=timedelta(days=1))
    assert Obligation.objects.get(kind="emergency_principal").due_at == NOW + 15 * MINUTE
    assert Obligation.objects.filter(kind="emergency_tell", due_at__lt=NOW).count() == 3


def test_whoever_reports_it_has_no_need_to_confirm_it(cast: Cast) -> None:
    made = report(cast, by=cast.principal, unit=cast.school)
    row = made.recipients.get(part="principal")
    assert (row.acknowledged_by, row.acknowledged_at) == (cast.principal, NOW)
    assert not Obligation.objects.filter(kind="emergency_principal").exists()


def test_the_key_of_the_page_makes_one_report_of_two_taps(cast: Cast) -> None:
    key = uuid7()
    assert report(cast, key=key) == report(cast, key=key, now=NOW + MINUTE)
    assert (Emergency.objects.count(), Notice.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("ago", "code"), [(-MINUTE, "cases.discovered_ahead"), (timedelta(days=61), "cases.discovered_long_ago")]
)
def test_moments_that_cannot_be_are_refused(cast: Cast, ago: timedelta, code: str) -> None:
    with pytest.raises(Refused, match=code):
        report(cast, ago=ago)
    assert not Emergency.objects.exists()


def test_a_place_of_another_school_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused, match=r"cases\.unit_elsewhere"):
        actions.report(
            by=cast.teacher, key=uuid7(), school=cast.school, unit=cast.second, kind="person", discovered_at=NOW,
            facts=Facts(), now=NOW,
        )  # fmt: skip


def test_one_of_a_duty_confirms_for_the_duty_and_the_second_changes_nothing(cast: Cast) -> None:
    made = report(cast)
    assert actions.acknowledge(by=cast.clerk, emergency=made, now=NOW + MINUTE) == 1
    assert actions.acknowledge(by=cast.head, emergency=made, now=NOW + 2 * MINUTE) == 0
    row = made.recipients.get(part="office")
    assert (row.acknowledged_by, row.acknowledged_at) == (cast.clerk, NOW + MINUTE)
    assert not Obligation.objects.waiting().filter(kind="emergency_office").exists()


def test_a_stand_in_is_told_and_confirms(cast: Cast, clock: Clock) -> None:
    Leave.objects.create(
        user=cast.principal, unit=cast.school, kind="sick", from_on=DAY, to_on=DAY, reason="病假", stand_in=cast.leader,
        at=NOW, agreed_by=cast.city, agreed_at=NOW,
    )  # fmt: skip
    made = report(cast)
    assert actions.acknowledge(by=cast.leader, emergency=made, now=NOW) == 2
    assert made.recipients.get(part="principal").acknowledged_by == cast.leader


def test_who_was_never_told_confirms_nothing(cast: Cast) -> None:
    made = report(cast)
    for user in (cast.teacher, cast.county, cast.inspector):
        with pytest.raises(Refused, match=r"cases\.not_a_recipient"):
            actions.acknowledge(by=user, emergency=made, now=NOW)


def test_a_call_is_noted_with_who_took_it_and_ends_what_was_owed(cast: Cast) -> None:
    made = report(cast)
    row = made.recipients.get(part="disease_control")
    actions.tell_outside(by=cast.doctor, recipient=row, how="phone", whom="王科长", at=NOW, now=NOW + MINUTE)
    row.refresh_from_db()
    assert (row.told_at, row.told_by, row.how) == (NOW, cast.doctor, "phone")
    assert row.whom is not None
    assert row.whom.open() == "王科长"
    assert Obligation.objects.waiting().filter(kind="emergency_tell").count() == 2
    with pytest.raises(Refused, match=r"cases\.told_already"):
        actions.tell_outside(by=cast.doctor, recipient=row, how="phone", whom="李", at=NOW, now=NOW + MINUTE)


@pytest.mark.parametrize(
    ("part", "whom", "at", "code"),
    [
        ("community", " ", NOW, "cases.whom_missing"),
        ("community", "王", NOW + 5 * MINUTE, "cases.told_before"),
        ("community", "王", NOW - 5 * MINUTE, "cases.told_before"),
        ("principal", "王", NOW, "cases.told_outside_only"),
    ],
)
def test_a_call_that_cannot_have_been_is_refused(cast: Cast, part: str, whom: str, at: datetime, code: str) -> None:
    row = report(cast).recipients.get(part=part)
    with pytest.raises(Refused, match=code):
        actions.tell_outside(by=cast.doctor, recipient=row, how="phone", whom=whom, at=at, now=NOW)


def test_news_corrections_and_the_final_report_are_chained_and_nothing_is_overwritten(cast: Cast) -> None:
    made = report(cast, count=1, symptoms=("fever",))
    news = actions.add(by=cast.doctor, emergency=made, facts=Facts(count=3), key=uuid7(), now=NOW + MINUTE)
    better = actions.correct(by=cast.doctor, statement=news, facts=Facts(count=2), key=uuid7(), now=NOW + 2 * MINUTE)
    actions.add(
        by=cast.doctor, emergency=made, facts=Facts(words="水痘已排除"), outcome="excluded", key=uuid7(),
        now=NOW + 3 * MINUTE,
    )  # fmt: skip
    found = queries.said(made)
    assert [(one.statement.kind, one.statement.number) for one in found] == [
        ("first", 1),
        ("progress", 3),
        ("final", 4),
    ]
    assert (found[1].statement, found[1].former) == (better, [news])
    assert Statement.objects.get(pk=news.pk).count == 3
    made.refresh_from_db()
    assert made.ended_at == NOW + 3 * MINUTE
    with pytest.raises(Refused, match=r"cases\.over"):
        actions.add(by=cast.doctor, emergency=made, facts=Facts(count=4), key=uuid7(), now=NOW + 4 * MINUTE)
    with pytest.raises(Refused, match=r"cases\.corrected_already"):
        actions.correct(by=cast.doctor, statement=news, facts=Facts(count=5), key=uuid7(), now=NOW + 4 * MINUTE)


def test_a_final_report_does_not_let_anybody_off_what_they_owe(cast: Cast) -> None:
    made = report(cast)
    before = Obligation.objects.waiting().count()
    actions.add(by=cast.principal, emergency=made, facts=Facts(), outcome="excluded", key=uuid7(), now=NOW)
    assert Obligation.objects.waiting().count() == before == 8


def test_two_who_report_the_same_are_both_kept_and_the_later_can_be_added_to_the_earlier(cast: Cast) -> None:
    first = report(cast)
    second = report(cast, by=cast.counsellor, now=NOW + 3 * MINUTE)
    assert queries.alike(second) == first
    assert queries.alike(first) is None
    actions.join(by=cast.counsellor, emergency=second, to=first, now=NOW + 4 * MINUTE)
    assert (Emergency.objects.count(), Emergency.objects.running().get()) == (2, first)
    assert Recipient.objects.filter(emergency=second).count() == Recipient.objects.filter(emergency=first).count()
    open_of = {row.url for row in Obligation.objects.waiting().filter(key__startswith="emergency:")}
    assert open_of == {reverse("cases:emergency", args=[first.pk])}


def test_another_kind_another_school_and_hours_later_are_not_the_same(cast: Cast) -> None:
    first = report(cast)
    others = [
        report(cast, kind="cluster"), report(cast, by=cast.head_second, unit=cast.second),
        report(cast, now=NOW + 121 * MINUTE),
    ]  # fmt: skip
    for other in others:
        assert queries.alike(other) != first
        with pytest.raises(Refused, match=r"cases\.not_alike"):
            actions.join(by=cast.doctor, emergency=other, to=first, now=NOW + 121 * MINUTE)


def test_no_duty_can_stop_delete_or_delay_a_report(cast: Cast, client: Client, clock: Clock) -> None:
    """Whatever anybody sends to any address of the room: the report, who is told of it and what they owe stay."""
    made = report(cast)
    sent = {"kind": "person", "outcome": "excluded", "words": "无事", "whom": "王", "how": "phone", "sure": "1"}
    page, *others = (
        reverse(f"cases:{name}", args=[made.pk])
        for name in ("emergency", "emergency_confirm", "emergency_join", "emergency_add", "emergency_finish")
    )
    asked = [("delete", page), ("put", page), *(("post", address) for address in others)]
    one_of_each = {post.role: post.user for post in Posting.objects.select_related("user").order_by("-pk")}
    assert set(one_of_each) == set(ROLES)
    for user in one_of_each.values():
        client.force_login(user)
        for method, address in asked:
            with transaction.atomic():
                getattr(client, method)(address, {**sent, "key": str(uuid7())} if method == "post" else "")
                assert Emergency.objects.filter(pk=made.pk, reported_at=NOW).exists()
                assert made.recipients.count() == 8
                assert Statement.objects.filter(emergency=made, kind="first").count() == 1
                assert not Obligation.objects.filter(key__startswith="emergency:", outcome="withdrawn").exists()
                transaction.set_rollback(True)


def test_nothing_that_leaves_the_page_names_anybody(cast: Cast) -> None:
    assess(cast)
    person = families(cast).rain
    made = report(cast, person=person, words=f"{person.name}发烧", place=f"{person.name}的宿舍", count=1)
    first = made.statements.get()
    assert first.words is not None
    assert first.place is not None
    assert (first.words.open(), first.place.open()) == ("×××发烧", "×××的宿舍")
    said = [*Notice.objects.values_list("title", "body", "url"), *Obligation.objects.values_list("label", "url")]
    told_of = [str(row.params) for row in Notice.objects.all()]
    events = [
        f"{event.subject} {event.detail} {event.reason}" for event in Event.objects.filter(verb__startswith="emer")
    ]
    assert person.name not in " ".join([*map(str, said), *told_of, *events])


def test_what_is_known_of_a_person_goes_with_them_and_the_report_stays(cast: Cast) -> None:
    assess(cast)
    person = families(cast).rain
    made = report(cast, person=person, words="同桌也咳嗽", count=1)
    erasing.people([person.pk], now=NOW)
    made.refresh_from_db()
    first = made.statements.get()
    assert (made.person_id, first.words, first.count) == (None, None, 1)


def test_contacts_of_the_nearest_unit_hold(cast: Cast) -> None:
    for unit, name in ((cast.city_unit, "市疾控"), (cast.school, "区疾控")):
        contact = OutsideContact(unit=unit, body="disease_control", name=name, at=NOW, by=cast.city)
        contact.phone = "0731-1"
        contact.save()
    assert recipients.contacts(cast.class_one)["disease_control"].name == "区疾控"
    assert recipients.contacts(cast.city_unit)["disease_control"].name == "市疾控"
    assert recipients.contacts(cast.second) == {}
