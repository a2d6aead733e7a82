"""One student is suspected: the leading group signs first, every authority is told, and a wrong figure finds its way back."""

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import expect

from lianfang.notices.models import Delivery
from lianfang.returns.models import Return, Version
from tests.browser import FORM, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]
TREATED = "男，19岁，在市一医院隔离观察，体温 37.8"
WHY = "家长电话报来，病例尚未登记"
CHANGED = "区疾控今天上午通知"


def report_the_case(stage: Stage, cast: Cast) -> Visitor:
    clerk = stage(cast.clerk).goes("returns:fill", FORM, cast.day, cast.school.pk)
    clerk.counts(confirmed="0 0", confirmed_here="0 0", suspected="2 0", suspected_here="0 0", isolated_home="0 0")
    clerk.presses("Check and submit")
    # a case without a word about its treatment is not a report
    clerk.reads("Please check the following")
    expect(clerk.page.locator("[name='c-suspected.students']")).to_have_value("2")
    clerk.writes("c-treatment", TREATED).presses("Check and submit")
    clerk.reads("Important information").sees(TREATED).reads("Not as the system says")
    clerk.writes("w-suspected.students", WHY).presses("Submit the return")
    return clerk.stands_at("returns:done", FORM, cast.day, cast.school.pk).sees(cast.leader.name)


def signed_by_two(stage: Stage, cast: Cast, number: int) -> None:
    """Leader first; before that the head is told that another signature comes first."""
    one = [FORM, cast.day, cast.school.pk]
    head = stage(cast.head, phone=True).goes("returns:sign", *one).reads("Another signature comes first")
    leader = stage(cast.leader, phone=True).takes_up("returns:sign", *one)
    leader.reads("Important: above zero or to be verified").presses("Sign version %(number)s", number=number)
    leader.stands_at("returns:detail", *one)
    assert Return.objects.get(unit=cast.school).state != "signed"
    head.takes_up("returns:sign", *one).presses("Sign version %(number)s", number=number)
    head.stands_at("returns:detail", *one)


def told(*people: object) -> dict[str, set[str]]:
    """User name → kinds of notices."""
    found: dict[str, set[str]] = {}
    for row in Delivery.objects.filter(user__in=people).select_related("notice", "user"):  # type: ignore[misc]
        if row.user:
            found.setdefault(row.user.username, set()).add(row.notice.kind)
    return found


def test_a_case_is_signed_by_two_and_every_authority_is_told(
    stage: Stage, cast: Cast, work: Callable[[], None]
) -> None:
    report_the_case(stage, cast)
    work()
    assert told(cast.leader, cast.principal, cast.head) == {
        "leader": {"return.signature_wanted"}, "principal": {"return.signature_wanted"}
    }  # fmt: skip
    signed_by_two(stage, cast, number=1)
    work()
    assert Return.objects.get(unit=cast.school).state == "signed"
    assert told(cast.city, cast.province) == {
        "city": {"return.important_signed"}, "province": {"return.important_signed"}
    }  # fmt: skip
    assert not told(cast.company, cast.county, cast.city_second)
    province = stage(cast.province, phone=True).goes("notices:inbox").sees(cast.school.label)
    notice = reverse("notices:read", args=[Delivery.objects.get(user=cast.province).pk])
    province.page.locator(f"main a[href='{notice}']").first.click()
    province.sees(cast.school.name)


def test_a_wrong_figure_is_sent_back_corrected_and_seen_by_those_who_used_it(
    stage: Stage, cast: Cast, work: Callable[[], None], file: Callable[..., Version], sign: Callable[..., Return],
    gather: Callable[..., Version],
) -> None:  # fmt: skip
    one = [FORM, cast.day, cast.school.pk]
    first = file(cast.clerk, cast.school, {"suspected.students": 2, "treatment": TREATED})
    sign(first, cast.leader, cast.head)
    gather(cast.city, cast.city_unit)
    gather(cast.province, cast.province_unit)
    work()

    city = stage(cast.city).goes("returns:detail", *one).follows("Send back for correction")
    city.writes("t-suspected.students", "市疾控只登记 1 例，请核对").presses("Send back").stands_at(
        "returns:detail", *one
    )
    assert Return.objects.get(unit=cast.school).counted_id == first.pk  # totals never drop a school silently
    work()
    assert "return.turned_back" in told(cast.clerk)["clerk"]

    clerk = stage(cast.clerk).takes_up("returns:fill", *one).stands_at("returns:fill", *one)
    asked = clerk.page.locator("[id='a-suspected.students']")
    expect(asked).to_contain_text("市疾控只登记 1 例，请核对")
    expect(clerk.page.locator("[name='c-suspected.students']")).to_have_attribute(
        "aria-describedby", _has("a-suspected.students")
    )
    clerk.counts(suspected="1 0").presses("Check and submit")
    clerk.writes("w-suspected.students", WHY).presses("Submit the return").stands_at("returns:done", *one)
    sign(Version.objects.get(filed=first.filed_id, number=2), cast.leader, cast.head)
    work()

    detail = stage(cast.head).goes("returns:detail", *one).reads("Against the version before")
    row = (
        detail.page.get_by_role("row")
        .filter(has_text="疑似")
        .filter(has=detail.page.locator("ins, del, .lf-old, .lf-new, td"))
    )
    assert any("2" in text and "1" in text for text in row.all_inner_texts())

    assert {"return.revised"} <= told(cast.city)["city"] & told(cast.province)["province"]
    table = stage(cast.province).goes("returns:table", FORM, cast.day, cast.province_unit.pk)
    table.reads("The live figures differ from the ones you signed")
    live, signed = (cells.split("\t") for cells in table.page.locator("tfoot tr").all_inner_texts())
    at = next(at for at, (now, then) in enumerate(zip(live, signed, strict=True)) if at > 1 and now != then)
    assert (live[at].strip(), signed[at].strip()) == ("1", "2")
    assert Version.objects.get(filed=first.filed_id, number=1).cells["suspected.students"] == 2  # never overwritten


def _has(word: str) -> "re.Pattern[str]":
    return re.compile(rf"(^|\s){re.escape(word)}(\s|$)")


def test_the_office_can_send_back_before_it_signs(stage: Stage, cast: Cast, file: Callable[..., Version]) -> None:
    file(cast.clerk, cast.school)
    one = [FORM, cast.day, cast.school.pk]
    head = stage(cast.head, phone=True).goes("returns:sign", *one).follows("Send back for correction")
    head.presses("Send back").reads("Say why, in a few words. Whoever corrects the return reads it.")
    head.writes("reason", "南校区还没有算进去").presses("Send back").stands_at("returns:detail", *one)
    stage(cast.clerk).goes("returns:fill", *one).sees("南校区还没有算进去")
