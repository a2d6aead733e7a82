"""Signatures: who, in which order, what happens with the last; sending back; what telling follows."""

from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices.models import Delivery
from lianfang.people import actions as people
from lianfang.policies.actions import override
from lianfang.returns.actions import signing, telling, turning
from lianfang.returns.models import Return, Signature
from lianfang.returns.queries import chain
from lianfang.returns.tests.conftest import CASE, ZERO


def sign(by, version, now, seen=None):
    return signing.sign(by=by, filed=version.filed, version_id=seen or version.pk, now=now)


def code(refused):
    return refused.value.problems[0].code


def test_the_head_alone_signs_a_zero_report_and_then_it_counts(cast, submit, sign_all):
    version = submit()
    filed = sign_all(version)
    assert (filed.state, filed.counted_id) == ("signed", version.pk)
    assert filed.first_signed_at == cast.now + timedelta(hours=1)
    assert Signature.objects.get().sha256 == version.sha256


def test_important_information_is_signed_by_the_leading_group_first(cast, submit):
    version = submit(CASE)
    with pytest.raises(Refused) as refused:
        sign(cast.head, version, cast.now)
    assert code(refused) == "returns.not_your_step"
    sign(cast.leader, version, cast.now)
    assert Return.objects.get().counted_id is None, "one signature of two: it does not count yet"
    sign(cast.head, version, cast.now)
    assert Return.objects.get().state == "signed"
    assert list(chain.faults()) == []


def test_signing_twice_is_one_signature(cast, submit):
    version = submit()
    assert sign(cast.head, version, cast.now).pk == sign(cast.head, version, cast.now).pk


@pytest.mark.parametrize("who", ["clerk", "students", "city", "province", "outsider", "head_second"])
def test_nobody_else_may_sign(cast, submit, who):
    with pytest.raises(Refused) as refused:
        sign(getattr(cast, who), submit(), cast.now)
    assert code(refused) == "returns.not_your_step"


def test_a_version_that_was_replaced_cannot_be_signed(cast, submit):
    first = submit()
    submit(CASE, base=1)
    with pytest.raises(Refused) as refused:
        sign(cast.head, first, cast.now)
    assert code(refused) == "returns.superseded"


def test_one_who_filled_it_in_alone_may_sign_a_zero_report_and_it_is_recorded(cast, submit):
    version = submit(by=cast.head)
    assert sign(cast.head, version, cast.now).self_filled


def test_one_who_filled_it_in_alone_may_not_sign_important_information(cast, submit):
    people.appoint(
        by=None,
        user=cast.head,
        unit=cast.school,
        role="leader",
        title="",
        deputy=False,
        from_on=date(2020, 1, 1),
        now=cast.now,
    )
    version = submit(CASE, by=cast.head)
    with pytest.raises(Refused) as refused:
        sign(cast.head, version, cast.now)
    assert code(refused) == "returns.self_sign"


def test_one_person_cannot_give_both_signatures_unless_the_unit_decided_so(cast, submit):
    people.appoint(
        by=None,
        user=cast.head,
        unit=cast.school,
        role="leader",
        title="",
        deputy=False,
        from_on=date(2020, 1, 1),
        now=cast.now,
    )
    version = submit(CASE)
    sign(cast.head, version, cast.now)
    with pytest.raises(Refused) as refused:
        sign(cast.head, version, cast.now)
    assert code(refused) == "returns.same_signer"
    override(
        by=cast.admin, unit=cast.school, key="returns.situation_2020.self_sign", value="allowed",
        from_on=cast.day, to_on=None, reason="全校仅一名负责人在岗", now=cast.now,
    )  # fmt: skip
    sign(cast.head, version, cast.now)
    assert Return.objects.get().state == "signed"


