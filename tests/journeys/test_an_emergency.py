"""A class teacher with a telephone in the hand: an emergency is reported in four taps, and a lost network says so."""

from collections.abc import Callable

from playwright.sync_api import expect

from lianfang.cases.models import Emergency
from tests.browser import Clock, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]
TAPS = 4  # the red button, the kind, one symptom, report now


def test_a_teacher_reports_in_four_taps_and_is_told_when_it_did_not_go(stage: Stage, cast: Cast, clock: Clock) -> None:
    teacher = stage(cast.teacher, language="en", phone=True).goes("web:home")
    page, taps = teacher.page, 0
    for target in (".lf-urgent", "#id_kind_0", "#id_symptoms_0"):
        page.locator(target).click()
        taps += 1
    earlier = page.locator("#id_discovered_at")
    expect(earlier).to_be_hidden()
    now = page.locator("[data-alarm] button[type='submit']")
    expect(now).to_be_in_viewport()

    teacher.context.set_offline(True)
    now.click()
    expect(page.locator("[data-not-sent]")).to_be_visible()
    expect(page.locator("a[href='tel:120']").first).to_be_visible()
    assert not Emergency.objects.exists()

    teacher.context.set_offline(False)
    now.click()
    taps += 1
    expect(page.locator(".lf-told")).to_be_visible()
    made = Emergency.objects.get()
    teacher.stands_at("cases:emergency", made.pk).reads("Who has been told")
    assert (taps, made.kind, made.unit, made.statements.get().symptoms) == (TAPS, "person", cast.class_one, 1)

    city = stage(cast.city, language="en", phone=True).goes("cases:emergency", made.pk)
    city.presses("It has reached me").reads("Confirmed. Whoever reported it sees that it has reached you.")
