"""A mother scans the code in the classroom, sees her child's record, has her number corrected, and loses the telephone."""

from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import expect

from lianfang.core import clock as moments
from lianfang.people.actions import codes
from lianfang.people.models import Claim, ClassCode, Guardian
from tests.browser import Clock, Visitor
from tests.cast import Cast
from tests.families import assess, families

Stage = Callable[..., Visitor]


def word_of(cast: Cast) -> str:
    code = ClassCode.objects.get(unit=cast.class_one, revoked_at__isnull=True).code
    assert code is not None
    return code.open()


def comes_in(mother: Visitor, word: str) -> None:
    mother.opens(reverse("my:scan", args=[word])).stands_at("my:notice").reads("What we ask now")
    mother.follows("I am a parent or guardian").writes("name", "周小雨")
    mother.writes("phone_end", "0000").presses("Connect this device").reads("Please check the following")
    mother.writes("phone_end", "8001").presses("Connect this device")
    mother.reads("This device is connected. Here is what the school has on file.").sees("周小雨")


def test_a_mother_comes_in_sees_corrects_and_is_signed_out_when_the_telephone_is_lost(
    stage: Stage, cast: Cast, clock: Clock
) -> None:
    assess(cast)
    home = families(cast)
    teacher = stage(cast.teacher, language="en").goes("codes:class", cast.class_one.pk)
    teacher.presses("Open a code").reads("The class has a code. Print it for the families.")
    picture = teacher.page.locator("img.lf-qr")
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth > 0"), "the QR code is drawn"

    mother = stage(None, language="en", phone=True, javascript=False)
    comes_in(mother, word_of(cast))
    mother.misses("430104200803091236").presses("Show the numbers in full").sees("430104200803091236")
    cookie = next(one for one in mother.context.cookies() if one["name"] == "lianfang-device")
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    mother.follows("Hide the numbers").follows("Have something corrected")
    mother.page.locator("[name='about']").select_option("guardian_phone")
    mother.writes("text", "199 0013 8009").presses("Send to the school").reads("waits for an answer")

    teacher.goes("codes:list").follows("Requests").page.locator("main .lf-task-title a").click()
    teacher.sees("199 0013 8009").presses("Take over into the roster")
    teacher.reads("The roster has been corrected, and the family told.")
    phone = Guardian.objects.get(pk=home.mother.pk).phone
    assert phone is not None
    assert phone.open() == "+8619900138009"
    claim = Claim.objects.get()
    mother.goes("my:requests", claim.pk).reads("granted").sees(cast.teacher.name)
    mother.goes("my:looks", claim.pk).sees(cast.teacher.name)

    teacher.goes("codes:class", cast.class_one.pk).follows("周小雨").presses("Sign out all devices")
    assert mother.looks_at(reverse("my:record", args=[claim.pk])) == 404
    mother.goes("my:home").stands_at("my:enter").misses("周小雨")


def test_a_personal_sheet_leads_in_without_the_name(stage: Stage, cast: Cast, clock: Clock) -> None:
    assess(cast)
    home = families(cast)
    [(_, token)] = codes.make_links(by=cast.teacher, unit=cast.class_one, people=[home.rain], now=moments.now())
    mother = stage(None, language="en", phone=True)
    mother.opens(reverse("my:follow", args=[token])).stands_at("my:notice").misses("周小雨")
    mother.follows("I am a parent or guardian")
    assert mother.page.locator("[name='name']").count() == 0
    mother.writes("phone_end", "8001").presses("Connect this device").sees("周小雨")
    other = stage(None, language="en", phone=True).opens(reverse("my:follow", args=[token]))
    other.stands_at("my:enter").reads("This code is not valid any more. Ask the class teacher for the present one.")


def test_no_page_of_a_family_is_wider_than_the_telephone(stage: Stage, cast: Cast, clock: Clock) -> None:
    assess(cast)
    families(cast)
    codes.open_code(by=cast.teacher, unit=cast.class_one, now=moments.now())
    mother = stage(None, phone=True)
    mother.opens(reverse("my:scan", args=[word_of(cast)])).goes("my:claim_guardian")
    mother.writes("name", "周小雨").writes("phone_end", "8001").page.locator("main form button").click()
    mother.sees("周小雨")
    claim = Claim.objects.get()
    pages = [reverse(f"my:{name}", args=[claim.pk]) for name in ("record", "looks", "choices", "requests", "devices")]
    for path in [*pages, reverse("my:ask", args=[claim.pk, "correct"]), reverse("my:home"), reverse("my:enter")]:
        assert mother.looks_at(path) == 200
        assert mother.page.evaluate("document.documentElement.scrollWidth") <= 390, path
        small = mother.page.evaluate(
            "[...document.querySelectorAll('main a.btn, main button')].filter(b => b.offsetHeight < 44).length"
        )
        assert small == 0, path
