"""Files of notices: kept when chosen, sent with the notice, opened by those who got it, swept out when never sent."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict
from pytest_django import DjangoAssertNumQueries

from lianfang.core.problems import Refused
from lianfang.notices.actions import attaching
from lianfang.notices.forms.files import FilesForm
from lianfang.notices.models import Attachment, Delivery, Notice
from lianfang.notices.rules import files as rules
from lianfang.notices.tests.asked import ask
from lianfang.notices.views.collecting import collect
from lianfang.people.models import User
from tests.cast import Cast

PDF, TEXT = b"%PDF-1.7\n...", "请知悉".encode()


def kept(by: User, cast: Cast, name: str = "通知.pdf", content: bytes = PDF) -> Attachment:
    return attaching.keep(by=by, name=name, content=content, now=cast.now)


def chosen(by: User, cast: Cast, sent: str, *files: tuple[str, bytes]) -> FilesForm:
    found: MultiValueDict[str, Any] = MultiValueDict(
        {"files": [SimpleUploadedFile(name, content) for name, content in files]}
    )
    form = FilesForm(QueryDict(sent), found)
    collect(form, by=by, now=cast.now)
    return form


def test_good_files_are_kept_while_the_bad_ones_are_named(cast: Cast) -> None:
    form = chosen(cast.city, cast, "", ("a.pdf", PDF), ("b.exe", b"MZ\x90\x00"), ("c.txt", TEXT), ("d.pdf", b""))
    assert [row.name for row in form.kept] == ["a.pdf", "c.txt"]
    wrong = " ".join(map(str, form.errors["files"]))
    assert "b.exe" in wrong
    assert "d.pdf" in wrong
    again = chosen(cast.city, cast, "&".join(f"{name}={value}" for name, value in form.typed()))
    assert [row.name for row in again.kept] == ["a.pdf", "c.txt"]
    assert not again.errors


def test_a_kept_file_can_be_left_out_and_one_of_somebody_else_is_not_there(cast: Cast) -> None:
    mine, other = kept(cast.city, cast), kept(cast.province, cast)
    assert chosen(cast.city, cast, f"kept={mine.pk}&drop={mine.pk}&kept=nonsense").kept == []
    form = chosen(cast.city, cast, f"kept={mine.pk}&kept={other.pk}")
    assert form.kept == [mine]
    assert form.errors["files"]


def test_a_file_is_judged_by_its_size_before_it_is_read(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "LARGEST", 10)
    form = chosen(cast.city, cast, "", ("a.pdf", PDF))
    assert not Attachment.objects.exists()
    assert form.errors["files"]


def test_six_files_are_one_too_many_and_none_of_them_is_kept(cast: Cast) -> None:
    form = chosen(cast.city, cast, "", *((f"{at}.pdf", PDF) for at in range(6)))
    assert form.errors["files"]
    assert not Attachment.objects.exists()


def test_what_is_kept_is_sealed(cast: Cast) -> None:
    row = kept(cast.city, cast)
    raw = Attachment.objects.raw("SELECT id, content AS raw FROM notices_attachment")[0]
    assert PDF not in bytes(raw.raw)  # type: ignore[attr-defined]
    assert Attachment.objects.get(pk=row.pk).content == PDF


def test_files_go_with_their_notice_once_and_with_another_as_a_copy(cast: Cast) -> None:
    row, other = kept(cast.city, cast), kept(cast.province, cast)
    notice, second = ask(cast, [cast.clerk]), ask(cast, [cast.clerk])
    for target in (notice, notice, second, second):
        attaching.attach(by=cast.city, files=[row.pk], notice=target)
    assert notice.attachments.get() == row
    copy = second.attachments.get()
    assert (copy.pk != row.pk, copy.name, copy.content) == (True, row.name, PDF)
    for gone in (other.pk, uuid4()):
        with pytest.raises(Refused, match="files_gone"):
            attaching.attach(by=cast.city, files=[gone], notice=second)
    with pytest.raises(Refused, match="files_many"):
        attaching.attach(by=cast.city, files=[uuid4() for _ in range(6)], notice=second)


def test_what_was_never_sent_goes_after_a_day(cast: Cast) -> None:
    sent, old = kept(cast.city, cast), kept(cast.city, cast)
    attaching.attach(by=cast.city, files=[sent.pk], notice=ask(cast, [cast.clerk]))
    fresh = attaching.keep(by=cast.city, name="a.pdf", content=PDF, now=cast.now + timedelta(hours=2))
    assert attaching.sweep(now=cast.now + timedelta(hours=25)) == 1
    assert set(Attachment.objects.values_list("pk", flat=True)) == {sent.pk, fresh.pk}
    assert not Attachment.objects.filter(pk=old.pk).exists()


def test_somebody_who_fills_the_disk_is_stopped(cast: Cast) -> None:
    for _ in range(60):
        kept(cast.city, cast, "a.txt", TEXT)
    with pytest.raises(Refused, match="files_often"):
        kept(cast.city, cast)


def test_recipients_and_the_unit_that_sent_it_open_a_file_and_nobody_else_does(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = kept(cast.city, cast)
    address = f"/notices/files/{row.pk}/"
    client.force_login(cast.clerk)
    assert client.get(address).status_code == 404
    notice = ask(cast, [cast.clerk])
    attaching.attach(by=cast.city, files=[row.pk], notice=notice)
    with django_assert_max_num_queries(5):  # three of them: the session, the person, their postings
        answer = client.get(address)
    assert answer.content == PDF
    assert int(answer.headers["Content-Length"]) == len(PDF)
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert f'href="{address}"' in client.get(f"/notices/{Delivery.objects.get().pk}/").content.decode()
    for user, status in ((cast.city, 200), (cast.head, 404), (cast.city_second, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status
    notice.withdrawn_at, notice.withdrawn_by = cast.now, cast.city
    notice.save()
    for user, status in ((cast.city, 200), (cast.clerk, 404)):
        client.force_login(user)
        assert client.get(address).status_code == status


def test_a_notice_with_question_and_files_is_written_checked_and_sent_once(cast: Cast, client: Client) -> None:
    client.force_login(cast.city)
    data: dict[str, Any] = {
        "how": "duties", "units": "湘江技师学院", "roles": ["clerk"], "title": "返校", "body": "请说明。",
        "q_kind": "one", "q_text": "怎么来？", "q_options": "步行",
    }  # fmt: skip
    files = [SimpleUploadedFile("通知.pdf", PDF), SimpleUploadedFile("large.pdf", PDF + b"0" * rules.LARGEST)]
    page = client.post("/notices/check/", {**data, "files": files})
    assert page.status_code == 422
    form, content = page.context["extras"], page.content.decode()
    assert form.question.errors["q_options"]
    assert "large.pdf" in content
    carried = {"kept": str(form.files.kept[0].pk)}
    assert f'name="kept" value="{carried["kept"]}"' in content
    data |= {**carried, "q_options": "步行\n骑车"}
    page = client.post("/notices/check/", data)
    assert page.status_code == 200
    assert "骑车" in page.content.decode()
    hidden: dict[str, Any] = {"roles": ["clerk"]} | dict(page.context["hidden"])
    for _ in range(2):
        sent = client.post("/notices/send/", {**hidden, "key": page.context["key"]})
        assert sent.status_code == 302
    notice = Notice.objects.get()
    assert notice.attachments.get().name == "通知.pdf"
    assert [option["label"] for option in notice.question["options"]] == ["步行", "骑车"]
    assert "通知.pdf" in client.get(sent.headers["Location"]).content.decode()


def test_what_browsers_need_not_show_is_kept_in_a_sandbox_and_saved(cast: Cast, client: Client) -> None:
    row = kept(cast.city, cast, "名单 一.txt", b"<script>alert(1)</script>")
    client.force_login(cast.city)
    answer = client.get(f"/notices/files/{row.pk}/")
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
