"""Terms of filing: who may decide them, what they change at once, that no school decides for itself."""

import pytest
from django.urls import reverse

from lianfang.policies.models import Override
from lianfang.returns.models import Assignment
from lianfang.returns.queries import filing


@pytest.fixture
def send(client, cast, form):
    def run(user, unit, name="decide", **data):
        client.force_login(user)
        given = {"term": "due.school", "value": "14:00", "from_on": "2020-02-05", "reason": "市里要求提前", **data}
        return client.post(reverse(f"returns:{name}", args=[form.id, unit.pk]), given)

    return run


def test_a_city_sets_an_earlier_cut_off_for_its_schools(cast, form, send):
    assert send(cast.city, cast.city_unit).status_code == 302
    assert filing.due_of(form, cast.school, cast.day) == cast.now.replace(hour=14)
    assert filing.due_of(form, cast.second, cast.day) == cast.now.replace(hour=15)
    row = Override.objects.get()
    assert (row.by_name, row.reason) == ("唐莉", "市里要求提前")


@pytest.mark.parametrize("who", ["clerk", "head", "principal", "inspector", "auditor", "sponsor", "city_second"])
def test_nobody_else_decides_for_a_school(cast, send, who):
    assert send(getattr(cast, who), cast.school).status_code in (403, 404)
    assert not Override.objects.exists()


def test_a_superior_lets_a_school_with_one_person_sign_its_own(cast, form, send):
    assert send(cast.city, cast.school, term="self_sign", value="allowed").status_code == 302
    assert filing.self_sign_override(form, cast.school, cast.day) == "allowed"


@pytest.mark.parametrize(
    "data", [{"value": "三点"}, {"value": "25:00"}, {"reason": " "}, {"from_on": ""}, {"term": "x"}]
)
def test_a_wrong_term_is_refused_at_its_field_and_kept_on_the_page(cast, send, data):
    answer = send(cast.city, cast.city_unit, **data)
    assert answer.status_code == 422
    assert "lf-summary" in answer.content.decode()
    assert not Override.objects.exists()


def test_ordering_a_form_twice_is_one_order(cast, send):
    for _ in range(2):
        assert send(cast.province, cast.city_unit, name="assign", from_on="2020-02-06").status_code == 302
    assert Assignment.objects.filter(unit=cast.city_unit).count() == 1


def test_everybody_who_sees_the_unit_reads_its_terms(client, cast, form, send):
    send(cast.city, cast.city_unit)
    client.force_login(cast.clerk)
    text = client.get(reverse("returns:terms", args=[form.id, cast.school.pk])).content.decode()
    assert "市里要求提前" in text
    assert reverse("returns:decide", args=[form.id, cast.school.pk]) not in text
