"""An old phone, a strict network: the zero report and its signature without a line of script."""

from collections.abc import Callable

from playwright.sync_api import expect

from lianfang.people import actions as people
from lianfang.returns.models import Return
from tests.browser import FORM, Visitor
from tests.cast import NOW, Cast

PASSWORD = "gewoehnlich-9-langes"


def signs_in(visitor: Visitor, username: str, password: str) -> Visitor:
    visitor.opens("/").writes("username", username).writes("password", password)
    visitor.page.locator("main form button").first.click()
    return visitor


def test_the_zero_report_and_its_signature_need_no_script(stage: Callable[..., Visitor], cast: Cast) -> None:
    for user in (cast.clerk, cast.head):
        people.change_password(by=user, password=PASSWORD, now=NOW)
    one = [FORM, cast.day, cast.school.pk]
    clerk = stage(None, javascript=False)
    signs_in(clerk, "clerk", "wrong-password")
    expect(clerk.page.locator("main")).to_contain_text(
        clerk.say(
            "User name or password is not right. Check both and try again; after five failures sign-in rests for 15 minutes."
        )
    )
    expect(clerk.page.locator("[name=username]")).to_have_value("clerk")
    signs_in(clerk, "clerk", PASSWORD).stands_at("web:home")
    clerk.takes_up("returns:fill", *one).follows("Zero report").presses("Submit the zero report").stands_at(
        "returns:done", *one
    )

    head = signs_in(stage(None, phone=True, javascript=False), "head", PASSWORD).stands_at("web:home")
    head.takes_up("returns:sign", *one).presses("Sign version %(number)s", number=1).stands_at("returns:detail", *one)
    assert Return.objects.get().state == "signed"

    # the account menu opens, and the language changes, without script too
    head.page.locator("header details summary").click()
    head.page.locator(".lf-language button").click()
    expect(head.page.locator("html")).to_have_attribute("lang", "en")
    head.page.locator("header details summary").click()
    head.page.get_by_role("button", name="Sign out").click()
    head.stands_at("account:sign_in")
    head.opens("/").stands_at("account:sign_in")
