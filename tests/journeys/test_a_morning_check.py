"""The class roll on a telephone: one tap, two pupils with symptoms, no network, two telephones, signing out."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from lianfang.health import problems
from lianfang.health.models import Check, Held, Roll
from lianfang.health.tests.classes import fill
from lianfang.people.models import Enrolment, Person
from tests.browser import Clock, Visitor, cookies_of
from tests.cast import Cast

Stage = Callable[..., Visitor]
MINE = "health:mine"


@pytest.fixture(autouse=True)
def at_eight(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    return fill(cast.class_one)


@pytest.fixture
def teacher(stage: Stage, cast: Cast, pupils: list[Person]) -> Visitor:
    return stage(cast.teacher, phone=True)


def opens_the_roll(visitor: Visitor, cast: Cast) -> Visitor:
    """And waits for the script; whoever is quicker gets the pages without it, which say the same."""
    visitor.goes("health:roll_today", cast.class_one.pk, "morning")
    visitor.page.locator("[data-roll][data-ready], .lf-roll-told").first.wait_for(state="attached")
    return visitor


def kept_for_later(visitor: Visitor) -> None:
    """Waits until the worker holds the page and the files it needs."""
    count = "async (name) => (await (await caches.open(name)).keys()).length"
    until = time.monotonic() + 10
    while time.monotonic() < until:
        held = [visitor.page.evaluate(count, f"lianfang-roll-{what}") for what in ("pages", "files")]
        if held[0] > 1 and held[1] > 12:  # the sheet, and whose it is
            return
        visitor.page.wait_for_timeout(50)
    pytest.fail(f"the worker holds {held[0]} pages and {held[1]} files")


def names(visitor: Visitor, person: Person, *labels: str, temperature: str = "") -> None:
    """Taps a pupil and what is the matter."""
    visitor.page.locator(f"[id='p-{person.pk}']").click()
    sheet = visitor.page.locator("dialog[open]")
    expect(sheet.locator("[data-name]")).to_have_text(person.name)
    for label in labels:
        sheet.locator(".lf-chip-choice", has_text=visitor.say(label)).first.click()
    if temperature:
        sheet.locator("[name=temperature]").fill(temperature)
    sheet.get_by_role("button", name=visitor.say("Note it down")).click()
    expect(sheet).to_have_count(0)


def expect_soon(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def rows(amount: int) -> list[Roll]:
    """The rolls in the database, once there are so many."""
    until = time.monotonic() + 10
    while Roll.objects.count() < amount and time.monotonic() < until:
        time.sleep(0.05)
    return list(Roll.objects.order_by("at", "key"))


def test_the_zero_report_is_one_tap(teacher: Visitor, cast: Cast) -> None:
    began = time.monotonic()
    teacher.context.add_init_script(
        "addEventListener('click', () => localStorage.taps = 1 + +(localStorage.taps || 0))"
    )
    opens_the_roll(teacher, cast)
    big = teacher.page.get_by_role("button", name=teacher.say("The whole class is well"))
    box = big.bounding_box()
    assert box is not None
    assert box["height"] >= 88
    assert box["y"] + box["height"] < 600  # under the thumb, without scrolling
    big.tap()
    teacher.reads("The report has arrived")
    took = time.monotonic() - began
    (row,) = rows(1)
    assert (row.expected, row.named) == (45, 0)
    assert took < 10
    assert teacher.page.evaluate("localStorage.taps") == "1"
    expect(teacher.page.locator("h1")).not_to_contain_text("王")


def test_two_with_symptoms_are_named_and_told_in_words(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    opens_the_roll(teacher, cast)
    names(teacher, pupils[2], "Absent, ill")
    names(teacher, pupils[7], "咳嗽", temperature="３７．８")
    names(teacher, pupils[9], "皮疹", "腹泻")
    names(teacher, pupils[11], "呕吐")
    teacher.page.locator(f"[id='p-{pupils[11].pk}']").click()
    teacher.presses("There and well")
    comma = teacher.say("%(n)s with symptoms", n=2)
    expect(teacher.page.locator("[data-sentence]")).to_contain_text(comma)
    teacher.presses("Send the report")
    teacher.reads("The report has arrived").sees(pupils[2].name, pupils[9].name).misses(pupils[11].name)
    (row,) = rows(1)
    assert row.named == 3
    assert set(Check.objects.values_list("temperature", flat=True)) == {None, 378}


def test_a_wrong_temperature_is_told_at_its_field(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    opens_the_roll(teacher, cast).page.locator(f"[id='p-{pupils[0].pk}']").click()
    sheet = teacher.page.locator("dialog[open]")
    sheet.locator("[name=temperature]").fill("369")
    sheet.get_by_role("button", name=teacher.say("Note it down")).click()
    expect(sheet.locator("#id_temperature_error")).to_be_visible()
    expect(sheet.locator("[name=temperature]")).to_have_value("369")
    sheet.locator("[name=temperature]").fill("38.5")
    expect(sheet.locator("[name=temperature_again]")).to_be_visible()
    teacher.page.keyboard.press("Escape")
    expect(teacher.page.locator(f"[id='p-{pupils[0].pk}']")).to_be_focused()


def test_without_network_it_is_kept_and_arrives_once(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.context.set_offline(True)
    opens_the_roll(teacher, cast)  # opened anew, without network
    teacher.page.locator(f"[id='p-{pupils[4].pk}']").click()
    sheet = teacher.page.locator("dialog[open]")
    sheet.locator(".lf-chip-choice", has_text="咳嗽").click()
    sheet.locator("[name=temperature]").fill("369")
    sheet.get_by_role("button", name=teacher.say("Note it down")).click()
    expect(sheet.locator("#id_temperature_error")).to_be_visible()
    sheet.locator("[name=temperature]").fill("36.9")
    sheet.get_by_role("button", name=teacher.say("Note it down")).click()
    teacher.presses("Send the report")
    teacher.reads("Kept on this telephone")
    expect(teacher.page.locator("[data-outbox-count]")).to_have_text(teacher.say("Waiting to be sent") + " 1")
    teacher.page.reload()
    teacher.reads("Kept on this telephone")
    assert not Roll.objects.exists()
    teacher.context.set_offline(False)
    teacher.reads("The report has arrived")
    expect(teacher.page.locator("[data-outbox] [data-state=sent]")).to_be_visible()
    opens_the_roll(teacher, cast)
    teacher.goes(MINE)
    (row,) = rows(1)
    assert (row.named, row.by_id, Check.objects.get().temperature) == (1, cast.teacher.pk, 369)
    left: list[Any] = teacher.page.evaluate("() => lianfangOutbox.all()")
    assert [(one["state"], one["sheet"]) for one in left] == [("sent", None)]


def test_a_report_changed_without_network_arrives_as_it_was_last(
    teacher: Visitor, cast: Cast, pupils: list[Person]
) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.context.set_offline(True)
    teacher.presses("The whole class is well").reads("Kept on this telephone").presses("Change it")
    names(teacher, pupils[1], "On leave, not ill")
    teacher.presses("Send the report").reads("Kept on this telephone")
    teacher.context.set_offline(False)
    teacher.reads("The report has arrived").sees(pupils[1].name)
    assert rows(1)[-1].named == 1


def test_when_the_session_is_over_a_report_waits_for_its_teacher_and_no_one_else(
    teacher: Visitor, cast: Cast, pupils: list[Person]
) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.context.set_offline(True)
    names(teacher, pupils[6], "Absent, ill")
    teacher.presses("Send the report").reads("Kept on this telephone")
    Session.objects.all().delete()
    teacher.context.set_offline(False)
    teacher.reads("Waits until you sign in again")
    teacher.context.add_cookies(cookies_of(cast.counsellor, teacher.language, teacher.base))
    teacher.goes(MINE).sees(
        teacher.say(
            "A colleague has {n} reports on this telephone that are not sent yet. They go out when the colleague signs in."
        ).split("{n}")[0]
    )
    kept = (
        "async () => (await (await caches.open('lianfang-roll-pages')).keys()).map((one) => new URL(one.url).pathname)"
    )
    expect_soon(lambda: teacher.page.evaluate(kept) == ["/health/roll/whose"])
    assert not Roll.objects.exists()
    teacher.context.add_cookies(cookies_of(cast.teacher, teacher.language, teacher.base))
    teacher.goes(MINE)
    assert [(row.named, row.by_id) for row in rows(1)] == [(1, cast.teacher.pk)]


def test_without_a_script_the_same_can_be_said(stage: Stage, cast: Cast, pupils: list[Person]) -> None:
    teacher = stage(cast.teacher, phone=True, javascript=False)
    teacher.goes("health:roll_today", cast.class_one.pk, "morning")
    teacher.page.locator(f"[id='p-{pupils[5].pk}']").click()
    teacher.page.locator(".lf-chip-choice", has_text=teacher.say("Absent, ill")).click()
    teacher.page.locator("[name=temperature]").fill("38,4")
    teacher.presses("Back to the class").presses("Send the report").reads("The report has arrived")
    teacher.sees(pupils[5].name, "38.4")
    teacher.follows("Correct the report").page.locator(f"[id='p-{pupils[5].pk}']").click()
    teacher.presses("There and well")
    teacher.page.locator(".lf-roll-why .lf-chip-choice").nth(1).click()
    teacher.presses("Send the correction").reads("What changed").reads("all are well")
    assert [row.named for row in rows(2)] == [1, 0]


def test_two_telephones_on_one_class_lose_nothing(
    stage: Stage, teacher: Visitor, cast: Cast, pupils: list[Person]
) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.context.set_offline(True)
    names(teacher, pupils[3], "Absent, ill")
    teacher.presses("Send the report").reads("Kept on this telephone")
    other = stage(cast.counsellor, phone=True)
    opens_the_roll(other, cast).presses("The whole class is well").reads("The report has arrived")
    teacher.context.set_offline(False)
    teacher.stands_at("health:roll_compare", cast.class_one.pk, "morning", cast.day).sees(pupils[3].name)
    assert Held.objects.count() == 1
    teacher.presses("This one holds instead").sees(pupils[3].name)
    assert [row.named for row in rows(2)] == [0, 1]
    expect(teacher.page.locator("[data-outbox]")).to_be_hidden()


def test_a_report_that_cannot_be_taken_comes_back_to_its_teacher(
    teacher: Visitor, cast: Cast, pupils: list[Person]
) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.context.set_offline(True)
    names(teacher, pupils[3], "Absent, ill")
    names(teacher, pupils[4], "Absent, ill")
    teacher.presses("Send the report").reads("Kept on this telephone")
    Enrolment.objects.filter(person=pupils[4]).update(unit=cast.class_two)  # moved meanwhile
    teacher.context.set_offline(False)
    teacher.reads("Not taken").reads(str(problems.TEXTS["health.person_elsewhere"]))
    teacher.faults = [fault for fault in teacher.faults if not fault.startswith("422 ")]
    opens_the_roll(teacher, cast).presses("Send the report").reads("The report has arrived").sees(pupils[3].name)
    assert [row.named for row in rows(1)] == [1]


def test_a_correction_is_a_new_version(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    opens_the_roll(teacher, cast).presses("The whole class is well").reads("The report has arrived")
    teacher.follows("Correct the report")
    names(teacher, pupils[0], "Absent, reason not known")
    teacher.presses("Send the correction")
    expect(teacher.page.locator("#reason")).to_have_class("lf-field lf-roll-why is-wrong")
    teacher.page.locator(".lf-roll-why .lf-chip-choice").first.click()
    teacher.presses("Send the correction").reads("The report has arrived").reads("What changed").sees(pupils[0].name)
    assert [row.named for row in rows(2)] == [0, 1]


def test_signing_out_leaves_no_name_on_the_telephone(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    opens_the_roll(teacher, cast)
    kept_for_later(teacher)
    teacher.goes(MINE).page.locator(".lf-top .lf-menu summary").last.click()
    teacher.page.locator("form[data-leave] button").first.click()
    teacher.stands_at("account:sign_in")
    assert teacher.page.evaluate("async () => (await caches.keys()).length") == 0
    assert teacher.page.evaluate("async () => (await indexedDB.databases()).length") == 0


def test_the_names_can_be_reached_by_keyboard(teacher: Visitor, cast: Cast, pupils: list[Person]) -> None:
    page = opens_the_roll(teacher, cast).page
    page.get_by_role("button", name=teacher.say("The whole class is well")).focus()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id").startswith("p-"):
            break
    page.keyboard.press("Enter")
    sheet = page.locator("dialog[open]")
    expect(sheet.locator("[data-name]")).to_be_focused()
    sheet.locator("[name=symptoms]").first.focus()
    page.keyboard.press("Space")
    sheet.get_by_role("button", name=teacher.say("Note it down")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-sentence]")).to_be_visible()
