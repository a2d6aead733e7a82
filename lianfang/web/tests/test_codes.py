"""The staff's side of self-service: codes and sheets of one's own classes, devices, requests."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.core import clock as moments
from lianfang.core import events
from lianfang.core.models import Event
from lianfang.notices.models import Delivery
from lianfang.people.actions import claiming, codes, subjects
from lianfang.people.models import Claim, ClassCode, PersonalLink, SubjectRequest
from lianfang.people.rules import claims as rules
from lianfang.ui import qr
from lianfang.web.codes import actions as telling
from tests.browser import Clock
from tests.cast import Cast
from tests.families import Families, assess, families


@pytest.fixture
def home(cast: Cast, clock: Clock) -> Families:
    assess(cast)
    return families(cast)


@pytest.fixture
def teacher(cast: Cast, home: Families, client: Client) -> Client:
    client.force_login(cast.teacher)
    return client


def connected(cast: Cast) -> Claim:
    now = moments.now()
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=now)
    told = rules.Told("周小雨", True, phone_end="8001")
    return claiming.claim(entry=code, told=told, device=None, agent="", address="10.1.1.1", now=now)[0]


def test_a_teacher_opens_shows_prints_and_closes_the_code_of_the_class(cast: Cast, teacher: Client) -> None:
    one = [cast.class_one.pk]
    assert teacher.get(reverse("codes:picture", args=one)).status_code == 404
    assert teacher.post(reverse("codes:open", args=one)).status_code == 302
    code = ClassCode.objects.get().code
    assert code is not None
    word = code.open()
    spoken = f"{word[:4]}-{word[4:]}"
    for name in ("class", "sheet"):
        assert spoken in teacher.get(reverse(f"codes:{name}", args=one)).content.decode()
    picture = teacher.get(reverse("codes:picture", args=one))
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "no-store" in picture.headers["Cache-Control"]
    assert picture.content == qr.svg("http://testserver" + reverse("my:scan", args=[word]))
    assert teacher.post(reverse("codes:close", args=one)).status_code == 302
    assert spoken not in teacher.get(reverse("codes:class", args=one)).content.decode()


OLDER = "旧的班级码"


def test_only_a_code_that_replaces_another_tells_of_older_sheets(cast: Cast, teacher: Client) -> None:
    def said() -> str:
        page = teacher.post(reverse("codes:open", args=[cast.class_one.pk]), follow=True)
        return " ".join(str(message) for message in page.context["messages"])

    assert OLDER not in said()
    assert OLDER in said()
    teacher.post(reverse("codes:close", args=[cast.class_one.pk]))
    assert OLDER not in said()


def test_a_code_is_not_opened_before_self_service_was_assessed(cast: Cast, clock: Clock, client: Client) -> None:
    families(cast)
    client.force_login(cast.teacher)
    page = client.get(reverse("codes:class", args=[cast.class_one.pk])).content.decode()
    assert reverse("codes:open", args=[cast.class_one.pk]) not in page
    client.post(reverse("codes:open", args=[cast.class_one.pk]))
    assert not ClassCode.objects.exists()


def test_another_class_its_pupils_and_requests_are_not_there(cast: Cast, home: Families, client: Client) -> None:
    claim = connected(cast)
    asked = subjects.ask(claim=claim, kind="delete", text="全部", now=moments.now())
    client.force_login(cast.teacher_two)
    one, child = [cast.class_one.pk], [home.rain.pk]
    for name in ("class", "picture", "sheet", "links"):
        assert client.get(reverse(f"codes:{name}", args=one)).status_code == 404, name
    for name in ("open", "close", "links"):
        assert client.post(reverse(f"codes:{name}", args=one)).status_code == 404, name
    assert client.get(reverse("codes:person", args=child)).status_code == 404
    assert client.post(reverse("codes:revoke", args=child)).status_code == 404
    assert client.get(reverse("codes:answer", args=[asked.pk])).status_code == 404
    assert client.post(reverse("codes:take_over", args=[asked.pk])).status_code == 404
    assert Claim.objects.filter(revoked_at__isnull=True).count() == 1
    # the two teachers' lists
    assert [unit.name for unit in client.get(reverse("codes:list")).context["page"]] == ["数控1902班"]


def test_a_pupil_of_another_class_is_not_among_those_who_get_a_sheet(
    cast: Cast, home: Families, teacher: Client
) -> None:
    answer = teacher.post(reverse("codes:links", args=[cast.class_one.pk]), {"people": [str(home.min.pk)]})
    assert answer.status_code == 422
    assert not PersonalLink.objects.exists()


def test_sheets_are_made_for_those_without_a_device_and_shown_once(cast: Cast, home: Families, teacher: Client) -> None:
    connected(cast)
    address = reverse("codes:links", args=[cast.class_one.pk])
    form = teacher.get(address).context["form"]
    assert set(form.initial["people"]) == {str(home.sky.pk), str(home.hao.pk)}
    page = teacher.post(address, {"people": form.initial["people"]})
    assert page.status_code == 200
    assert page.content.decode().count("data:image/svg+xml;base64,") == 2
    assert "no-store" in page.headers["Cache-Control"]
    assert PersonalLink.objects.count() == 2
    event = Event.objects.get(verb="link.made")
    assert set(event.detail["people"]) == {str(home.sky.pk), str(home.hao.pk)}
    listed = teacher.get(reverse("codes:class", args=[cast.class_one.pk])).content.decode()
    assert "/my/l/" not in listed


def test_the_teacher_is_told_whose_way_in_is_closed(cast: Cast, teacher: Client) -> None:
    code = codes.open_code(by=cast.teacher, unit=cast.class_one, now=moments.now())
    told = rules.Told("陈浩", True, phone_end="0000")
    for at in range(6):
        with pytest.raises(Exception, match="claim_not_matched"):
            claiming.claim(entry=code, told=told, device=None, agent="", address=str(at), now=moments.now())
    page = teacher.get(reverse("codes:class", args=[cast.class_one.pk]))
    assert [person.name for person in page.context["closed"]] == ["陈浩"]


def test_a_device_is_seen_and_all_are_signed_out(cast: Cast, home: Families, teacher: Client) -> None:
    connected(cast)
    child = [home.rain.pk]
    assert len(teacher.get(reverse("codes:person", args=child)).context["rows"]) == 1
    teacher.post(reverse("codes:revoke", args=child))
    assert teacher.get(reverse("codes:person", args=child)).context["rows"] == []
    event = Event.objects.get(verb="claim.revoked")
    assert (event.by_name, event.subject_id, event.detail) == ("林芳", str(home.rain.pk), {"claims": 1})


def test_requests_wait_oldest_first_and_go_to_the_answered_ones(cast: Cast, home: Families, teacher: Client) -> None:
    claim, now = connected(cast), moments.now()
    late = subjects.ask(claim=claim, kind="delete", text="全部", now=now)
    early = subjects.ask(claim=claim, kind="explain", text="为什么？", now=now - timedelta(days=1))
    page = teacher.get(reverse("codes:requests"))
    assert list(page.context["page"]) == [early, late]
    teacher.post(reverse("codes:answer", args=[early.pk]), {"granted": "yes", "answer": "用于通知。"})
    assert list(teacher.get(reverse("codes:requests")).context["page"]) == [late]
    assert list(teacher.get(reverse("codes:requests") + "?state=answered").context["page"]) == [early]
    again = teacher.post(reverse("codes:answer", args=[early.pk]), {"granted": "no", "answer": "不再同意了。"})
    assert again.status_code == 422
    assert SubjectRequest.objects.get(pk=early.pk).granted is True


def test_home_counts_what_families_wait_for(cast: Cast, home: Families, teacher: Client, clock: Clock) -> None:
    row = f'href="{reverse("codes:requests")}"'
    assert row not in teacher.get(reverse("web:home")).content.decode()
    claim, now = connected(cast), moments.now()
    first = subjects.ask(claim=claim, kind="explain", text="为什么？", now=now - timedelta(days=2))
    second = subjects.ask(claim=claim, kind="delete", text="全部", now=now)
    page = teacher.get(reverse("web:home"))
    due = {one.url: one.due_at for one in page.context["open_rows"]}
    assert due[reverse("codes:requests")] == first.at + timedelta(days=30)
    assert row in page.content.decode()
    other = Client()
    other.force_login(cast.teacher_two)
    assert row not in other.get(reverse("web:home")).content.decode()
    for each in (first, second):
        subjects.answer(by=cast.teacher, request=each, granted=True, answer="", now=now)
    assert row not in teacher.get(reverse("web:home")).content.decode()


@pytest.mark.parametrize(
    ("about", "wanted", "now_on_file"),
    [
        ("guardian_phone", "13800001234", "李梅 · 199****8001"),
        ("phone", "13800001234", "199****7000"),
        ("address", "长沙市天心区2号", "湖南省长沙市岳麓区•••"),
        ("name", "周晓雨", "周小雨"),
        ("document", "430104200803099999", "**************1236"),
    ],
)
def test_a_correction_is_read_beside_what_is_on_file_masked(
    about: str, wanted: str, now_on_file: str, cast: Cast, home: Families, teacher: Client
) -> None:
    row = subjects.ask(claim=connected(cast), kind="correct", about=about, text=wanted, now=moments.now())
    address = reverse("codes:answer", args=[row.pk])
    page = teacher.get(address)
    assert page.context["on_file"] == now_on_file
    assert wanted in page.content.decode()
    assert now_on_file in page.content.decode()
    teacher.post(address, {"granted": "no", "answer": "与证件不符，请带证件来校。"})
    assert teacher.get(address).context["on_file"] is None, "by now it may be another value"


def test_where_nobody_knows_which_guardian_asks_no_number_is_shown_as_theirs(
    cast: Cast, home: Families, teacher: Client
) -> None:
    claim = connected(cast)
    Claim.objects.update(guardian=None, how="guardian_document")
    claim.refresh_from_db()
    row = subjects.ask(claim=claim, kind="correct", about="guardian_phone", text="13800001234", now=moments.now())
    assert teacher.get(reverse("codes:answer", args=[row.pk])).context["on_file"] is None
    SubjectRequest.objects.update(claim=None)
    assert teacher.get(reverse("codes:answer", args=[row.pk])).context["on_file"] is None


def test_what_cannot_be_taken_over_says_so_and_stays(cast: Cast, home: Families, teacher: Client) -> None:
    row = subjects.ask(claim=connected(cast), kind="correct", about="guardian_phone", text="没有", now=moments.now())
    answer = teacher.post(reverse("codes:take_over", args=[row.pk]))
    assert answer.status_code == 422
    assert "data-summary" in answer.content.decode()
    assert SubjectRequest.objects.get().answered_at is None


def test_a_pupil_who_has_left_is_answered_by_the_registrar_only(cast: Cast, home: Families, client: Client) -> None:
    subjects.ask(claim=connected(cast), kind="delete", text="全部", now=moments.now())
    home.rain.enrolments.update(to_on=cast.day - timedelta(days=1), ending="left")
    counts = {}
    for name in ("teacher", "counsellor", "registrar"):
        client.force_login(cast.people[name])
        counts[name] = len(client.get(reverse("codes:requests")).context["page"])
    assert counts == {"teacher": 0, "counsellor": 0, "registrar": 1}


@pytest.mark.parametrize("page", ["list", "class", "requests"])
def test_more_pupils_cost_no_more_queries(page: str, cast: Cast, home: Families, teacher: Client) -> None:
    claim = connected(cast)
    args: list[Any] = [cast.class_one.pk] if page == "class" else []

    def asked() -> int:
        teacher.get(reverse(f"codes:{page}", args=args))
        with CaptureQueriesContext(connection) as queries:
            assert teacher.get(reverse(f"codes:{page}", args=args)).status_code == 200
        return len(queries)

    subjects.ask(claim=claim, kind="explain", text="一", now=moments.now())
    before = asked()
    for name, end in (("陈浩", "9003"), ("周小天", "8001")):
        code = ClassCode.objects.get(revoked_at__isnull=True)
        told = rules.Told(name, True, phone_end=end)
        made, _ = claiming.claim(entry=code, told=told, device=None, agent="", address=name, now=moments.now())
        subjects.ask(claim=made, kind="explain", text="二", now=moments.now())
    assert asked() == before


def test_no_number_stands_on_the_pages_of_the_staff(cast: Cast, home: Families, teacher: Client) -> None:
    connected(cast)
    for address in (
        reverse("codes:list"), reverse("codes:class", args=[cast.class_one.pk]),
        reverse("codes:person", args=[home.rain.pk]),
    ):  # fmt: skip
        page = teacher.get(address)
        assert not re.search(r"\b\d{17}[\dX]\b|\b1\d{10}\b", page.content.decode())
        title = re.search(r"<title>(.*?)</title>", page.content.decode())
        assert title
        assert "周小雨" not in title[1]


def told(kind: str) -> set[str]:
    return set(Delivery.objects.filter(notice__kind=kind).values_list("user__username", flat=True))


def test_who_can_answer_is_told_once_that_a_family_asks(cast: Cast, home: Families) -> None:
    subjects.ask(claim=connected(cast), kind="delete", text="全部", now=moments.now())
    event = Event.objects.get(verb="subject.asked")
    for _ in range(2):
        telling.asked(event)
    assert told("subject.asked") == {"teacher", "counsellor"}
    assert Delivery.objects.count() == 2
    notice = Delivery.objects.earliest("pk").notice
    assert notice.params == {"unit": "机电1901班"}, "no name in a notice"
    assert "claim.closed" in events._handlers
    assert "subject.asked" in events._handlers


def test_of_a_pupil_who_has_left_the_registrar_is_told(cast: Cast, home: Families) -> None:
    claim = connected(cast)
    home.rain.enrolments.update(to_on=cast.day - timedelta(days=1), ending="left")
    subjects.ask(claim=claim, kind="delete", text="全部", now=moments.now())
    telling.asked(Event.objects.get(verb="subject.asked"))
    assert told("subject.asked") == {"registrar"}


def test_the_class_teacher_is_told_when_a_way_in_closes(cast: Cast, home: Families) -> None:
    event = events.record("claim.closed", by=None, unit=cast.class_one, subject=home.hao, now=moments.now())
    telling.closed(event)
    assert told("claim.closed") == {"teacher"}
