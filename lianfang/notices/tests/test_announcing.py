"""Announcements and open letters: two people, editions, and the page everybody reads."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lianfang.core.problems import Refused
from lianfang.notices.actions import announcing
from lianfang.notices.models import Announcement, Edition, OpenCount
from lianfang.notices.rules.openings import is_opening
from tests.cast import Cast

BROWSER = {"User-Agent": "Mozilla/5.0 (Linux; Android 9)"}
LETTER = {
    "title": "致全校师生的一封信",
    "addressed_to": "全校师生：",
    "signed": "湘江技师学院",
    "body": "请勿返校。\n\n- 戴口罩",
}


def written(cast: Cast, **more: Any) -> Edition:
    words = {"kind": "open_letter", "unit": cast.school, "by": cast.clerk, "now": cast.now, **LETTER, **more}
    return announcing.write(**words)


def published(cast: Cast) -> Edition:
    made = written(cast)
    announcing.publish(by=cast.head, edition=made, now=cast.now)
    return made


def corrected(cast: Cast, letter: Announcement) -> Edition:
    words = {**LETTER, "body": "推迟返校。", "changed": "返校日期"}
    return announcing.correct(by=cast.clerk, announcement=letter, now=cast.now, **words)


def refused(call: Any, **words: Any) -> list[str]:
    with pytest.raises(Refused) as found:
        call(**words)
    return [problem.code for problem in found.value.problems]


def opened(letter: Announcement) -> int:
    return OpenCount.objects.filter(announcement=letter).aggregate(n=Sum("count"))["n"] or 0


def test_nobody_publishes_what_they_wrote_and_nobody_twice(cast: Cast) -> None:
    made = written(cast)
    assert refused(announcing.publish, by=cast.clerk, edition=made, now=cast.now) == ["notices.own_edition"]
    announcing.publish(by=cast.head, edition=made, now=cast.now)
    assert refused(announcing.publish, by=cast.leader, edition=made, now=cast.now) == ["notices.edition_decided"]
    turned = {"by": cast.leader, "edition": made, "reason": "x", "now": cast.now}
    assert refused(announcing.turn_back, **turned) == ["notices.edition_decided"]


def test_one_correction_waits_at_a_time_and_none_after_withdrawal(cast: Cast) -> None:
    letter = published(cast).announcement
    second = corrected(cast, letter)
    words = {**LETTER, "changed": "", "by": cast.clerk, "announcement": letter, "now": cast.now}
    assert refused(announcing.correct, **words) == ["notices.edition_waits"]
    announcing.turn_back(by=cast.head, edition=second, reason="日期不对", now=cast.now)
    third = corrected(cast, letter)
    assert third.number == 3
    announcing.withdraw(by=cast.head, announcement=letter, reason="不再适用", now=cast.now)
    assert refused(announcing.correct, **words) == ["notices.announcement_withdrawn"]
    assert refused(announcing.publish, by=cast.head, edition=third, now=cast.now) == ["notices.announcement_withdrawn"]


def test_a_text_too_long_is_refused(cast: Cast) -> None:
    words = {**LETTER, "body": "长" * 100_000, "kind": "open_letter", "unit": cast.school}
    assert refused(announcing.write, by=cast.clerk, now=cast.now, **words) == ["notices.text_long"]


def test_everybody_reads_the_newest_published_edition(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = written(cast, body="<script>x</script>")
    address = f"/open/{made.announcement_id}/"
    assert client.get(address, headers=BROWSER).status_code == 404
    announcing.publish(by=cast.head, edition=made, now=cast.now)
    second = corrected(cast, made.announcement)
    page = client.get(address, headers=BROWSER)
    assert "&lt;script&gt;x" in page.text
    assert "推迟返校" not in page.text
    assert "2020年2月5日" in page.text
    assert not page.cookies
    assert page["Cache-Control"] == "public, max-age=60"
    announcing.publish(by=cast.head, edition=second, now=cast.now)
    with django_assert_num_queries(4):  # the editions; the count between the marks of its savepoint
        page = client.get(address, headers=BROWSER)
    assert "推迟返校" in page.text
    assert "返校日期" in page.text
    assert client.get(address, headers={**BROWSER, "If-None-Match": page["ETag"]}).status_code == 304
    assert address in client.get(f"{address}1/", headers=BROWSER).text
    assert client.get(f"{address}7/", headers=BROWSER).status_code == 404


def test_a_withdrawn_letter_says_why_and_shows_its_text_no_more(client: Client, cast: Cast) -> None:
    made = published(cast)
    announcing.withdraw(by=cast.head, announcement=made.announcement, reason="日期有误", now=cast.now)
    for address in (f"/open/{made.announcement_id}/", f"/open/{made.announcement_id}/1/"):
        page = client.get(address, headers=BROWSER).text
        assert "日期有误" in page
        assert "请勿返校" not in page
        assert LETTER["title"] not in page


def test_openings_are_counted_and_a_count_that_fails_costs_no_page(client: Client, cast: Cast) -> None:
    letter = published(cast).announcement
    for _time in range(5):
        client.get(f"/open/{letter.pk}/", headers=BROWSER)
    client.head(f"/open/{letter.pk}/", headers=BROWSER)
    assert opened(letter) == 5
    with transaction.atomic(), connection.cursor() as cursor:  # writable again at its end
        cursor.execute("SET TRANSACTION READ ONLY")
        assert client.get(f"/open/{letter.pk}/", headers=BROWSER).status_code == 200
    assert opened(letter) == 5


@pytest.mark.parametrize(
    ("method", "headers", "counts"),
    [
        ("GET", BROWSER, True),
        ("HEAD", BROWSER, False),
        ("GET", {}, False),
        ("GET", {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}, False),
        ("GET", {**BROWSER, "Sec-Purpose": "prefetch;prerender"}, False),
    ],
)
def test_only_somebody_opening_it_counts(method: str, headers: dict[str, str], counts: bool) -> None:
    assert is_opening(method, headers) is counts
