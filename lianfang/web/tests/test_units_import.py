"""Importing units through the pages."""

import io

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from lianfang.orgs import actions
from lianfang.orgs.models import KeptList, Unit
from lianfang.orgs.queries import sheet
from tests.cast import NOW, Cast

GOOD = "代码,名称,类型,上级代码,学生数\n4143015001,新学校,学校,430100,900\n4143010532,,,,3333\n"


def upload(client: Client, cast: Cast, content: str | bytes, name: str = "units.csv") -> HttpResponse:
    client.force_login(cast.admin)
    data = content.encode() if isinstance(content, str) else content
    address = reverse("units:import_below", args=[cast.province_unit.pk])
    return client.post(address, {"file": SimpleUploadedFile(name, data)})  # type: ignore[return-value]


def test_a_file_is_checked_shown_and_only_then_applied(client: Client, cast: Cast) -> None:
    response = upload(client, cast, GOOD)
    kept = KeptList.objects.get()
    assert response.headers["Location"] == reverse("units:import_check", args=[kept.pk])
    assert not Unit.objects.filter(code="4143015001").exists(), "a dry run writes nothing"
    text = client.get(response.headers["Location"]).content.decode()
    for word in ("新学校", "长沙市", "湘江技师学院", "3200", "3333"):
        assert word in text
    apply = reverse("units:import_apply", args=[kept.pk])
    client.post(apply)
    assert Unit.objects.get(code="4143015001").parent == cast.city_unit
    assert Unit.objects.get(pk=cast.school.pk).students == 3333
    again = client.post(apply, follow=True)
    assert again.status_code == 200
    assert "units:import_apply" not in again.content.decode()
    assert client.get(reverse("units:import_check", args=[kept.pk])).status_code == 200


def test_wrong_rows_are_listed_with_row_column_and_words_and_nothing_is_kept(client: Client, cast: Cast) -> None:
    response = upload(
        client, cast, "代码,名称,类型,上级代码,学生数\n4143015001,甲校,学校,火星,x\n4143015002,乙校,学校,430100,-5\n"
    )
    assert response.status_code == 422
    text = response.content.decode()
    assert text.count("学生数") >= 2
    assert not KeptList.objects.exists()
    assert not Unit.objects.filter(code__in=["4143015001", "4143015002"]).exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"\x89PNG\r\n\x1a\n\x00\x00", "甲,乙\n1,2".encode(), b"PK\x03\x04", b"x" * (settings.UPLOAD_LIMIT_BYTES + 1)],
)
def test_a_file_that_cannot_be_used_is_answered_in_words(client: Client, cast: Cast, content: bytes) -> None:
    response = upload(client, cast, content)
    assert response.status_code == 422
    assert "lf-error" in response.content.decode()


def test_no_file_is_answered_in_words(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    assert client.post(reverse("units:import_below", args=[cast.province_unit.pk])).status_code == 422


def test_a_list_that_no_longer_fits_is_not_applied(client: Client, cast: Cast) -> None:
    upload(client, cast, GOOD)
    kept = KeptList.objects.get()
    actions.create_unit(
        by=None, parent=cast.second_city, kind="school", code="4143015001", name="同码学校", students=1, now=NOW
    )  # fmt: skip
    response = client.post(reverse("units:import_apply", args=[kept.pk]), follow=True)
    assert Unit.objects.get(pk=cast.school.pk).students == 3200, "nothing half-written"
    assert response.status_code == 200


def test_a_list_is_its_uploaders_alone(client: Client, cast: Cast) -> None:
    upload(client, cast, GOOD)
    kept = KeptList.objects.get()
    KeptList.objects.update(by_id=cast.clerk.pk)
    assert client.get(reverse("units:import_check", args=[kept.pk])).status_code == 404
    assert client.post(reverse("units:import_apply", args=[kept.pk])).status_code == 404
    KeptList.objects.update(by_id=cast.admin.pk, under=cast.nation)
    assert client.get(reverse("units:import_check", args=[kept.pk])).status_code == 404


def test_the_template_can_be_read_back_and_its_examples_are_no_units(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    response = client.get(reverse("units:template"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    first, second = book.worksheets
    assert [cell.value for cell in first[1]] == [cell.value for cell in second[1]]
    for row in second.iter_rows(min_row=2, max_row=7, values_only=True):
        first.append(row)
    out = io.BytesIO()
    book.save(out)
    read = sheet.read(out.getvalue(), "units.xlsx")
    assert len(read.rows) == 6
    assert read.problems == []
    assert set(read.headings) == set(sheet.HEADINGS)


def test_the_examples_of_the_template_are_importable(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("units:template")).content))
    del book[book.worksheets[0].title]
    rows = list(book.worksheets[0].iter_rows(min_row=1, max_row=7, values_only=True))
    book.worksheets[0].delete_rows(8, 50)
    out = io.BytesIO()
    book.save(out)
    actions.create_unit(by=None, parent=cast.nation, kind="authority", code="MOE", name="教育部", now=NOW)
    response = upload(client, cast, out.getvalue(), "template.xlsx")
    assert response.status_code == 302, response.content.decode()
    assert len(rows) == 7
