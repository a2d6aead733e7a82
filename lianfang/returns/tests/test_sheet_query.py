"""The sheet of a unit from what was signed: reads, export, print page, and the way back in."""

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from lianfang.core.ids import uuid7
from lianfang.returns import sheets
from lianfang.returns.actions import filing
from lianfang.returns.queries import rollup, sheet
from lianfang.returns.spec import Form
from lianfang.returns.tests.conftest import CASE, ZERO
from tests.cast import Cast


@pytest.fixture
def signed(cast: Cast, submit: Any, sign_all: Any) -> None:
    """The first school signed a suspected case, the second only submitted, the third did nothing."""
    sign_all(submit(CASE))
    submit(ZERO, by=cast.clerk_second, unit=cast.second)


@pytest.mark.usefixtures("signed")
def test_every_school_of_the_unit_has_one_row_and_only_signed_figures(
    cast: Cast, form: Form, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        rows = sheet.rows(form, cast.province_unit, cast.day)
    assert {row.unit_id for row in rows} == {cast.school.pk, cast.second.pk, cast.third.pk}
    assert [row.cells for row in rows if row.unit_id != cast.school.pk] == [None, None], "submitted is not signed"
    first = next(row for row in rows if row.unit_id == cast.school.pk)
    assert first.cells == CASE
    assert (first.province, first.name) == ("湖南省", "湘江技师学院")
    assert first.signed_at == cast.now + timedelta(hours=1)
    assert sheets.totals(form, rows) == rollup.sums(form, cast.province_unit, cast.day).as_cells(form)


@pytest.mark.usefixtures("signed")
def test_a_sponsor_sees_its_school_and_a_city_only_its_own(cast: Cast, form: Form) -> None:
    assert [row.unit_id for row in sheet.rows(form, cast.authority, cast.day)] == [cast.second.pk]
    assert [row.unit_id for row in sheet.rows(form, cast.city_unit, cast.day)] == [cast.school.pk]
    assert sheet.rows(form, cast.nation_company, cast.day)[0].province == "湖南省"


@pytest.mark.usefixtures("signed")
def test_a_correction_that_is_not_signed_yet_does_not_show(cast: Cast, form: Form, submit: Any) -> None:
    submit({**CASE, "suspected.students": 5}, base=1, now=cast.now + timedelta(hours=2))
    (row,) = sheet.rows(form, cast.city_unit, cast.day)
    assert row.cells == CASE


def test_one_return_alone_gives_the_same_row(cast: Cast, form: Form, submit: Any, sign_all: Any) -> None:
    filed = sign_all(submit(CASE))
    assert sheet.entry(filed) == sheet.rows(form, cast.city_unit, cast.day)[0]


def test_an_exported_sheet_can_be_filed_for_another_day(cast: Cast, form: Form, submit: Any, sign_all: Any) -> None:
    sign_all(submit(CASE))
    content, name = sheets.download(form, cast.city_unit, cast.day, sheet.rows(form, cast.city_unit, cast.day))
    schools = {school.name: school for school in sheet.schools(form, cast.city_unit, cast.day)}
    later = cast.day + timedelta(days=1)
    assert [problem.code for problem in sheets.read(form, content, name, later, schools).problems] == [
        "returns.sheet_day"
    ]
    (row,) = sheets.read(form, content, name, cast.day, schools).ready
    version = filing.submit(
        by=cast.clerk, unit=cast.school, form=form, on=later, cells=row.cells, reasons={}, key=uuid7(), base=0,
        now=cast.now + timedelta(days=1), made="imported", whys=dict.fromkeys(CASE, "12320"),
    )  # fmt: skip
    assert version.cells == CASE


def test_the_blank_template_lists_the_schools_in_the_order_of_the_sheet(
    cast: Cast, form: Form, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        schools = sheet.schools(form, cast.province_unit, cast.day)
    assert [school.pk for school in schools] == [row.unit_id for row in sheet.rows(form, cast.province_unit, cast.day)]
    assert set(sheet.provinces_of(schools).values()) == {"湖南省"}
    assert sheets.blank(form, schools, sheet.provinces_of(schools)).startswith(b"PK")


@pytest.mark.usefixtures("signed")
def test_the_print_page_shows_the_texts_of_the_sheet(cast: Cast, form: Form) -> None:
    rows = sheet.rows(form, cast.province_unit, cast.day)
    table = sheets.table(form, cast.province_unit, cast.day, rows)
    signature = {"label": "联络员签发上报", "name": "邓伟", "title": "联络员", "at": cast.now}
    context = {"table": table, "unit": cast.province_unit, "on": cast.day, "signatures": [signature], "back_url": "/x/"}
    page = render_to_string("returns/print.html", context, RequestFactory().get("/"))
    for line in [*table.lines(), table.total]:
        assert all(f">{value}</t" in page for value in line if value)
    for text in (
        'rowspan="2">省份</th>',
        'colspan="2">确诊情况</th>',
        "填表说明",
        "2020-2-5 09:00",
        "邓伟",
        'href="/x/"',
    ):
        assert text in page
    assert page.count("未报") == 2