def test_the_head_sends_back_before_it_leaves_and_the_clerk_learns_why(cast, submit):
    version = submit()
    turning.turn_back(
        by=cast.head, filed=version.filed, version_id=version.pk, from_unit=cast.school, reason="",
        cells={"isolated_home.students": "宿舍有两人隔离", "remark": "  "}, now=cast.now,
    )  # fmt: skip
    assert Return.objects.get().state == "returned"
    with pytest.raises(Refused) as refused:
        sign(cast.head, version, cast.now)
    assert code(refused) == "returns.turned_back"
    telling.turned_back(Event.objects.get(verb="return.turned_back"))
    telling.turned_back(Event.objects.get(verb="return.turned_back"))
    assert set(Delivery.objects.values_list("user__username", flat=True)) == {"clerk"}


def test_sending_back_wants_a_reason(cast, submit):
    version = submit()
    with pytest.raises(Refused) as refused:
        turning.turn_back(
            by=cast.head,
            filed=version.filed,
            version_id=version.pk,
            from_unit=cast.school,
            reason=" ",
            cells={},
            now=cast.now,
        )
    assert code(refused) == "returns.reason_missing"


def test_a_superior_cannot_send_back_what_has_not_left(cast, submit):
    version = submit()
    with pytest.raises(Refused) as refused:
        turning.turn_back(
            by=cast.city,
            filed=version.filed,
            version_id=version.pk,
            from_unit=cast.city_unit,
            reason="x",
            cells={},
            now=cast.now,
        )
    assert code(refused) == "returns.not_returnable"


def test_a_version_sent_back_after_signing_counts_until_its_correction_is_signed(cast, submit, sign_all):
    first = submit(CASE)
    sign_all(first)
    turning.turn_back(
        by=cast.city,
        filed=first.filed,
        version_id=first.pk,
        from_unit=cast.city_unit,
        reason="请核实",
        cells={},
        now=cast.now,
    )
    filed = Return.objects.get()
    assert (filed.state, filed.counted_id) == ("returned", first.pk)
    second = submit(ZERO, base=1)
    assert Return.objects.get().counted_id == first.pk
    filed = sign_all(second)
    assert filed.counted_id == second.pk
    assert Event.objects.filter(verb="return.revised").count() == 1
    assert filed.first_signed_at == cast.now + timedelta(hours=1), "a correction does not make a timely return late"


def test_those_who_may_give_the_next_signature_are_told(cast, submit):
    version = submit(CASE)
    telling.signature_wanted(Event.objects.get(verb="return.submitted"))
    assert set(Delivery.objects.values_list("user__username", flat=True)) == {"leader", "principal"}
    sign(cast.leader, version, cast.now)
    telling.signature_wanted(Event.objects.get(verb="return.countersign_due"))
    assert "head" in set(Delivery.objects.values_list("user__username", flat=True))


def test_cases_above_zero_are_told_to_every_authority_above_by_both_lines(cast, submit, sign_all):
    version = submit(CASE, by=cast.clerk_second, unit=cast.second)
    sign_all(version, leader=cast.leader_second, head=cast.head_second)
    telling.important_signed(Event.objects.get(verb="return.cases_signed"))
    told = set(Delivery.objects.values_list("user__username", flat=True))
    assert told == {"city_second", "province", "sponsor", "company"}


def test_a_signed_zero_report_wakes_nobody(submit, sign_all):
    sign_all(submit())
    event = Event.objects.get(verb="return.signed")
    assert not ProcrastinateJob.objects.filter(args__event_id=str(event.pk)).exists()


def test_a_draft_over_a_signed_version_leaves_it_signed(cast, submit, sign_all, form):
    from lianfang.returns.actions import filing

    sign_all(submit())
    filing.save_draft(
        by=cast.clerk, unit=cast.school, form=form, on=cast.day, cells=ZERO, reasons={}, rev=0, now=cast.now
    )
    assert Return.objects.get().state == "signed"


def test_signing_costs_a_bounded_number_of_queries(cast, submit, django_assert_max_num_queries):
    version = submit(key=uuid7())
    with django_assert_max_num_queries(14):
        sign(cast.head, version, cast.now)
