"""Announcements and open letters: the pages of those who write and publish them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.notices.models import Announcement, Edition, OpenCount
from lianfang.notices.queries import announcing as queries
from lianfang.notices.tests.test_announcing import LETTER, corrected, published, written
from tests.cast import Cast

TYPED = {**LETTER, "kind": "open_letter"}


def at(name: str, letter: Announcement | None = None) -> str:
    return reverse(f"notices:{name}", args=[letter.pk] if letter else [])


def enters(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.people[who])
    return client


def test_one_writes_another_publishes_and_everybody_reads(cast: Cast) -> None:
    clerk, head = enters(cast, "clerk"), enters(cast, "head")
    sent = clerk.post(at("letter_write"), TYPED)
    letter = Announcement.objects.get()
    assert sent["Location"] == at("letter", letter)
    assert Client().get(reverse("open:letter", args=[letter.pk])).status_code == 404
    own = clerk.get(at("letter", letter)).content.decode()
    assert "letter_decide" not in own
    assert at("letter_decide", letter) not in own
    assert at("letter_decide", letter) in head.get(at("letter", letter)).content.decode()
    head.post(at("letter_decide", letter), {"what": "publish", "number": "1"})
    assert "请勿返校。" in Client().get(reverse("open:letter", args=[letter.pk])).content.decode()
    assert LETTER["title"] in Client().get(reverse("open:of_unit", args=[cast.school.pk])).content.decode()


def test_a_correction_is_published_as_it_was_seen_and_not_the_one_after_it(cast: Cast) -> None:
    letter = published(cast).announcement
    head = enters(cast, "head")
    corrected(cast, letter)
    assert head.post(at("letter_decide", letter), {"what": "publish", "number": "1"}).status_code == 302
    assert not Edition.objects.get(number=2).published_at
    assert head.post(at("letter_decide", letter), {"what": "publish", "number": "9"}).status_code == 404
    assert head.post(at("letter_decide", letter), {"what": "publish", "number": "二"}).status_code == 404
    head.post(at("letter_decide", letter), {"what": "publish", "number": "2"})
    assert "推迟返校。" in Client().get(reverse("open:letter", args=[letter.pk])).content.decode()


def test_turning_back_wants_a_reason_and_says_it_to_the_writer(cast: Cast) -> None:
    letter = written(cast).announcement
    head = enters(cast, "head")
    assert head.post(at("letter_decide", letter), {"what": "back", "number": "1"}).status_code == 422
    head.post(at("letter_decide", letter), {"what": "back", "number": "1", "reason": "日期有误"})
    assert "日期有误" in enters(cast, "clerk").get(at("letter", letter)).content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"body": "a\x00b"}, "body"),
        ({"body": "长" * 20_001}, "body"),
        ({"kind": "rumour"}, "kind"),
        ({"body": "请与张老师联系：13812345678"}, "sure"),
        ({"body": "名单如下"}, "sure"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    change: dict[str, Any], field: str, cast: Cast
) -> None:
    answer = enters(cast, "clerk").post(at("letter_write"), {**TYPED, **change})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert LETTER["addressed_to"] in answer.content.decode()
    assert not Announcement.objects.exists()


def test_a_number_goes_out_when_the_writer_says_that_it_may(cast: Cast) -> None:
    typed = {**TYPED, "body": "值班手机：13812345678", "sure": "on"}
    assert enters(cast, "clerk").post(at("letter_write"), typed).status_code == 302


def test_a_second_correction_waits_for_the_first(cast: Cast) -> None:
    letter = published(cast).announcement
    corrected(cast, letter)
    typed = {**LETTER, "changed": "再改"}
    answer = enters(cast, "clerk").post(at("letter_correct", letter), typed)
    assert answer.status_code == 422
    assert letter.editions.count() == 2


def test_withdrawn_it_says_so_and_cannot_be_corrected(cast: Cast) -> None:
    letter = published(cast).announcement
    head = enters(cast, "head")
    assert head.post(at("letter_withdraw", letter), {}).status_code == 422
    head.post(at("letter_withdraw", letter), {"reason": "日期有误"})
    assert "日期有误" in Client().get(reverse("open:letter", args=[letter.pk])).content.decode()
    assert enters(cast, "clerk").post(at("letter_correct", letter), {**LETTER, "changed": "x"}).status_code == 422
    assert Client().get(reverse("open:of_unit", args=[cast.school.pk])).status_code == 404


def test_openings_of_readers_are_counted_on_the_staff_page(cast: Cast) -> None:
    letter = published(cast).announcement
    OpenCount.objects.create(announcement=letter, on=cast.day, part=3, count=41)
    OpenCount.objects.create(announcement=letter, on=cast.day, part=4, count=1)
    page = enters(cast, "clerk").get(at("letter", letter))
    assert page.context["opened"] == 42
    shown = page.context["letter"]
    assert queries.opened(shown, cast.day) == [(cast.day, 42)], "no zeros of days on which nobody could read it"
    assert len(queries.opened(shown, cast.day + timedelta(days=40))) == queries.DAYS
    assert enters(cast, "clerk").get(at("letter", written(cast).announcement)).context["days"] == []


def test_a_letter_of_another_school_is_not_there(cast: Cast) -> None:
    letter = written(cast).announcement
    other = enters(cast, "clerk_second")
    for name in ("letter", "letter_correct", "letter_withdraw", "letter_picture"):
        assert other.get(at(name, letter)).status_code == 404, name
    assert letter.editions.get().title not in other.get(at("letters")).content.decode()
