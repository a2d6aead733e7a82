"""Nobody is ill: the parts come in, the clerk files zero, the head signs on the phone, city and province pass it on."""

import io
from collections.abc import Callable

from openpyxl import load_workbook
from playwright.sync_api import expect

from lianfang.returns.models import Return, Version
from tests.browser import DESK, FORM, PATIENCE, Visitor
from tests.cast import Cast

Stage = Callable[..., Visitor]
ZERO_REPORTED = "1 / 1"


def hand_in_the_parts(stage: Stage, cast: Cast) -> None:
    for who, unit in (("students", cast.student_affairs), ("staff", cast.personnel)):
        visitor = stage(cast.people[who], phone=who == "staff")
        visitor.takes_up("returns:part", FORM, cast.day, unit.pk, who).presses("Hand in zero")
        visitor.stands_at("web:home").reads("Your part has been handed in to the prevention office.")
    logistics = stage(cast.logistics).takes_up("returns:part", FORM, cast.day, cast.logistics_unit.pk, "logistics")
    logistics.writes("c-remark", "隔离房间 12 间").presses("Hand in").stands_at("web:home")


def file_zero(stage: Stage, cast: Cast) -> Visitor:
    """One tap on the form, one on the check page; the parts are already in it."""
    clerk = stage(cast.clerk).takes_up("returns:fill", FORM, cast.day, cast.school.pk)
    expect(clerk.page.locator("[name='c-remark']")).to_have_value("隔离房间 12 间")
    clerk.follows("Zero report").reads("All numbers are zero").presses("Submit the zero report")
    return clerk.stands_at("returns:done", FORM, cast.day, cast.school.pk).sees(cast.head.name)


def sign_on_the_phone(stage: Stage, cast: Cast) -> None:
    head = stage(cast.head, phone=True).takes_up("returns:sign", FORM, cast.day, cast.school.pk)
    head.reads("All numbers are zero.").sees("隔离房间 12 间").presses("Sign version %(number)s", number=1)
    head.stands_at("returns:detail", FORM, cast.day, cast.school.pk)
    head.reads("Signed. The return is on its way.")


def test_the_zero_report_reaches_the_province_in_one_day(
    stage: Stage, cast: Cast, work: Callable[[], None], file: Callable[..., Version], sign: Callable[..., Return]
) -> None:
    second = file(cast.clerk_second, cast.second, {"isolated_home.students": 2})
    sign(second, cast.leader_second, cast.head_second)
    city = stage(cast.city)
    city.page.clock.install()
    city.goes("returns:board", FORM, cast.day, cast.city_unit.pk).sees("0 / 1")

    hand_in_the_parts(stage, cast)
    file_zero(stage, cast)
    work()
    notices = stage(cast.head, phone=True).goes("notices:inbox")
    notices.sees(cast.school.label)
    sign_on_the_phone(stage, cast)

    city.page.clock.fast_forward(21_000)  # the board asks again by itself every twenty seconds
    city.sees(ZERO_REPORTED).reads("Everyone has reported")
    city.follows("Gather and sign").stands_at("returns:table", FORM, cast.day, cast.city_unit.pk)
    button = city.page.locator("#gather button[type=submit], #gather button.btn-primary")
    button.click()
    city.reads("Gathered, signed and passed on.")
    assert Return.objects.get(unit=cast.school).state == "forwarded"

    province = stage(cast.province).goes("web:home").sees("湖南省")
    province.goes("returns:table", FORM, cast.day, cast.province_unit.pk).sees("2 / 3")
    with province.page.expect_download() as download:
        province.follows("Official spreadsheet")
    official_spreadsheet_holds(download.value.path().read_bytes(), cast)


def official_spreadsheet_holds(content: bytes, cast: Cast) -> None:
    """Two schools with a row each, and 总计 over both: two students in home isolation, everything else zero."""
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    texts = [[str(cell.value) if cell.value is not None else "" for cell in row] for row in sheet.iter_rows()]
    flat = [" ".join(row) for row in texts]
    assert any(cast.school.name in row for row in flat)
    assert any(cast.second.name in row for row in flat)
    missing = next(row for row in flat if cast.third.name in row)
    assert "未报" in missing  # said so, not counted as zero
    assert "0" not in missing.replace(cast.third.code, "")
    total = next(row for row in texts if row[0].replace(" ", "") == "总计")
    assert "2" in "".join(total), total
    assert any("填表说明" in row for row in flat)


def test_the_desk_shows_who_is_still_missing_and_whom_to_call(stage: Stage, cast: Cast) -> None:
    board = stage(cast.city_second, phone=True).goes("returns:board", FORM, cast.day, cast.second_city.pk)
    board.sees(cast.second.name, cast.clerk_second.name, cast.clerk_second.work_phone)
    call = board.page.locator(f"a[href='tel:{cast.clerk_second.work_phone}']").first
    expect(call).to_be_visible(timeout=PATIENCE)
    board.page.set_viewport_size(DESK)
    expect(call).to_be_visible()


def test_the_province_goes_down_to_the_school(stage: Stage, cast: Cast) -> None:
    province = stage(cast.province).goes("returns:board", FORM, cast.day, cast.province_unit.pk)
    province.page.get_by_role("row").get_by_role("link", name=cast.city_unit.name).click()
    province.stands_at("returns:board", FORM, cast.day, cast.city_unit.pk)
    province.page.get_by_role("link", name=cast.school.name).first.click()
    province.stands_at("returns:detail", FORM, cast.day, cast.school.pk)
