"""The pages of the class roll, through the client: with and without a script."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core.ids import uuid7
from lianfang.health.models import Absence, Check, DayStatus, Group, Held, Roll
from lianfang.health.rules.sheets import code
from lianfang.health.rules.status import Status
from lianfang.health.tests.classes import fill
from lianfang.people.models import Enrolment, Lodging, Person, User
from tests.browser import Clock
from tests.cast import DAY, Cast

ONE = "0170a1b2-c3d4-7e5f-8a6b-0123456789ab"


@pytest.fixture(autouse=True)
def at_eight(clock: Clock) -> None:
    clock.set("2020-02-05 08:00")


@pytest.fixture
def pupils(cast: Cast) -> list[Person]:
    return fill(cast.class_one)


def at(cast: Cast, name: str = "roll", round_code: str = "morning", unit: Any = None) -> str:
    return reverse(f"health:{name}", args=[unit or cast.class_one.pk, round_code, DAY])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(client: Client, cast: Cast, *exceptions: dict[str, Any], where: str = "", **more: Any) -> Any:
    """As the page's script does."""
    sheet = {"id": str(uuid7()), "exceptions": list(exceptions), **more}
    return client.post(where or at(cast, "roll_submit"), json.dumps(sheet), content_type="application/json")


def test_the_whole_class_is_well_with_one_post(cast: Cast, pupils: list[Person]) -> None:
    client = signed_in(cast.teacher)
    page = client.get(reverse("health:roll_today", args=[cast.class_one.pk, "morning"]))
    assert "应到 45" in page.content.decode() or "45 expected" in page.content.decode()
    said = {"id": str(uuid7()), "opened": str(int(page.context["opened_at"]) - 12), "exceptions": "[]", "do": "well"}
    answer = client.post(at(cast, "roll_submit"), said, follow=True)
    assert answer.status_code == 200
    assert answer.context["just_now"]
    row = Roll.objects.get()
    assert (row.expected, row.named, row.by_id) == (45, 0, cast.teacher.pk)
    assert row.seconds in range(12, 30)
    assert not Check.objects.exists()


