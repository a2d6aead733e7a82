"""The roster's pages as each one meets them."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.formats import date_format

from lianfang.core import problems
from lianfang.core.models import Event
from lianfang.people.models import Enrolment, Guardianship, Lodging, Marking, Merge, Person, User
from lianfang.people.models.roster import Ending
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast
from tests.pupils import enter, number, pupils, respond

# A whole number of a mobile telephone or an identity card, wherever it stands in a page.
OPEN_NUMBER = re.compile(r"(?<![\d.])(?:1\d{10}|\d{17}[\dX])(?!\d)")


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: NOW)


@pytest.fixture
def roll(cast: Cast) -> dict[str, Person]:
    return pupils(cast)


@pytest.fixture
def come(client: Client) -> Any:
    def sign_in(who: User) -> Client:
        client.force_login(who)
        return client

    return sign_in


def row_of(person: Person) -> Enrolment:
    return Enrolment.objects.get(person=person, to_on__isnull=True)


def at(name: str, person: Person, **more: Any) -> str:
    return reverse(f"roster:{name}", args=[person.pk, *more.values()])


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_teacher_begins_with_the_class(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    answer = come(cast.teacher).get(reverse("roster:home"), follow=True)
    page = text(answer)
    assert answer.redirect_chain == [(reverse("roster:list", args=[cast.class_one.pk]), 302)]
    assert "曾小雨" in page
    assert "154****0011" in page
    assert "曾小强" not in page
    assert "no-store" in answer["Cache-Control"]


def test_searching_keeps_names_out_of_addresses_and_clear_text(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client = come(cast.registrar)
    path = reverse("roster:search", args=[cast.school.pk])
    answer = client.post(path, {"words": "15400000011", "lodging": "boarder"})
    assert answer["Location"] == reverse("roster:list", args=[cast.school.pk]) + "?lodging=boarder"
    page = text(client.get(answer["Location"]))
    assert "曾小雨" in page
    assert "单志强" not in page
    assert "15400000011" not in str(dict(client.session))
    assert "曾小强" in text(client.post(path, {"words": "zxq"}, headers={"HX-Request": "true"}))
    client.post(path, {"words": ""})
    assert "孙师傅" in text(client.get(reverse("roster:list", args=[cast.school.pk])))


def test_a_list_and_a_file_are_on_record(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client = come(cast.teacher)
    for _ in range(3):
        client.get(reverse("roster:list", args=[cast.class_one.pk]))
    client.get(at("person", roll["girl"]))
    found = list(Event.objects.filter(verb__in=["person.listed", "person.viewed"]).order_by("id"))
    assert [(event.verb, event.by_id, event.unit_id) for event in found] == [
        ("person.listed", cast.teacher.pk, cast.class_one.pk), ("person.viewed", cast.teacher.pk, cast.class_one.pk),
    ]  # fmt: skip
    assert found[1].subject_id == str(roll["girl"].pk)


def test_a_value_is_shown_for_a_reason_and_on_record(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, held = come(cast.teacher), Guardianship.objects.get(person=roll["girl"])
    path = at("reveal_row", roll["girl"], what="guardian", row=held.pk)
    assert "15400000001" not in text(client.get(path))
    assert client.post(path, {"reason": ""}).status_code == 422
    refused = client.post(path, {"reason": "other", "words": ""})
    assert refused.status_code == 422
    assert "15400000001" not in text(refused)
    named = client.post(path, {"reason": "contact", "words": "找曾小雨的妈妈"})  # events outlive what is destroyed
    assert (named.status_code, "15400000001" in text(named)) == (422, False)
    assert not Event.objects.filter(verb="person.revealed").exists()
    answer = client.post(path, {"reason": "contact", "words": "两天没来"})
    assert "15400000001" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    event = Event.objects.get(verb="person.revealed")
    assert event.detail == {"field": "guardian", "why": "contact", "row": str(held.pk)}
    assert (event.reason, event.subject_id) == ("两天没来", str(roll["girl"].pk))
    assert "15400000001" not in text(client.get(at("person", roll["girl"])))


def test_values_of_others_are_not_there(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, hers = come(cast.teacher), Guardianship.objects.get(person=roll["girl"])
    asked = {"reason": "contact", "words": ""}
    for path in (
        at("person", roll["brother"]),
        at("reveal", roll["brother"], what="phone"),
        at("reveal_row", roll["boy"], what="guardian", row=hers.pk),
        at("reveal", roll["girl"], what="health_note"),
        at("reveal", roll["girl"], what="name"),
        at("reveal", roll["girl"], what="guardian"),
    ):
        answer = client.post(path, asked)
        assert answer.status_code in (404, 422, 405), path
        assert not OPEN_NUMBER.search(text(answer)), path
    assert not Event.objects.filter(verb="person.revealed").exists()


def test_a_health_note_is_the_doctors_alone(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    for who in (cast.teacher, cast.counsellor, cast.registrar):
        page = text(come(who).get(at("person", roll["girl"])))
        assert at("reveal", roll["girl"], what="health_note") not in page
        assert come(who).get(at("health", roll["girl"])).status_code == 403
    client = come(cast.doctor)
    assert at("reveal", roll["girl"], what="health_note") in text(client.get(at("person", roll["girl"])))
    shown = client.post(at("reveal", roll["girl"], what="health_note"), {"reason": "illness", "words": ""})
    assert "青霉素过敏" in text(shown)
    client.post(at("health", roll["girl"]), {"health_note": "哮喘"})
    note = Person.objects.get(pk=roll["girl"].pk).health_note
    assert note is not None
    assert note.open() == "哮喘"


def test_no_page_shows_a_number_to_whom_may_not_open_it(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    """Every page of every role, unless a value was asked for (control E01)."""
    girl, rows = roll["girl"], row_of(roll["girl"])
    paths = [
        *(reverse(f"roster:{name}", args=[unit.pk]) for unit in (cast.school, cast.class_one)
          for name in ("list", "counts", "add", "promote", "duplicates", "households", "export", "print")),
        *(at(name, girl) for name in ("person", "change", "document", "guardian")),
        *(at(name, girl, row=rows.pk) for name in ("move", "end", "leave", "lodge", "mark")),
        reverse("roster:merge", args=[girl.pk, roll["boy"].pk]),
    ]  # fmt: skip
    for who in ("teacher", "counsellor", "registrar", "doctor"):
        client = come(cast.people[who])
        for path in paths:
            answer = client.get(path)
            assert answer.status_code in (200, 403, 404), (who, path)
            assert not OPEN_NUMBER.search(re.sub(r'="[^"]*"', "", text(answer))), (who, path)
            title = re.search(r"<title>(.*?)</title>", text(answer), re.DOTALL)
            assert not title or "曾" not in title[1], (who, path)


def test_somebody_is_entered(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, path = come(cast.registrar), reverse("roster:add", args=[cast.class_one.pk])
    sent = {
        "name": "解晓东", "document_number": number(row_of(roll["boy"]).person.born_on, 7), "as_a": "student",  # type: ignore[arg-type]
        "unit": cast.class_one.code, "school_number": "2019010107", "from_on": "2020-02-05", "lodging": "boarder",
        "building": "1栋", "room": "101", "guardian_name": "解放", "guardian_phone": "15400000077", "relation": "father",
    }  # fmt: skip
    wrong = client.post(path, {**sent, "document_number": "430102200401021234", "guardian_phone": "123"})
    assert wrong.status_code == 422
    assert "解晓东" in text(wrong)
    assert "document_number" in wrong.context["form"].errors, "the problem stands at its field"
    assert not Person.objects.filter(name="解晓东").exists()
    answer = client.post(path, sent)
    made = Person.objects.get(name="解晓东")
    assert answer["Location"] == at("person", made)
    assert (made.initials, made.sex) == ("xxd", 1)
    assert Lodging.objects.get(person=made).room == "101"
    assert Guardianship.objects.get(person=made).guardian.name == "解放"


def test_where_somebody_is_now_is_asked_only_while_a_response_runs(
    cast: Cast, roll: dict[str, Person], come: Any
) -> None:
    client, path = come(cast.registrar), at("change", roll["girl"])
    assert "目前所在地" not in text(client.get(path))
    plain = {"name": "曾小雨", "sex": "2", "born_on": "2004-05-06", "place": "长沙市天心区"}
    client.post(path, plain)
    assert Person.objects.get(pk=roll["girl"].pk).place is None
    running = respond(cast)
    client.post(path, plain)
    assert Person.objects.get(pk=roll["girl"].pk).place is not None
    policies.end_response(by=cast.admin, response=running, to_on=DAY - timedelta(days=1), now=NOW)
    client.post(path, {**plain, "remove": ["place"]})
    assert Person.objects.get(pk=roll["girl"].pk).place is None, "what is known can be taken away at any time"


def test_what_a_family_wrote_is_never_markup(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    girl = roll["girl"]
    girl.address = "<form action=//evil.example>湖南省长沙市岳麓区麓山南路"
    girl.save(update_fields=["address"])
    client = come(cast.registrar)
    for path in (at("change", girl), at("person", girl), at("merge", girl, other=roll["boy"].pk)):
        page = text(client.get(path))
        assert "evil.example" in page, "the mask shows the district and what stands before it"
        assert "<form action=//" not in page, path


def test_blank_sealed_facts_stay_and_ticked_ones_go(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    respond(cast)
    client, path = come(cast.registrar), at("change", roll["girl"])
    plain = {"name": "曾小雨", "sex": "2", "born_on": "2004-05-06"}
    client.post(path, plain)
    girl = Person.objects.get(pk=roll["girl"].pk)
    assert girl.phone is not None
    assert girl.phone.open() == "+8615400000011"
    client.post(path, {**plain, "remove": ["phone"], "place": "长沙市天心区"})
    girl = Person.objects.get(pk=roll["girl"].pk)
    assert girl.phone is None
    assert girl.place is not None
    assert girl.health_note is not None


def test_a_move_is_read_over_before_it_is_done(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, path = come(cast.registrar), at("move", roll["boy"], row=row_of(roll["boy"]).pk)
    sent = {"unit": cast.class_two.code, "from_on": "2020-02-06"}
    check = text(client.post(path, sent))
    assert "数控1902班" in check
    assert row_of(roll["boy"]).unit == cast.class_one
    assert "数控1902班" in text(client.post(path, {**sent, "again": "1"}))
    client.post(path, {**sent, "confirmed": "1"})
    assert row_of(roll["boy"]).unit == cast.class_two
    assert client.post(path, {**sent, "confirmed": "1"}).status_code == 404  # the row has ended


@pytest.mark.parametrize(
    ("page", "said", "told"),
    [
        ("leave", {"away_from": "2020-02-20", "away_to": "2020-02-10"}, "people.away_order"),
        ("leave", {"away_from": "2000-01-01"}, "people.away_before_start"),
        ("end", {"ending": "left", "to_on": "2000-01-01"}, "people.ends_before_it_began"),
        ("move", {"from_on": "2000-01-01"}, "people.moves_before_start"),
        ("move", {"from_on": "2020-02-10", "unit": "here"}, "people.moves_nowhere"),
    ],
)
def test_what_cannot_be_is_told_before_it_is_read_over(
    cast: Cast, roll: dict[str, Person], come: Any, page: str, said: dict[str, str], told: str
) -> None:
    unit, row = cast.class_one if said.get("unit") else cast.class_two, row_of(roll["girl"])
    answer = come(cast.registrar).post(at(page, roll["girl"], row=row.pk), {**said, "unit": unit.code})
    assert answer.status_code == 422
    begun = date_format(row.from_on, "DATE_FORMAT")
    assert problems.text(told, from_on=begun) in html.unescape(text(answer))
    assert 'name="confirmed"' not in text(answer)


def test_a_new_room_begins_with_the_old_one_and_its_bed(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    """What is not shown is not sent, and would be lost."""
    answer = come(cast.registrar).get(at("lodge", roll["girl"], row=row_of(roll["girl"]).pk))
    assert answer.context["form"].initial == {"lodging": "boarder", "building": "3栋", "room": "305", "bed": "2"}


def test_leaving_and_being_away_by_their_pages(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, row = come(cast.registrar), row_of(roll["boy"]).pk
    client.post(at("leave", roll["boy"], row=row), {"why": "病休", "away_from": "2020-02-05", "confirmed": "1"})
    page = text(client.get(reverse("roster:list", args=[cast.class_one.pk]) + "?state=away"))
    assert "单志强" in page
    assert "曾小雨" not in page
    client.post(at("back", roll["boy"], row=row), {"on": "2020-02-05"})
    assert row_of(roll["boy"]).away_from is None
    client.post(at("mark", roll["boy"], row=row), {"group": "intern", "from_on": "2020-02-05", "note": ""})
    client.post(at("unmark", roll["boy"], row=Marking.objects.get().pk))
    assert Marking.objects.get().to_on == cast.day
    sent = {"ending": "left", "to_on": "2020-02-05"}
    assert row_of(roll["boy"]).ending == ""
    client.post(at("end", roll["boy"], row=row), sent)
    assert row_of(roll["boy"]).ending == ""
    client.post(at("end", roll["boy"], row=row), {**sent, "confirmed": "1"})
    assert Enrolment.objects.get(pk=row).ending == Ending.LEFT


def test_a_whole_class_goes_on_without_those_who_stay(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, path = come(cast.registrar), reverse("roster:promote", args=[cast.class_one.pk])
    sent = {"chosen": [str(row_of(roll["girl"]).pk)], "what": "move", "to": cast.class_two.code, "on": "2020-02-06"}
    assert client.post(path, {**sent, "to": ""}).status_code == 422
    assert "数控1902班" in text(client.post(path, sent))
    assert row_of(roll["girl"]).unit == cast.class_one
    client.post(path, {**sent, "confirmed": "1"})
    assert row_of(roll["girl"]).unit == cast.class_two
    assert row_of(roll["boy"]).unit == cast.class_one


def test_a_merged_record_leads_to_the_one_that_stayed(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    twice = enter(cast.registrar, cast.class_two, "曾小雨", born_on=roll["girl"].born_on, sure=True)
    client = come(cast.registrar)
    assert at("merge", roll["girl"], other=twice.pk) in text(
        client.get(reverse("roster:duplicates", args=[cast.school.pk]))
    )
    sent = {"keep": str(roll["girl"].pk), "reason": "重复录入"}
    client.post(at("merge", roll["girl"], other=twice.pk), sent)
    assert client.get(at("person", twice))["Location"] == at("person", roll["girl"])
    made = Merge.objects.get()
    client.post(reverse("roster:undo_merge", args=[made.pk]))
    assert client.get(at("person", twice)).status_code == 200


def test_a_purged_person_is_told_of_as_such(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    Person.objects.filter(pk=roll["boy"].pk).update(
        purged_at=NOW, name="", pinyin="", initials="", phone=None, address=None, place=None, health_note=None
    )
    page = text(come(cast.registrar).get(at("person", roll["boy"])))
    assert "单志强" not in page
    assert at("change", roll["boy"]) not in page
    assert at("person", roll["boy"]) not in text(
        come(cast.registrar).get(reverse("roster:list", args=[cast.school.pk]))
    )


def test_households_by_their_pages(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client = come(cast.registrar)
    made = client.post(reverse("roster:households", args=[cast.school.pk]), {"label": "3栋501", "address": ""})
    path = made["Location"]
    assert (
        "没有" in text(client.post(path, {"typed": "没有的人"}))
        or client.post(path, {"typed": "无"}).status_code == 422
    )
    asks = text(client.post(path, {"typed": "曾"}))
    assert str(roll["girl"].pk) in asks
    client.post(path, {"typed": "曾", "person": str(roll["girl"].pk)})
    client.post(path, {"typed": "孙师傅"})
    page = text(client.get(path))
    assert "曾小雨" in page
    assert "孙师傅" in page


def test_a_list_page_asks_as_many_queries_for_many_as_for_few(cast: Cast, roll: dict[str, Person], come: Any) -> None:
    client, path = come(cast.registrar), reverse("roster:list", args=[cast.school.pk])
    client.get(path)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    few = asked()
    for turn in range(15):
        enter(cast.registrar, cast.class_one, f"学生{chr(0x4E00 + turn)}", phone=f"154000001{turn:02d}")
    assert asked() == few
    assert few < 30


@pytest.mark.parametrize("page", ["x", "-1", "0", "9" * 12, "9" * 5000])
def test_a_page_number_nobody_was_given_shows_the_first_page(
    cast: Cast, come: Any, roll: dict[str, Person], page: str
) -> None:
    client, path = come(cast.registrar), reverse("roster:list", args=[cast.class_one.pk])
    assert client.get(path, {"page": page}).context["rows"] == client.get(path).context["rows"] != []
