"""Answering a notice: versions, two devices, late ones, families; what whoever asked sees of it."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.notices.actions import answering
from lianfang.notices.models import Answer, Delivery
from lianfang.notices.queries import answers as reads
from lianfang.notices.rules.questions import Given
from lianfang.notices.tests.asked import ask, delivery, to_pupil
from lianfang.people.actions import erasing
from tests.cast import Cast
from tests.pupils import pupils


def says(cast: Cast, row: Delivery, given: Given, seen: int = 0, **more: object) -> Answer:
    return answering.answer(by=row.user, delivery=row, given=given, seen=seen, **{"now": cast.now, **more})  # type: ignore[arg-type]


def test_a_changed_answer_is_another_version_and_the_newest_counts(cast: Cast) -> None:
    row = delivery(ask(cast, [cast.clerk]), cast.clerk)
    says(cast, row, Given(("1",)))
    says(cast, row, Given(("2",)), seen=1, now=cast.now + timedelta(minutes=5))
    assert [(one.version, one.choices) for one in row.answers.order_by("version")] == [(1, ["1"]), (2, ["2"])]
    assert reads.by_option(Delivery.objects.filter(pk=row.pk)) == {"2": 1}
    row.refresh_from_db()
    assert (row.read_at, row.answered_at) == (cast.now, cast.now + timedelta(minutes=5))
    assert row.confirmed_at is None


def test_an_answer_confirms_where_that_was_asked_for(cast: Cast) -> None:
    row = delivery(ask(cast, [cast.clerk], more={"to_confirm": True}), cast.clerk)
    says(cast, row, Given(("1",)))
    row.refresh_from_db()
    assert row.confirmed_at == cast.now


def test_two_devices_at_once_lose_nothing(cast: Cast) -> None:
    row = delivery(ask(cast, [cast.clerk]), cast.clerk)
    says(cast, row, Given(("1",)))
    assert says(cast, row, Given(("1",))).version == 1  # the same answer again, from a page that saw none
    with pytest.raises(Refused, match="answered_meanwhile"):
        says(cast, row, Given(("2",)))
    assert row.answers.get().choices == ["1"]


def test_a_withdrawn_notice_takes_no_answer(cast: Cast) -> None:
    gone = {"withdrawn_at": cast.now, "withdrawn_by": cast.city, "withdrawn_why": "发错了"}
    row = delivery(ask(cast, [cast.clerk], more=gone), cast.clerk)
    with pytest.raises(Refused, match="withdrawn"):
        says(cast, row, Given(("1",)))
    assert not row.answers.exists()


def test_words_are_sealed_in_the_table(cast: Cast) -> None:
    row = delivery(ask(cast, [cast.clerk], "text"), cast.clerk)
    kept = says(cast, row, Given(text="发热在家"))
    assert "发热" not in str(Answer.objects.get(pk=kept.pk).text)


def test_answering_on_the_page_and_changing_it(cast: Cast, client: Client) -> None:
    row = delivery(ask(cast, [cast.clerk], more={"to_confirm": True}), cast.clerk)
    client.force_login(cast.clerk)
    page, address = f"/notices/{row.pk}/", f"/notices/{row.pk}/answer/"
    before = client.get(page).content.decode()
    assert f'action="{address}"' in before
    assert "/confirm/" not in before
    assert client.post(address, {"seen": "0"}).status_code == 422
    assert client.post(address, {"choice": "2", "seen": "0"}).headers["Location"] == page
    after = client.get(page).content.decode()
    assert "<strong>骑车</strong>" in after
    assert 'name="seen" value="1"' in after
    client.post(address, {"choice": "3", "seen": "1"})
    assert [one.choices for one in row.answers.order_by("version")] == [["2"], ["3"]]
    assert Event.objects.filter(verb="notice.answered").count() == 2


def test_whoever_answered_elsewhere_meanwhile_sees_both_answers_and_can_decide(cast: Cast, client: Client) -> None:
    row = delivery(ask(cast, [cast.clerk], "text"), cast.clerk)
    says(cast, row, Given(text="来自电脑"))
    client.force_login(cast.clerk)
    page = client.post(f"/notices/{row.pk}/answer/", {"text": "来自手机", "seen": "0"})
    content = page.content.decode()
    assert page.status_code == 422
    assert "来自电脑" in content
    assert "来自手机" in content
    assert 'name="seen" value="1"' in content
    assert client.post(f"/notices/{row.pk}/answer/", {"text": "来自手机", "seen": "1"}).status_code == 302
    assert row.answers.count() == 2


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"number": "一千", "seen": "0"}, 'value="一千"'),
        ({"number": "99", "seen": "x" * 30}, 'value="99"'),
        ({"number": "", "seen": "-1"}, "id_answer_error"),
        ({"number": "3\x00", "seen": "0"}, "id_answer_error"),
    ],
)
def test_a_bad_answer_is_told_at_its_field_and_stays(
    cast: Cast, client: Client, sent: dict[str, str], said: str
) -> None:
    row = delivery(ask(cast, [cast.clerk], "number", most="50", unit="人"), cast.clerk)
    client.force_login(cast.clerk)
    page = client.post(f"/notices/{row.pk}/answer/", sent)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not row.answers.exists()


def test_nobody_answers_for_another_or_where_nothing_was_asked(cast: Cast, client: Client) -> None:
    row = delivery(ask(cast, [cast.clerk]), cast.clerk)
    plain = delivery(ask(cast, [cast.head], more={"question": {}}), cast.head)
    client.force_login(cast.head)
    assert client.post(f"/notices/{row.pk}/answer/", {"choice": "1"}).status_code == 404
    assert client.post(f"/notices/{plain.pk}/answer/", {"choice": "1"}).status_code == 404


def test_the_sender_sees_bars_figures_and_each_answer_with_the_open_ones_first(
    cast: Cast, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    everybody = [cast.clerk, cast.head, cast.leader, cast.principal]
    notice = ask(cast, everybody, "several", more={"until": cast.now + timedelta(hours=1)})
    says(cast, delivery(notice, cast.clerk), Given(("1", "3")))
    says(cast, delivery(notice, cast.head), Given(("3",)), now=cast.now + timedelta(hours=2))
    client.force_login(cast.city)
    address = f"/notices/sent/{notice.pk}/answers/"
    with django_assert_max_num_queries(14):
        page = client.get(address)
    assert [bar["value"] for bar in page.context["bars"]] == [1, 0, 2]
    assert [row.name for row in page.context["rows"]] == [user.name for user in (
        cast.leader, cast.principal, cast.clerk, cast.head)]  # fmt: skip
    assert [row.is_late for row in page.context["rows"]] == [False, False, False, True]
    assert [tab["count"] for tab in page.context["tabs"]] == [4, 2, 2, 1]
    assert [row.name for row in client.get(address + "?only=1").context["rows"]] == [cast.clerk.name]
    assert client.get(address + "?only=9").status_code == 404


def test_numbers_are_summed_by_the_answers_that_count(cast: Cast) -> None:
    notice = ask(cast, [cast.clerk, cast.head], "number")
    says(cast, delivery(notice, cast.clerk), Given(number=Decimal(900)))
    says(cast, delivery(notice, cast.clerk), Given(number=Decimal("1.5")), seen=1)
    says(cast, delivery(notice, cast.head), Given(number=Decimal(2)))
    found = reads.figures(Delivery.objects.filter(notice=notice))
    assert found is not None
    assert (found.count, found.total, found.mean, found.least, found.most) == (
        2, Decimal("3.5"), Decimal("1.75"), Decimal("1.5"), Decimal(2))  # fmt: skip


def test_answers_of_families_say_who_gave_them_to_the_class_teacher_and_to_no_other(cast: Cast, client: Client) -> None:
    children = pupils(cast)
    notice = ask(cast, [], "yes_no", sender=cast.school)
    girl = to_pupil(notice, children["girl"], cast)
    to_pupil(notice, children["brother"], cast)
    says(cast, girl, Given(("yes",)), as_guardian=True)
    girl.refresh_from_db()
    assert girl.as_guardian
    assert not Event.objects.filter(verb="notice.answered").exists()
    client.force_login(cast.teacher)
    client.cookies["django_language"] = "en"
    address = f"/notices/sent/{notice.pk}/answers/"
    (row,) = client.get(address).context["rows"]
    assert (row.name, row.place, row.said, row.by) == ("曾小雨", cast.class_one, "Yes", "Guardian")
    client.force_login(cast.teacher_two)
    assert [row.name for row in client.get(address).context["rows"]] == ["曾小强"]
    client.force_login(cast.students)
    assert client.get(address).status_code == 403


def test_answers_of_a_pupil_go_with_the_pupil_and_the_notice_stays(cast: Cast) -> None:
    children = pupils(cast)
    notice = ask(cast, [cast.clerk], "text", sender=cast.school)
    says(cast, to_pupil(notice, children["girl"], cast), Given(text="发热在家"), as_guardian=True)
    says(cast, delivery(notice, cast.clerk), Given(text="已安排"))
    erasing.people([children["girl"].pk], now=cast.now)
    assert notice.deliveries.get().user == cast.clerk
    assert Answer.objects.count() == 1


def test_the_list_goes_out_for_a_purpose_with_a_mark_and_without_formulas(cast: Cast, client: Client) -> None:
    notice = ask(cast, [cast.clerk, cast.head], "text")
    says(cast, delivery(notice, cast.clerk), Given(text="=1+1"))
    client.force_login(cast.city)
    address = f"/notices/sent/{notice.pk}/answers/list/"
    assert client.post(address, {"purpose": "x"}).status_code == 422
    answer = client.post(address, {"purpose": "安排值班"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert cast.city.name in rows[0][0]
    assert "安排值班" in rows[0][0]
    assert [row[0] for row in rows[3:]] == [cast.head.name, cast.clerk.name]
    assert rows[4][2] == "'=1+1"
    event = Event.objects.get(verb="notice.answers_exported")
    assert (event.detail, event.reason) == ({"lines": 2}, "安排值班")
