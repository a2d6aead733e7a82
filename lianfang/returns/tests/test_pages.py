"""Pages of returns through the client: what they answer, what they cost, what they refuse."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.returns.actions import filing, signing
from lianfang.returns.models import Draft, Return, Version
from lianfang.returns.tests.conftest import CASE, ZERO


@pytest.fixture(autouse=True)
def nine_in_the_morning(cast, monkeypatch):
    """The pages ask the clock; it is nine on the day of the cast."""
    monkeypatch.setattr(clock, "now", lambda: cast.now)
    translation.activate("en")
    yield
    translation.deactivate()


@pytest.fixture
def page(client, cast, form):
    """``page(user, "fill", unit, {…})``: GET, or POST when there are data; in English, so that words can be compared."""

    def run(user, name, unit=None, data=None, **query):
        if client.session.get("_auth_user_id") != str(user.pk):
            client.force_login(user)
        client.cookies["django_language"] = "en"
        url = reverse(f"returns:{name}", args=[form.id, cast.day, (unit or cast.school).pk])
        return client.get(url, query) if data is None else client.post(url, data)

    return run


def typed(cells, **more):
    return {f"c-{cell}": "" if value is None else value for cell, value in cells.items()} | more


def test_the_form_starts_with_no_cases_where_there_is_none_and_blank_where_no_class_has_reported(page, cast):
    text = page(cast.clerk, "fill").content.decode()
    assert 'name="c-confirmed.students" value="0"' in text
    assert 'name="c-isolated_home.students" value=""' in text
    assert "system –, 0 of 2 classes have reported" in text


def test_saving_a_draft_keeps_even_what_is_wrong(page, cast):
    answer = page(cast.clerk, "fill", data=typed({**ZERO, "confirmed.students": "两人"}, rev=0))
    assert answer.status_code == 302
    assert Draft.objects.get().cells["confirmed.students"] == "两人"
    assert 'value="两人"' in page(cast.clerk, "fill").content.decode()


def test_wrong_answers_come_back_with_the_message_at_the_cell_and_a_link_to_it(page, cast):
    answer = page(
        cast.clerk, "check", data=typed({**ZERO, "confirmed.students": "-1", "isolated_home.staff": "９９９"})
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#c-confirmed.students"' in text
    assert "A number of people cannot be below zero (-1)." in text
    assert "999 is more than the 260 people" in text, "full-width digits are digits"
    assert 'value="999"' in text


def test_many_blank_boxes_are_one_line_of_the_summary_and_a_message_at_each(page, cast):
    text = page(cast.clerk, "check", data=typed({"confirmed.students": 1, "contact": "周敏"})).content.decode()
    assert "9 boxes are blank. Write 0 where there is nobody." in text
    assert text.count("Enter a number. Write 0 if there is nobody") == 9


def test_the_first_of_two_signatures_does_not_claim_that_the_return_has_left(page, cast, client, submit):
    version = submit(CASE)
    first = client.get(page(cast.leader, "sign", data={"version": version.pk})["Location"]).content.decode()
    assert "It leaves with the next signature" in first
    last = client.get(page(cast.head, "sign", data={"version": version.pk})["Location"]).content.decode()
    assert "The return is on its way" not in first
    assert "The return is on its way" in last


def test_the_zero_report_is_one_page_and_one_button(page, cast):
    text = page(cast.clerk, "zero").content.decode()
    assert "Submit the zero report" in text
    assert text.count('<form class="lf-form') == 1


def test_an_ill_keyed_page_is_still_judged_by_its_base_version(page, cast):
    assert page(cast.clerk, "submit", data=typed(ZERO, key="rubbish", base="x")).status_code == 302
    assert page(cast.clerk, "submit", data=typed(ZERO, key="rubbish", base="x")).status_code == 302
    assert Version.objects.count() == 1


def test_a_conflict_keeps_what_the_second_clerk_typed(page, cast, submit):
    submit()
    answer = page(cast.clerk, "submit", data=typed(CASE, base=0))
    assert answer.status_code == 422
    assert "男，19岁，市一医院隔离观察" in answer.content.decode()
    assert "submitted version 1 while you were typing" in answer.content.decode()


def test_the_signers_page_shows_what_differs_from_yesterday(page, cast, form, submit):
    version = filing.submit(
        by=cast.clerk, unit=cast.school, form=form, on=cast.day - timedelta(days=1), cells=ZERO, reasons={},
        key=uuid7(), base=0, now=cast.now,
    )  # fmt: skip
    signing.sign(by=cast.head, filed=version.filed, version_id=version.pk, now=cast.now)
    submit(CASE, reasons={"suspected.students": "今晨发热"})
    text = page(cast.leader, "sign").content.decode()
    assert "Different from yesterday" in text
    assert "今晨发热" in text


def test_only_the_one_whose_turn_it_is_sees_the_button(page, cast, submit):
    submit(CASE)
    assert "Sign version 1" in page(cast.leader, "sign").content.decode()
    text = page(cast.head, "sign").content.decode()
    assert "Sign version 1" not in text
    assert "Another signature comes first" in text


@pytest.mark.parametrize("who", ["clerk_second", "city_second", "outsider", "students"])
def test_a_return_outside_ones_scope_does_not_exist(page, cast, submit, who):
    submit()
    assert page(getattr(cast, who), "detail").status_code in (403, 404)


def test_a_day_that_does_not_exist_is_no_address(client, cast, form):
    client.force_login(cast.clerk)
    assert client.get(f"/returns/{form.id}/2020-02-30/{cast.school.pk}/").status_code == 404
    assert client.get(f"/returns/no_such_form/2020-02-05/{cast.school.pk}/").status_code == 404


def test_the_gatherers_page_refuses_sums_that_moved_while_it_was_read(page, cast, submit, sign_all):
    sign_all(submit())
    answer = page(
        cast.city, "table", cast.city_unit, {"seen": "0" * 16, "key": Return.objects.get().pk, "contact": "唐莉"}
    )
    assert answer.status_code == 422
    assert "The figures changed while you were reading" in answer.content.decode()


@pytest.mark.parametrize("number", ["x", "-1", "9" * 5000, "9" * 12])
def test_a_page_number_nobody_was_given_shows_a_page(client, cast, form, number):
    client.force_login(cast.province)
    url = reverse("returns:schools", args=[form.id, cast.day, cast.province_unit.pk])
    assert client.get(url, {"only": "missing", "page": number}).status_code == 200


def test_htmx_gets_the_live_part_of_the_board_alone(client, cast, form):
    client.force_login(cast.province)
    url = reverse("returns:board", args=[form.id, cast.day, cast.province_unit.pk])
    text = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert "lf-counts" in text


@pytest.mark.parametrize(
    ("name", "who", "unit", "budget"),
    [
        ("board", "province", "province_unit", 22),
        ("schools", "province", "province_unit", 15),
        ("table", "province", "province_unit", 20),
        ("detail", "clerk", "school", 29),
        ("fill", "clerk", "school", 30),
        ("export", "province", "province_unit", 14),
        ("print", "province", "province_unit", 14),
    ],
)
def test_a_page_costs_a_bounded_number_of_queries(
    page, cast, submit, sign_all, name, who, unit, budget, django_assert_max_num_queries
):
    sign_all(submit(CASE))
    page(getattr(cast, who), "detail", cast.school)  # signing in is not the page's cost
    with django_assert_max_num_queries(budget):
        assert page(getattr(cast, who), name, getattr(cast, unit)).status_code == 200


def test_the_home_page_costs_the_same_for_a_province_as_for_a_school(client, cast, django_assert_max_num_queries):
    for who, budget in ((cast.province, 30), (cast.clerk, 29), (cast.students, 20)):
        client.force_login(who)
        with django_assert_max_num_queries(budget):
            assert client.get("/").status_code == 200
