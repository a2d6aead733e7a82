"""The bar of every role fits: on one line at a desk, under the thumb on a telephone; what is left over waits behind one
word that opens by keyboard and without a script."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from lianfang.people.models import User
from lianfang.web import navigation
from tests.browser import DESK, PHONE, Visitor, cookies_of
from tests.cast import Cast

Stage = Callable[..., Visitor]

# What of the bar stands outside the window, on a second line, or cannot be read to its end.
FAULTS = """() => {
    const shown = [...document.querySelectorAll(".lf-nav-in > ul > li")].filter(e => e.getBoundingClientRect().width);
    const top = shown[0].getBoundingClientRect().top, found = [], wide = document.documentElement.clientWidth;
    for (const e of shown) {
        const box = e.getBoundingClientRect(), words = e.innerText.trim();
        if (box.left < 0 || box.right > wide) found.push(`${words} ends at ${Math.round(box.right)} of ${wide}`);
        if (box.top > top + 1) found.push(`${words} stands on a second line`);
        const link = e.querySelector(".lf-nav-link");
        if (link.scrollWidth > link.clientWidth) found.push(`${words} is cut`);
    }
    if (document.documentElement.scrollWidth > wide) found.push("the page is wider than the window");
    return found;
}"""
# Every entry of the bar, whether it stands there or behind the word.
ENTRIES = """() => [...document.querySelectorAll(".lf-nav a")]
    .filter(e => e.checkVisibility()).map(e => e.getAttribute("href"))"""


def bars(visitor: Visitor, people: dict[str, User]) -> Iterator[str]:
    """What is wrong with the bars of all these people, one browser for all."""
    page = reverse("account:details")
    for name, user in people.items():
        visitor.context.add_cookies(cookies_of(user, visitor.language, visitor.base))
        visitor.opens(page)
        for size in (DESK, PHONE):
            visitor.page.set_viewport_size(size)
            yield from (f"{name} at {size['width']} px: {fault}" for fault in visitor.page.evaluate(FAULTS))


@pytest.fixture
def a_busy_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number of three figures stands beside whatever counts."""
    for name in ("due_count", "open_count", "temperatures", "waiting_count"):
        monkeypatch.setattr(navigation, name, lambda *told: 128)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_bar_of_any_role_overflows(language: str, stage: Stage, cast: Cast, a_busy_day: None) -> None:
    faults = list(bars(stage(None, language=language), cast.people))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_what_is_left_over_opens_by_keyboard_without_a_script(size: dict[str, int], stage: Stage, cast: Cast) -> None:
    doctor = stage(cast.doctor, phone=size == PHONE, javascript=False).goes("account:details")
    before = doctor.page.evaluate(ENTRIES)
    more = doctor.page.locator(".lf-nav-more summary")
    more.focus()
    doctor.page.keyboard.press("Enter")
    last = doctor.page.locator(".lf-nav-more li a").last
    expect(last).to_be_in_viewport(ratio=1)
    after = doctor.page.evaluate(ENTRIES)
    assert set(before) < set(after)
    assert len(after) == len(set(after)), "nothing stands there twice"
    assert reverse("roster:home") in after
    doctor.page.keyboard.press("Tab")
    doctor.page.keyboard.press("Enter")
    doctor.page.wait_for_url(f"**{next(url for url in after if url not in before)}")
