"""Looking at units and changing them."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.orgs.models import SponsorLine, Unit
from lianfang.people import actions as people
from tests.cast import NOW, SINCE, Cast


def page(client: Client, cast: Cast, who: str, name: str, *args: object, **query: str) -> str:
    client.force_login(cast.people[who])
    response = client.get(reverse(f"units:{name}", args=args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_the_tree_begins_at_ones_own_unit(client: Client, cast: Cast) -> None:
    client.force_login(cast.city)
    response = client.get(reverse("units:tree"))
    assert response.headers["Location"] == reverse("units:below", args=[cast.city_unit.pk])
    text = page(client, cast, "city", "below", cast.city_unit.pk)
    assert "湘江技师学院" in text
    assert "湘潭机电学校" not in text
    assert reverse("units:unit", args=[cast.school.pk]) in text


def test_units_above_ones_own_are_named_but_no_links(client: Client, cast: Cast) -> None:
    text = page(client, cast, "clerk", "unit", cast.school.pk)
    assert "湖南省" in text
    assert reverse("units:unit", args=[cast.province_unit.pk]) not in text


@pytest.mark.parametrize("who", ["clerk", "city", "province", "sponsor", "company", "auditor"])
def test_a_unit_outside_ones_scope_is_not_found(client: Client, cast: Cast, who: str) -> None:
    client.force_login(cast.people[who])
    outside = {"sponsor": cast.school, "province": cast.nation_company}.get(who, cast.nation)
    for name in ("unit", "below"):
        assert client.get(reverse(f"units:{name}", args=[outside.pk])).status_code == 404


def test_without_a_posting_the_door_is_closed(client: Client, cast: Cast) -> None:
    client.force_login(cast.outsider)
    for address in (reverse("units:tree"), reverse("units:gaps"), reverse("units:import")):
        assert client.get(address).status_code == 403
    client.logout()
    assert client.get(reverse("units:tree")).status_code == 302


def test_a_sponsor_sees_its_school_below_itself(client: Client, cast: Cast) -> None:
    text = page(client, cast, "company", "below", cast.nation_company.pk)
    assert "湘潭机电学校" in text
    assert "湘江技师学院" not in text


def test_search_stays_within_ones_scope(client: Client, cast: Cast) -> None:
    assert "湘潭机电学校" in page(client, cast, "province", "tree", q="xtjd")
    assert "湘潭机电学校" not in page(client, cast, "city", "tree", q="xtjd")


def test_the_page_of_a_unit_names_facts_lines_people_and_what_is_missing(client: Client, cast: Cast) -> None:
    text = page(client, cast, "province", "unit", cast.second.pk)
    for word in (
        "湘潭机电学校",
        "4143013001",
        "1500",
        "湘潭市",
        "湖南省人力资源和社会保障厅",
        "中南轨道交通集团",
        "孙丽",
    ):
        assert word in text
    assert "0731-5800 0002" in text
    assert reverse("units:edit", args=[cast.second.pk]) not in text, "a liaison does not manage units"


def test_facts_are_changed_and_told(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    sent = {
        "name": "湘江技师学院",
        "students": "3300",
        "staff": "",
        "phone": "0731-1",
        "address": "一路1号",
        "short_name": "",
    }
    response = client.post(reverse("units:edit", args=[cast.school.pk]), sent, follow=True)
    school = Unit.objects.get(pk=cast.school.pk)
    assert (school.students, school.staff, school.address) == (3300, None, "一路1号")
    assert "蒋华" in response.content.decode() or response.status_code == 200
    assert page(client, cast, "auditor", "unit", cast.school.pk).count("lf-timeline-what") >= 1


@pytest.mark.parametrize("students", ["-1", "300000", "三百"])
def test_a_wrong_head_count_comes_back_with_what_was_typed(client: Client, cast: Cast, students: str) -> None:
    client.force_login(cast.admin)
    response = client.post(
        reverse("units:edit", args=[cast.school.pk]), {"name": "湘江技师学院", "students": students, "phone": "0731-2"}
    )
    assert response.status_code == 422
    text = response.content.decode()
    assert f'value="{students}"' in text
    assert "0731-2" in text
    assert Unit.objects.get(pk=cast.school.pk).students == 3200


def test_a_unit_is_added_below(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    address = reverse("units:add", args=[cast.district.pk])
    assert client.get(address).status_code == 200
    response = client.post(address, {"kind": "school", "code": "4143010532", "name": "新校"})
    assert response.status_code == 422
    assert "4143010532" in response.content.decode()
    response = client.post(address, {"kind": "class", "code": "4143016666", "name": "新校"})
    assert response.status_code == 422, "a class does not stand in a county"
    client.post(address, {"kind": "school", "code": "4143016666", "name": "新校"})
    assert Unit.objects.get(code="4143016666").parent == cast.district


def test_a_part_of_a_school_gets_its_code(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    client.post(
        reverse("units:add", args=[cast.third.pk]), {"kind": "office", "name": "学生处", "function": "students"}
    )
    made = Unit.objects.get(parent=cast.third)
    assert (made.code, made.function) == ("4143014002-01", "students")


def test_a_unit_moves_only_between_units_one_manages(client: Client, cast: Cast) -> None:
    people.appoint_all(
        by=None, rows=[people.NewPosting(cast.outsider, cast.city_unit, "unit_admin")], from_on=SINCE, now=NOW
    )
    client.force_login(cast.outsider)
    address = reverse("units:move", args=[cast.school.pk])
    assert client.post(address, {"to": "430300"}).status_code == 422, "the second city is not theirs"
    assert client.post(address, {"to": "430104"}).status_code == 302
    assert Unit.objects.get(pk=cast.school.pk).parent == cast.district


def test_closing_says_what_stands_in_the_way(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    address = reverse("units:close", args=[cast.school.pk])
    response = client.post(address, {"on": "2020-02-05"})
    assert response.status_code == 422
    client.post(reverse("units:close", args=[cast.third.pk]), {"on": "2020-02-05"})
    assert Unit.objects.get(pk=cast.third.pk).valid_to is not None
    assert client.get(reverse("units:unit", args=[cast.third.pk])).status_code == 200


def test_a_sponsor_is_added_and_ended(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    client.post(reverse("units:sponsor", args=[cast.school.pk]), {"sponsor": "HN-HRSS", "from_on": "2020-02-01"})
    line = SponsorLine.objects.get(unit=cast.school)
    other = reverse("units:end_sponsor", args=[cast.third.pk, line.pk])
    assert client.post(other, {"on": "2020-02-05"}).status_code == 404, "the line is another school's"
    client.post(reverse("units:end_sponsor", args=[cast.school.pk, line.pk]), {"on": "2020-02-05"})
    line.refresh_from_db()
    assert str(line.valid_to) == "2020-02-05"


@pytest.mark.parametrize("name", ["edit", "add", "move", "close", "sponsor", "import_below"])
def test_only_who_manages_a_unit_changes_it(client: Client, cast: Cast, name: str) -> None:
    address = reverse(f"units:{name}", args=[cast.school.pk])
    for who in ("clerk", "city", "province", "inspector", "auditor"):
        client.force_login(cast.people[who])
        assert client.get(address).status_code == 403
    client.force_login(cast.admin)
    assert client.get(address).status_code == 200
    assert client.get(reverse(f"units:{name}", args=[cast.nation.pk])).status_code == 404


def test_pages_cost_the_same_for_few_and_many_units(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kept = Unit.objects.get(pk=cast.third.pk)
    Unit.objects.bulk_create(
        Unit(kind="school", tier="school", code=f"X{n}", name=f"校{n}", parent=kept.parent, path=f"{kept.path}{n}.")
        for n in range(900_000, 900_060)
    )
    client.force_login(cast.province)
    with django_assert_max_num_queries(12):
        text = client.get(reverse("units:below", args=[cast.county_unit.pk])).content.decode()
    assert text.count("lf-row-link") == 50
    with django_assert_max_num_queries(18):  # five of them: who answers now
        client.get(reverse("units:unit", args=[cast.school.pk]))
    with django_assert_max_num_queries(9):
        client.get(reverse("units:tree"), {"q": "校"})
