"""A teacher needs a mother's telephone on the way to the clinic; a pupil changes class; the auditor sees both."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from lianfang.core.models import Event
from lianfang.people.models import Enrolment, Person
from tests.browser import Visitor
from tests.cast import Cast
from tests.pupils import pupils


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_teacher_reaches_a_mother_and_the_auditor_sees_it(
    cast: Cast, roll: dict[str, Person], stage: Callable[..., Visitor], javascript: bool
) -> None:
    teacher = stage(cast.teacher, phone=True, javascript=javascript)
    page = teacher.page
    page.goto(teacher.base + reverse("roster:home"))
    page.locator("#id_words").press_sequentially("zxy")
    if not javascript:
        page.locator("form[role=search] button").first.click()
    page.get_by_role("link", name="单志强").wait_for(state="detached")
    page.get_by_role("link", name="曾小雨").click()
    assert "15400000001" not in page.content()
    page.locator("a[href*='/show/guardian/']").click()
    page.locator("main .btn-primary").click()
    assert "15400000001" not in page.content()
    page.check("input[name=reason][value=contact]")
    page.fill("#id_words", "发热送诊")
    page.locator("main .btn-primary").click()
    page.get_by_text("15400000001", exact=True).wait_for()
    assert "15400000001" not in page.url
    auditor = stage(cast.auditor)
    auditor.page.goto(auditor.base + reverse("web:events"))
    content = auditor.page.content()
    assert "林芳" in content
    assert "曾小雨" not in content
    event = Event.objects.get(verb="person.revealed")
    assert (event.by_id, event.reason) == (cast.teacher.pk, "发热送诊")


def test_a_registrar_moves_a_pupil_to_another_class(
    cast: Cast, roll: dict[str, Person], stage: Callable[..., Visitor]
) -> None:
    registrar = stage(cast.registrar)
    page = registrar.page
    page.goto(registrar.base + reverse("roster:person", args=[roll["boy"].pk]))
    page.locator("a[href$='/move/']").click()
    page.fill("#id_unit", "数控1902班")
    page.locator("main .btn-primary").click()
    assert Enrolment.objects.get(person=roll["boy"]).unit_id == cast.class_one.pk
    assert "数控1902班" in page.content()
    page.locator("main .btn-primary").click()
    page.wait_for_url(registrar.base + reverse("roster:person", args=[roll["boy"].pk]))
    assert Enrolment.objects.get(person=roll["boy"], to_on__isnull=True).unit_id == cast.class_two.pk
    page.goto(registrar.base + reverse("roster:list", args=[cast.class_two.pk]))
    page.get_by_role("link", name="单志强").wait_for()
