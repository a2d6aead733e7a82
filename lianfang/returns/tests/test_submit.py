"""Submitting a return: versions, figures, the double click, two clerks at once, bad input, closed days."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.returns.actions import filing, orders, parts
from lianfang.returns.actions.turning import turn_back
from lianfang.returns.models import Draft, Figure, Return, Version
from lianfang.returns.queries import chain
from lianfang.returns.queries import filing as reads
from lianfang.returns.tests.conftest import CASE, ZERO


def codes(refused):
    return {(one.code, one.cell) for one in refused.value.problems}


def test_it_stores_a_sealed_version_with_a_figure_for_every_count(cast, submit, form):
    version = submit()
    assert (version.number, version.important, version.previous_sha256) == (1, False, "")
    assert Figure.objects.filter(version=version, value=0, unverified=0).count() == len(form.count_cells)
    filed = Return.objects.get(pk=version.filed_id)
    assert (filed.state, filed.head_id, filed.counted_id) == ("submitted", version.pk, None)
    assert Event.objects.get(verb="return.submitted").unit_id == cast.school.pk
    assert list(chain.faults()) == []


def test_the_same_key_twice_is_one_version(submit):
    key = uuid7()
    assert submit(key=key).pk == submit(key=key).pk == submit(key=key, base=1).pk
    assert Version.objects.count() == 1
    assert Event.objects.filter(verb="return.submitted").count() == 1


def test_the_same_content_from_the_same_page_is_one_version(submit):
    assert submit().pk == submit(base=0).pk


def test_what_says_the_same_as_the_newest_version_is_that_version_unless_it_was_returned(cast, submit):
    first = submit()
    assert submit(base=1) == first
    turn_back(
        by=cast.head, filed=first.filed, version_id=first.pk, from_unit=cast.school, reason="?", cells={}, now=cast.now
    )
    assert submit(base=1).number == 2


def test_a_second_clerk_who_started_from_an_older_version_is_told_and_nothing_is_overwritten(submit):
    first = submit()
    with pytest.raises(Refused) as refused:
        submit(CASE, base=0)
    assert codes(refused) == {("returns.changed_meanwhile", "")}
    assert list(Version.objects.all()) == [first]


def test_a_correction_is_the_next_version_chained_to_the_one_before(submit):
    first = submit()
    second = submit(CASE, base=1, reasons={"suspected.students": "今天上午发热"})
    assert (second.number, second.previous_sha256) == (2, first.sha256)
    assert list(chain.faults()) == []


def test_to_be_verified_is_stored_as_its_own_state(submit):
    version = submit({**ZERO, "confirmed.students": "?", "treatment": "核实中"})
    figure = version.figures.get(cell="confirmed.students")
    assert (figure.value, figure.unverified) == (None, 1)
    assert version.important


def test_wrong_cells_are_refused_one_by_one_and_nothing_is_written(submit):
    with pytest.raises(Refused) as refused:
        submit({**ZERO, "confirmed.students": None, "isolated_home.staff": 261, "contact": ""})
    assert codes(refused) == {
        ("returns.blank", "confirmed.students"),
        ("returns.more_than_people", "isolated_home.staff"),
        ("returns.text_missing", "contact"),
    }
    assert not Version.objects.exists()
    assert not Return.objects.exists()


def test_a_day_that_has_not_come_is_refused(cast, submit):
    with pytest.raises(Refused) as refused:
        submit(now=cast.now - timedelta(days=1))
    assert codes(refused) == {("returns.future", "")}


def test_a_closed_day_is_refused_until_the_superior_reopens_it(cast, submit, form):
    late = cast.now + timedelta(days=4)
    with pytest.raises(Refused) as refused:
        submit(now=late)
    assert codes(refused) == {("returns.closed", "")}
    assert "长沙市" in refused.value.problems[0].text
    orders.reopen(by=cast.city, unit=cast.school, form=form, on=cast.day, reason="补报", now=late)
    assert submit(now=late).number == 1
    with pytest.raises(Refused):
        submit(CASE, base=1, now=late + timedelta(hours=25))


def test_a_day_before_the_form_was_ordered_is_refused(cast, submit, form):
    with pytest.raises(Refused) as refused:
        filing.submit(
            by=cast.clerk, unit=cast.school, form=form, on=form_day_before(), cells=ZERO, reasons={}, key=uuid7(),
            base=0, now=cast.now - timedelta(days=8),
        )  # fmt: skip
    assert codes(refused) == {("returns.not_assigned", "")}


def form_day_before():
    from datetime import date

    return date(2020, 1, 27)


def test_a_late_submission_is_accepted(cast, submit, form):
    version = submit(now=cast.now.replace(hour=18))
    assert version.number == 1
    due = reads.due_of(form, cast.school, cast.day)
    assert due == cast.now.replace(hour=15)
    assert due < version.at


def test_a_draft_keeps_what_was_typed_unchecked(cast, form):
    typed = {"confirmed.students": "两", "contact": ""}
    draft = filing.save_draft(
        by=cast.clerk, unit=cast.school, form=form, on=cast.day, cells=typed, reasons={}, rev=0, now=cast.now
    )
    assert draft.cells == typed
    assert draft.filed.state == "draft"


def test_saving_over_somebody_elses_newer_draft_is_refused(cast, form):
    save = {"unit": cast.school, "form": form, "on": cast.day, "reasons": {}, "now": cast.now}
    filing.save_draft(by=cast.clerk, cells={"remark": "甲"}, rev=0, **save)
    with pytest.raises(Refused) as refused:
        filing.save_draft(by=cast.head, cells={"remark": "乙"}, rev=0, **save)
    assert codes(refused) == {("returns.draft_changed", "")}
    assert Draft.objects.get().cells == {"remark": "甲"}
    filing.save_draft(by=cast.head, cells={"remark": "乙"}, rev=1, **save)
    assert Draft.objects.get().fillers == sorted([cast.clerk.pk, cast.head.pk])


def test_a_part_goes_into_the_offices_form_and_its_filler_is_known(cast, submit, form):
    cells = dict.fromkeys(form.cells_of_part("students"), 0) | {"treatment": ""}
    send = {"school": cast.school, "unit": cast.student_affairs, "form": form, "part": "students", "on": cast.day}
    key = uuid7()
    one = parts.hand_in(by=cast.students, cells=cells, key=key, now=cast.now, **send)
    assert parts.hand_in(by=cast.students, cells=cells, key=key, now=cast.now, **send).pk == one.pk
    filed = reads.find(form, cast.school, cast.day)
    states = reads.parts(form, cast.school, cast.day)
    prefilled = reads.prefill(form, filed, states, "周敏")
    assert prefilled["contact"] == "周敏", "the part did not say whom to call; the office does"
    assert prefilled["confirmed.students"] == 0
    assert prefilled["confirmed.staff"] is None, "nobody stated it: blank, not zero"
    version = submit()
    assert version.fillers == sorted([cast.clerk.pk, cast.students.pk])


def test_a_corrected_part_is_a_new_row_and_overrides_the_draft(cast, form):
    zero = dict.fromkeys(form.cells_of_part("staff"), 0)
    send = {
        "school": cast.school,
        "unit": cast.personnel,
        "form": form,
        "part": "staff",
        "on": cast.day,
        "now": cast.now,
    }
    parts.hand_in(by=cast.staff, cells=zero, key=uuid7(), **send)
    second = parts.hand_in(by=cast.staff, cells={**zero, "isolated_home.staff": 2}, key=uuid7(), **send)
    assert second.number == 2
    assert Draft.objects.get().cells["isolated_home.staff"] == 2


def test_a_wrong_part_is_refused_at_its_cell(cast, form):
    with pytest.raises(Refused) as refused:
        parts.hand_in(
            by=cast.staff, school=cast.school, unit=cast.personnel, form=form, part="staff", on=cast.day,
            cells={"confirmed.staff": 9999}, key=uuid7(), now=cast.now,
        )  # fmt: skip
    assert ("returns.more_than_people", "confirmed.staff") in codes(refused)


@pytest.mark.parametrize("table", ["version", "figure"])
@pytest.mark.parametrize("change", ["UPDATE returns_{t} SET id = id", "DELETE FROM returns_{t}"])
def test_the_database_refuses_to_change_evidence(submit, table, change):
    submit()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(t=table))


def test_a_forged_version_is_found(submit):
    version = submit()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE returns_version DISABLE TRIGGER returns_version_append_only")
        cursor.execute(
            "UPDATE returns_version SET cells = jsonb_set(cells, '{remark}', '\"改\"') WHERE id = %s", [version.pk]
        )
        cursor.execute("ALTER TABLE returns_version ENABLE TRIGGER returns_version_append_only")
    assert [fault for fault in chain.faults() if "seal" in fault]


def test_submitting_costs_a_bounded_number_of_queries(submit, django_assert_max_num_queries):
    with django_assert_max_num_queries(21):
        submit()