def test_the_list_says_which_round_is_owed_and_which_is_done(
    cast: Cast, pupils: list[Person], clock: Clock, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = signed_in(cast.counsellor)
    (first, second) = client.get(reverse("health:mine")).context["rows"]
    assert [one["state"] for one in first["rounds"]] == ["due"] == [one["state"] for one in second["rounds"]]
    send(signed_in(cast.teacher), cast)
    with django_assert_max_num_queries(24):
        rows = client.get(reverse("health:mine")).context["rows"]
    assert {row["place"].unit.name: row["rounds"][0]["state"] for row in rows} == {
        "机电1901班": "done", "数控1902班": "due",
    }  # fmt: skip
    clock.set("2020-02-05 09:10")
    rows = client.get(reverse("health:mine")).context["rows"]
    assert [row["rounds"][0]["state"] for row in rows] == ["missing", "done"]


def test_a_late_report_counts_and_says_so_kindly(cast: Cast, pupils: list[Person], clock: Clock) -> None:
    clock.set("2020-02-05 09:10")
    client = signed_in(cast.teacher)
    assert send(client, cast).json()["state"] == "taken"
    assert client.get(at(cast)).context["late"]


def test_without_a_script_a_person_is_named_on_a_page_of_their_own(cast: Cast, pupils: list[Person]) -> None:
    client = signed_in(cast.teacher)
    who = str(pupils[3].pk)
    base = {"id": str(uuid7()), "opened": "1", "exceptions": "[]", "person": who}
    page = client.post(at(cast, "roll_person"), base)
    assert page.status_code == 200
    wrong = client.post(at(cast, "roll_keep"), {**base, "temperature": "369", "note": "早上吐了", "do": "keep"})
    assert wrong.status_code == 422
    assert "早上吐了" in wrong.content.decode()
    told = {"symptoms": ["fever", "cough"], "temperature": "３８。２", "seen_by_doctor": "on", "absent": "ill"}
    page = client.post(at(cast, "roll_keep"), {**base, **told, "do": "keep"})
    assert page.status_code == 200
    carried = page.context["exceptions"]
    client.post(at(cast, "roll_submit"), {**base, "exceptions": carried, "do": "send"})
    check = Check.objects.get()
    assert (check.temperature, check.symptoms, check.absence, check.seen_by_doctor) == (382, 3, 1, True)
    assert "应到 45，因病缺勤 1" in page.context["sentence"] or "1 absent through illness" in page.context["sentence"]


def test_still_ill_is_one_tap_and_nothing_is_copied_forward(cast: Cast, pupils: list[Person], clock: Clock) -> None:
    client = signed_in(cast.teacher)
    ill = str(pupils[0].pk)
    send(client, cast, {"person": ill, "absent": "ill", "symptoms": ["fever"]})
    clock.set("2020-02-06 08:00")
    page = client.get(reverse("health:roll_today", args=[cast.class_one.pk, "morning"]))
    assert [one["name"] for one in page.context["before"]] == [pupils[0].name]
    assert page.context["exceptions"] == "[]"
    told = {"id": str(uuid7()), "opened": "1", "exceptions": "[]", "person": ill}
    page = client.post(reverse("health:roll_still", args=[cast.class_one.pk, "morning", date(2020, 2, 6)]), told)
    assert json.loads(page.context["exceptions"])[0]["absent"] == "ill"


def test_only_the_last_report_and_open_absences_are_brought_to_mind(
    cast: Cast, pupils: list[Person], clock: Clock
) -> None:
    client = signed_in(cast.teacher)
    cough, leave, away = pupils[:3]
    Absence.objects.create(
        person=away,
        school=cast.school,
        unit=cast.class_one,
        from_on=date(2020, 1, 20),
        last_on=date(2020, 1, 31),
        status=Status.ILL,
    )
    send(client, cast, {"person": str(cough.pk), "symptoms": ["cough"]}, {"person": str(leave.pk), "absent": "leave"})
    clock.set("2020-02-06 08:00")
    today = reverse("health:roll_today", args=[cast.class_one.pk, "morning"])
    known = [(one["name"], one["still"]) for one in client.get(today).context["before"]]
    assert sorted(known) == sorted([(cough.name, False), (away.name, True)])
    send(client, cast, where=reverse("health:roll_submit", args=[cast.class_one.pk, "morning", date(2020, 2, 6)]))
    clock.set("2020-02-07 08:00")
    assert [one["name"] for one in client.get(today).context["before"]] == [away.name]


def test_a_correction_says_why_and_the_versions_are_shown(cast: Cast, pupils: list[Person], clock: Clock) -> None:
    client = signed_in(cast.teacher)
    send(client, cast, {"person": str(pupils[0].pk), "absent": "unknown"})
    page = client.get(at(cast) + "?correct")
    follows = page.context["sent"].follows
    assert follows == code(Roll.objects.get().key)
    again = {"person": str(pupils[0].pk), "absent": "ill"}
    assert send(client, cast, again, follows=follows).status_code == 422
    clock.set("2020-02-05 08:20")
    assert send(client, cast, again, follows=follows, reason="家长来电").json()["state"] == "taken"
    shown = client.get(at(cast))
    newest = shown.context["history"][0]
    assert (newest["said"].number, newest["reason"], len(newest["changes"])) == (2, "家长来电", 1)
    assert newest["changes"][0]["label"] == pupils[0].name
    assert DayStatus.objects.get().status == Status.ILL


def test_a_correction_does_not_bring_to_mind_what_the_report_itself_opened(cast: Cast, pupils: list[Person]) -> None:
    client, missed = signed_in(cast.teacher), pupils[0]
    send(client, cast, {"person": str(missed.pk), "absent": "ill"})
    Absence.objects.create(
        person=missed, school=cast.school, unit=cast.class_one, from_on=DAY, last_on=DAY, status=Status.ILL
    )
    assert not client.get(at(cast) + "?correct").context["before"]
    noon = client.get(at(cast, round_code="noon")).context["before"]
    assert [one["name"] for one in noon] == [missed.name]  # at noon it is news


def test_two_telephones_that_differ_are_compared_and_one_holds(cast: Cast, pupils: list[Person]) -> None:
    teacher, counsellor = signed_in(cast.teacher), signed_in(cast.counsellor)
    send(teacher, cast, {"person": str(pupils[0].pk), "absent": "ill"})
    answer = send(counsellor, cast, {"person": str(pupils[1].pk), "absent": "ill"}).json()
    assert (answer["state"], answer["url"]) == ("differs", at(cast, "roll_compare"))
    page = teacher.get(at(cast, "roll_compare"))
    assert {row["label"] for row in page.context["changes"]} == {pupils[0].name, pupils[1].name}
    teacher.post(at(cast, "roll_decide"), {"key": page.context["key"], "do": "later"})
    held = Held.objects.get()
    last = teacher.get(at(cast)).context["last"]
    assert [one.person for one in last.named] == [pupils[1].pk]
    assert (held.settled_by_id, held.became) == (cast.teacher.pk, last.row.key)
    assert teacher.get(at(cast, "roll_compare")).status_code == 302
    once_more = teacher.post(at(cast, "roll_decide"), {"key": page.context["key"], "do": "first"}, follow=True)
    assert Roll.objects.count() == 2
    assert any(message.level_tag == "error" for message in once_more.context["messages"])


def test_the_same_report_again_changes_nothing(cast: Cast, pupils: list[Person]) -> None:
    client, same = signed_in(cast.teacher), str(uuid7())
    assert send(client, cast, id=same).json()["state"] == "taken"
    assert send(client, cast, id=same).json()["state"] == "again"
    assert Roll.objects.count() == 1


def test_going_back_and_changing_is_offered_as_a_correction(cast: Cast, pupils: list[Person]) -> None:
    client, same = signed_in(cast.teacher), str(uuid7())
    form = {"id": same, "opened": "1", "exceptions": "[]", "do": "well"}
    client.post(at(cast, "roll_submit"), form)
    changed = json.dumps([{"person": str(pupils[0].pk), "absent": "ill"}])
    page = client.post(at(cast, "roll_submit"), {**form, "do": "send", "exceptions": changed})
    assert page.status_code == 422
    assert page.context["changed"]
    assert page.context["sent"].follows == code(Roll.objects.get().key)
    assert not Check.objects.exists()


@pytest.mark.parametrize(
    ("said", "where"),
    [({"temperature": 369}, "p-"), ({"symptoms": ["plague"]}, "p-"), ({"onset_on": "2020-03-01"}, "p-")],
)
def test_what_breaks_a_rule_is_told_at_the_name_and_nothing_is_taken(
    cast: Cast, pupils: list[Person], said: dict[str, Any], where: str
) -> None:
    answer = send(signed_in(cast.teacher), cast, {"person": str(pupils[0].pk), **said})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["id"].startswith(where)
    assert pupils[0].name in answer.json()["errors"][0]["text"]
    assert not Roll.objects.exists()
    assert not Held.objects.exists()


def test_somebody_of_another_class_is_refused(cast: Cast, pupils: list[Person]) -> None:
    stranger = fill(cast.class_two, 1)[0]
    answer = send(signed_in(cast.teacher), cast, {"person": str(stranger.pk), "absent": "ill"})
    assert answer.status_code == 422
    assert stranger.name not in answer.content.decode()


@pytest.mark.parametrize("body", ["", "{", "[]", '{"id": "x"}', f'{{"id": "{ONE}", "extra": 1}}', '{"id": 5}'])
def test_what_no_page_sends_changes_nothing(cast: Cast, pupils: list[Person], body: str) -> None:
    client, where = signed_in(cast.teacher), at(cast, "roll_submit")
    answer = client.generic("POST", where, body, content_type="application/json")
    assert answer.status_code == (400 if body else 422)
    for form in (
        {},
        {"id": body or "x", "do": "well"},
        {"id": ONE, "exceptions": "{", "do": "send"},
        {"id": ONE, "follows": "zz", "do": "well"},
        {"id": ONE, "exceptions": "[]"},
    ):
        assert client.post(where, form).status_code == 422
    assert not Roll.objects.exists()


def test_a_report_that_waited_is_not_sent_in_another_name(cast: Cast, pupils: list[Person]) -> None:
    assert send(signed_in(cast.counsellor), cast, by=cast.teacher.pk).status_code == 409
    assert send(signed_in(cast.teacher), cast, by=cast.teacher.pk, at="2020-02-05T07:58:00+08:00").status_code == 200
    row = Roll.objects.get()
    assert row.at - row.seen_at > timedelta(seconds=100) if row.seen_at else False


def test_a_clock_that_is_wrong_does_not_stop_a_report(cast: Cast, pupils: list[Person]) -> None:
    assert send(signed_in(cast.teacher), cast, at="2031-02-05T07:58:00+08:00").status_code == 200
    assert Roll.objects.get().seen_at is None


def test_a_class_that_is_not_mine_a_day_to_come_and_a_round_that_is_none_are_404(
    cast: Cast, pupils: list[Person]
) -> None:
    client = signed_in(cast.teacher)
    assert client.get(at(cast, unit=cast.class_two.pk)).status_code == 404
    assert client.get(at(cast, unit=cast.school.pk)).status_code == 404
    assert client.get(at(cast, unit=f"{cast.class_one.pk}-99")).status_code == 404
    tomorrow = [cast.class_one.pk, "morning", DAY + timedelta(days=1)]
    assert client.get(reverse("health:roll", args=tomorrow)).status_code == 404
    assert client.get(f"/health/roll/{cast.class_one.pk}/midnight/").status_code == 404
    assert send(client, cast, where=at(cast, "roll_submit", unit=cast.class_two.pk)).status_code == 404


def test_a_dormitory_is_checked_in_the_evening_across_classes(cast: Cast, pupils: list[Person], clock: Clock) -> None:
    other = fill(cast.class_two, 2)
    for person in (pupils[0], other[0]):
        Lodging.objects.create(person=person, school=cast.school, kind="boarder", building="3栋", from_on=DAY)
    group = Group.objects.create(unit=cast.school, kind="dormitory", label="3栋", building="3栋", from_on=DAY)
    clock.set("2020-02-05 20:00")
    client = signed_in(cast.doctor)
    address = f"{cast.school.pk}-{group.pk}"
    page = client.get(at(cast, unit=address, round_code="evening"))
    assert [tile["member"].name for tile in page.context["tiles"]] == [pupils[0].name, other[0].name]
    where = at(cast, "roll_submit", "evening", address)
    assert send(client, cast, {"person": str(other[0].pk), "symptoms": ["rash"]}, where=where).status_code == 200
    assert Roll.objects.get().group_id == group.pk
    assert send(client, cast, {"person": str(pupils[1].pk)}, where=where).status_code == 422


def test_who_is_on_leave_of_absence_is_not_expected(cast: Cast, pupils: list[Person]) -> None:
    Enrolment.objects.filter(person=pupils[0]).update(away_from=DAY)
    page = signed_in(cast.teacher).get(at(cast))
    assert page.context["expected"] == 44
    assert pupils[0].name not in page.content.decode()


def test_the_printed_sheet_tells_a_zero_from_no_report(cast: Cast, pupils: list[Person]) -> None:
    client = signed_in(cast.teacher)
    sheet = reverse("health:roll_sheet", args=[cast.class_one.pk, DAY])
    assert client.get(sheet).context["rounds"][0]["last"] is None
    send(client, cast, {"person": str(pupils[1].pk), "symptoms": ["rash", "headache"], "temperature": 37.6})
    (line,) = client.get(sheet).context["rounds"][0]["lines"]
    assert (line["name"], sum(line["ticks"]), line["temperature"]) == (pupils[1].name, 1, "37.6")


def test_no_name_stands_in_a_title_or_an_address(cast: Cast, pupils: list[Person]) -> None:
    client = signed_in(cast.teacher)
    page = client.get(at(cast)).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert not any(name in title for name in (person.name for person in pupils))
    assert all(person.name in page for person in pupils)


def test_a_sheet_takes_the_same_questions_whatever_the_size_of_the_class(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    fill(cast.class_one, 200)
    client = signed_in(cast.teacher)
    client.get(at(cast))
    with django_assert_max_num_queries(24):
        client.get(at(cast))


def test_signing_out_tells_the_browser_to_keep_nothing(cast: Cast) -> None:
    assert signed_in(cast.teacher).post(reverse("account:sign_out"))["Clear-Site-Data"] == '"storage"'


def test_the_worker_may_keep_the_open_sheet_and_no_other_page(cast: Cast, pupils: list[Person]) -> None:
    client = signed_in(cast.teacher)
    assert int(client.get(at(cast))["Lianfang-Keep"]) == 12 * 3600
    send(client, cast)
    assert not client.get(at(cast)).has_header("Lianfang-Keep")
    assert not client.get(at(cast) + "?correct").has_header("Lianfang-Keep")
    assert not client.get(reverse("health:mine")).has_header("Lianfang-Keep")
