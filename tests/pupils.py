"""A few invented people of the cast's school, entered through actions, for tests of the roster and what reads it.

Numbers are nobody's: county 430199 does not exist, mobile numbers beginning with 154 are given to nobody.
"""

from datetime import date
from typing import Any

from lianfang.orgs.models import Unit
from lianfang.people.actions.enrolling import NewLodging
from lianfang.people.actions.guardians import NewGuardian
from lianfang.people.actions.roster import NewDocument, add_person
from lianfang.people.models import Person, User
from lianfang.people.rules.identity import check_digit
from lianfang.policies import actions as policies
from lianfang.policies.models import Response
from tests.cast import NOW, SINCE, Cast


def number(born_on: date, order: int, area: str = "430199") -> str:
    """An identity number with a right check digit; an odd ``order`` is male."""
    seventeen = f"{area}{born_on:%Y%m%d}{order:03d}"
    return seventeen + check_digit(seventeen)


def respond(cast: Cast) -> Response:
    """An emergency response runs in the city of the cast's school: where people are may be gathered."""
    return policies.open_response(
        by=cast.admin, unit=cast.city_unit, name="新冠肺炎", level=1, reason="一级响应", from_on=SINCE, now=NOW
    )


def enter(by: User, unit: Unit, name: str, **more: Any) -> Person:
    """``more`` as for `add_person`; facts of the person (sex, born_on, phone …) directly beside them."""
    facts: dict[str, Any] = {
        key: more.pop(key) for key in ("sex", "born_on", "phone", "address", "place", "health_note") if key in more
    }
    return add_person(
        by=by, unit=unit, as_a=more.pop("as_a", "student"), facts={"name": name, **facts},
        from_on=more.pop("from_on", SINCE), now=NOW, **more,
    )  # fmt: skip


def pupils(cast: Cast) -> dict[str, Person]:
    """Two pupils of class one (the girl a boarder), her brother in class two with the same mother, and a cook."""
    mother = NewGuardian("王秀英", "15400000001", "mother")
    born = date(2004, 5, 6)
    return {
        "girl": enter(
            cast.registrar, cast.class_one, "曾小雨", sex=2, born_on=born, phone="15400000011",
            address="湖南省长沙市岳麓区麓山南路1号", health_note="青霉素过敏", number="2019010101",
            documents=[NewDocument("resident", number(born, 2))], guardians_of=[mother],
            lodging=NewLodging("boarder", "3栋", "305", "2"),
        ),
        "boy": enter(
            cast.registrar, cast.class_one, "单志强", sex=1, born_on=date(2004, 1, 2), number="2019010102",
            documents=[NewDocument("resident", number(date(2004, 1, 2), 1))],
        ),
        "brother": enter(
            cast.registrar, cast.class_two, "曾小强", sex=1, born_on=date(2005, 8, 9), number="2019010201",
            guardians_of=[mother],
        ),
        "cook": enter(cast.registrar, cast.school, "孙师傅", as_a="canteen", phone="15400000099"),
    }  # fmt: skip
