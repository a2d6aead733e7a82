"""The gap list."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.orgs import actions
from lianfang.orgs.models import Unit
from lianfang.people.models import Posting
from tests.cast import DAY, NOW, Cast


def listed(client: Client, cast: Cast, who: str, **query: str) -> str:
    client.force_login(cast.people[who])
    return client.get(reverse("units:gaps"), query).content.decode()


def test_it_lists_units_of_ones_scope_with_what_they_lack(client: Client, cast: Cast) -> None:
    text = listed(client, cast, "city")
    assert "北校区" in text
    assert "湘江技师学院" in text
    assert "龙山职业学校" not in text


@pytest.mark.parametrize(
    ("query", "inside", "outside"),
    [
        ({"duty": "liaison"}, "湘江技师学院", "北校区"),
        ({"kind": "campus"}, "北校区", "龙山职业学校"),
        ({"unit": "龙山县"}, "龙山职业学校", "北校区"),
    ],
)
def test_it_is_filtered(client: Client, cast: Cast, query: dict[str, str], inside: str, outside: str) -> None:
    text = listed(client, cast, "province", **query)
    assert inside in text
    assert outside not in text


def test_it_says_for_what_nobody_would_answer(client: Client, cast: Cast) -> None:
    client.cookies["django_language"] = "en"
    row = "<small>Nobody answers for: Daily return</small>"
    assert row in listed(client, cast, "county", unit="龙山职业学校"), "no principal there, whom a step tells"
    text = listed(client, cast, "province", duty="owed.return_part")
    assert "学生处" not in text, "somebody is there"
    Posting.objects.filter(unit=cast.student_affairs).update(to_on=DAY - timedelta(days=1))
    Posting.objects.filter(unit=cast.class_one).update(to_on=DAY - timedelta(days=1))
    text = listed(client, cast, "province", duty="owed.return_part")
    assert "学生处" in text
    assert "防控办" not in text, "no part of a return is asked of it"
    assert cast.class_one.name not in text
    assert cast.class_one.name in listed(client, cast, "province", duty="owed.class_roll")


def test_a_filter_that_is_no_filter_lists_nothing_and_says_so(client: Client, cast: Cast) -> None:
    text = listed(client, cast, "province", duty="emperor")
    assert "lf-row-link" not in text


def test_the_export_holds_what_the_page_shows(client: Client, cast: Cast) -> None:
    client.force_login(cast.province)
    response = client.get(reverse("units:gaps_export"), {"duty": "liaison"})
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))
    assert rows[0][3:5] == ("学校", "上级单位")
    assert [row[1] for row in rows[1:]] == ["岳麓区", "湘江技师学院", "湘潭机电学校", "龙山职业学校"]
    assert "filename" in response.headers["Content-Disposition"]


def test_the_export_runs_no_formula(client: Client, cast: Cast) -> None:
    actions.update_unit(by=None, unit=cast.third, name="=HYPERLINK(1)", now=NOW)
    client.force_login(cast.county)
    response = client.get(reverse("units:gaps_export"))
    cells = [
        cell
        for row in openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows()
        for cell in row
        if "HYPERLINK" in str(cell.value)
    ]
    assert [(cell.value, cell.data_type) for cell in cells] == [("'=HYPERLINK(1)", "s")]


def test_gaps_are_counted_by_area_inside_ones_scope(client: Client, cast: Cast) -> None:
    client.force_login(cast.province)
    text = client.get(reverse("units:gap_areas", args=[cast.province_unit.pk])).content.decode()
    assert "龙山县" in text
    client.force_login(cast.city)
    assert client.get(reverse("units:gap_areas", args=[cast.province_unit.pk])).status_code == 404


def test_the_contact_net_says_who_answers_and_goes_out_as_a_file(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk)
    text = client.get(reverse("units:contacts", args=[cast.school.pk])).content.decode()
    assert text.index("黄国平") < text.index("方圆") < text.index("林芳")
    response = client.get(reverse("units:contacts_export", args=[cast.school.pk]))
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))
    (line,) = [row for row in rows if "林芳" in row]
    assert line[1] == "机电1901班"
    assert line[4] == cast.teacher.work_phone
    event = Event.objects.get(verb="posting.contacts_exported")
    assert (event.by_id, event.unit_id, event.detail) == (cast.clerk.pk, cast.school.pk, {"lines": 6})
    for unit in (cast.second, cast.department):  # somebody else's school; no school
        assert client.get(reverse("units:contacts", args=[unit.pk])).status_code == 404


def test_the_clerk_of_a_school_has_no_gap_list(client: Client, cast: Cast) -> None:
    client.force_login(cast.clerk)
    assert client.get(reverse("units:gaps")).status_code == 403


def test_many_gaps_cost_as_few_queries_as_one(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    kept = Unit.objects.get(pk=cast.third.pk)
    Unit.objects.bulk_create(
        Unit(kind="school", tier="school", code=f"X{n}", name=f"校{n}", parent=kept.parent, path=f"{kept.path}{n}.")
        for n in range(900_000, 900_060)
    )
    client.force_login(cast.province)
    with django_assert_max_num_queries(9):
        text = client.get(reverse("units:gaps")).content.decode()
    assert text.count("lf-row-link") == 50
