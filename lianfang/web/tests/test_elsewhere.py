"""A pupil taken onto the roster of a second school: the first one is told, once, and finds the pupil."""

from datetime import date

from lianfang.core.models import Event
from lianfang.notices.models import Delivery, Notice
from lianfang.people.actions.roster import NewDocument
from lianfang.web.roster.actions import also_elsewhere
from tests.cast import Cast
from tests.pupils import enter, number

BORN = date(2004, 5, 6)


def test_the_first_school_hears_once_and_is_led_to_the_pupil(cast: Cast) -> None:
    card = NewDocument("resident", number(BORN, 8))
    pupil = enter(cast.registrar, cast.second, "钱多", born_on=BORN, documents=[card])
    enter(cast.registrar, cast.class_one, "钱多", born_on=BORN, documents=[card], sure=True)
    event = Event.objects.get(verb="person.also_elsewhere")
    also_elsewhere(event)
    also_elsewhere(event)
    notice = Notice.objects.get()
    assert list(Delivery.objects.values_list("user", flat=True)) == [cast.clerk_second.pk]
    assert notice.url == f"/roster/p/{pupil.pk}/"
    assert cast.school.name in notice.text
    assert "钱多" not in notice.heading + notice.text
