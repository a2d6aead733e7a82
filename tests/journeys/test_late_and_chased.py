"""Three o'clock has passed and a school has not reported: it is called by one tap, and its late report still counts."""

from collections.abc import Callable

from lianfang.obligations.models import Chase
from lianfang.returns.models import Return
from tests.browser import FORM, Clock, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]


def test_a_school_is_chased_and_reports_late(stage: Stage, cast: Cast, clock: Clock, work: Callable[[], None]) -> None:
    clock.set("2020-02-05 14:59:30")
    board = stage(cast.city_second).goes("returns:board", FORM, cast.day, cast.second_city.pk)
    assert late_of(board) == "0"
    clock.set("2020-02-05 15:00:01")
    board.goes("returns:board", FORM, cast.day, cast.second_city.pk).sees(cast.second.name)
    assert late_of(board) == "1"

    board.page.locator("form[action$='/chase/'] button").click()
    board.stands_at("returns:board", FORM, cast.day, cast.second_city.pk).sees("今天 15:00")
    assert Chase.objects.get().unit_id == cast.second.pk
    work()

    clerk = stage(cast.clerk_second, phone=True).goes("web:home").sees(cast.city_second.name)
    clerk.page.locator(".lf-aside a[href^='/notices/']").first.click()
    clerk.sees(cast.second_city.name)
    clerk.takes_up("returns:fill", FORM, cast.day, cast.second.pk).follows("Zero report")
    clerk.reads("The cut-off has passed").presses("Submit the zero report")
    clerk.stands_at("returns:done", FORM, cast.day, cast.second.pk)
    head = stage(cast.head_second, phone=True).takes_up("returns:sign", FORM, cast.day, cast.second.pk)
    head.presses("Sign version %(number)s", number=1).stands_at("returns:detail", FORM, cast.day, cast.second.pk)

    filed = Return.objects.get(unit=cast.second)
    assert (filed.state, filed.first_signed_at and filed.first_signed_at > clock.set("2020-02-05 15:00")) == (
        "signed",
        True,
    )
    clock.set("2020-02-05 15:20")
    board.goes("returns:board", FORM, cast.day, cast.second_city.pk).sees("1 / 1")
    assert late_of(board) == "1"  # in the totals, and still marked
    board.goes("returns:schools", FORM, cast.day, cast.second_city.pk, query="?only=late").sees(cast.second.name)


def late_of(board: Visitor) -> str:
    """The number behind "late" in the first line of the board."""
    count = board.page.locator("#live a[href$='?only=late']").first
    return "".join(filter(str.isdigit, count.inner_text()))


def test_the_clock_bar_runs_out_on_an_open_page(stage: Stage, cast: Cast, clock: Clock) -> None:
    clock.set("2020-02-05 14:35")
    clerk = stage(cast.clerk, phone=True)
    clerk.page.clock.install()
    clerk.goes("returns:fill", FORM, cast.day, cast.school.pk)
    left = clerk.page.locator("[data-clock-left]").first
    assert "25" in left.inner_text() or "24" in left.inner_text()
    clerk.page.clock.fast_forward("20:00")
    assert any(minutes in left.inner_text() for minutes in ("4", "5"))
    clerk.page.clock.fast_forward("10:00")
    assert clerk.page.locator(".lf-clock.is-past").count() == 1


def test_after_the_day_is_closed_only_a_superior_opens_it(stage: Stage, cast: Cast, clock: Clock) -> None:
    one = [FORM, cast.day, cast.second.pk]
    clock.set("2020-02-10 09:00")
    clerk = stage(cast.clerk_second).goes("returns:fill", *one).reads("This day takes no entries")
    assert clerk.page.get_by_role("button", name=clerk.say("Check and submit")).count() == 0
    city = stage(cast.city_second).goes("returns:detail", *one).follows("Reopen this day")
    city.presses("Reopen for 24 hours").reads("Please check the following")
    city.writes("reason", "停电，当日未能上报").presses("Reopen for 24 hours").stands_at("returns:detail", *one)
    clerk.goes("returns:zero", *one).presses("Submit the zero report").stands_at("returns:done", *one)
    assert Return.objects.get(unit=cast.second, on=cast.day).state == "submitted"
