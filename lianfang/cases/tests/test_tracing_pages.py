"""The pages of contacts and of an outbreak through the client."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianfang.cases.actions import linking, tracing
from lianfang.cases.models import Case, CaseLink, Contact, Origin
from lianfang.cases.tests.test_cases import suspect
from lianfang.cases.tests.test_tracing import by_hand, called, home, member
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.people.models import Guardian, Guardianship, IdentityDocument, Person, Request
from lianfang.policies import diseases
from tests.cast import DAY, NOW, Cast

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode().split("<main")[1])


def test_a_doctor_finds_takes_over_and_opens_a_case_of_a_contact(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    case = suspect(cast, member(cast, "病例"))
    people = [member(cast, f"同班{number}") for number in range(3)]
    called(cast, 0, 1, 2)
    find = reverse("cases:contacts_find", args=[case.pk])
    assert text(client.get(find)).count('name="people"') == 3
    assert client.post(find, {}).status_code == 422
    foreign = member(cast, "别班", cast.class_two)
    assert client.post(find, {"people": [str(foreign.pk)]}).status_code == 422
    chosen = [str(one.pk) for one in people[:2]]
    assert client.post(find, {"people": chosen}).status_code == 302
    assert client.post(find, {"people": chosen}).status_code == 422  # they are followed already
    assert Contact.objects.count() == 2
    listed = text(client.get(reverse("cases:contacts_of", args=[case.pk])))
    assert "同班0" in listed
    contact = Contact.objects.get(person=people[0])
    say = reverse("cases:exposed_say", args=[contact.pk, "noted"])
    wrong = client.post(say, {"key": str(uuid7()), "temperature": "63.9", "text": "家长来电"})
    assert wrong.status_code == 422
    assert "家长来电" in text(wrong)
    ill = reverse("cases:exposed_say", args=[contact.pk, "fell_ill"])
    told = {"key": str(uuid7()), "onset_on": DAY.isoformat(), "text": "皮疹"}
    assert client.post(ill, told)["Location"] == client.post(ill, told)["Location"]
    assert Case.objects.filter(origin=Origin.CONTACT, person=people[0]).count() == 1


def test_a_class_teacher_asks_all_at_once_and_learns_no_illness(cast: Cast, client: Any, clock: Any) -> None:
    case = suspect(cast, member(cast, "病例"))
    people = [member(cast, f"同班{number}") for number in range(3)]
    for person in people:
        by_hand(cast, case, home=home(person))
    client.force_login(cast.teacher)
    where = reverse("cases:contacts_asked", args=[cast.class_one.pk])
    for page in (client.get(where), client.get(reverse("cases:contacts_today"))):
        for word in (diseases.catalog()[case.disease].label("zh"), "varicella", "病例</", "疑似"):
            assert word not in text(page)
    asked = f"{where}?person={people[0].pk}"
    assert text(client.get(asked)).count('type="checkbox"') > 5
    who, key = people[0].pk, str(uuid7())
    wrong = client.post(asked, {"key": key, f"symptoms-{who}": ["rash"], f"temperature-{who}": "99"})
    assert wrong.status_code == 422
    assert not Contact.objects.filter(noted_on=DAY).exists()
    right = {"key": key, f"symptoms-{who}": ["rash"], f"temperature-{who}": "37.9"}
    assert client.post(asked, right).status_code == 302
    assert Contact.objects.filter(noted_on=DAY).count() == 3
    assert [one.person for one in Contact.objects.filter(ill_on=DAY)] == [people[0]]


def outbreak(cast: Cast, number: int) -> list[Case]:
    """One infects the next, two days after the other."""
    rows: list[Case] = []
    for at in range(number):
        made = suspect(cast, member(cast, f"患者{at}"), "mumps", ago=2 * (number - at))
        if rows:
            linking.link(
                by=cast.doctor, source=rows[-1], target=made, strength="possible", basis="同桌", key=uuid7(), now=NOW
            )
        rows.append(made)
    return rows


def test_pages_of_an_outbreak_cost_the_same_for_three_and_for_nine(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    pages = [reverse(f"cases:{name}", args=[cast.school.pk, "mumps"]) for name in ("chain", "curve", "line_list")]

    def asked() -> list[int]:
        found = []
        for page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    outbreak(cast, 3)
    few = asked()
    outbreak(cast, 6)
    assert asked() == few


def test_the_picture_names_nobody_and_its_table_says_who_infected_whom(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    outbreak(cast, 3)
    page = text(client.get(reverse("cases:chain", args=[cast.school.pk, "mumps"])))
    assert "患者" not in page
    assert page.count("<circle") == 3
    assert page.count('<path class="is-possible" d="M') == 2 + 1  # and the key
    assert "早于潜伏期" in page  # two days between onsets are too few for mumps
    filtered = client.get(reverse("cases:chain", args=[cast.school.pk, "mumps"]), {"since": DAY.isoformat()})
    assert "<circle" not in text(filtered)
    bad = client.get(reverse("cases:curve", args=[cast.school.pk, "mumps"]), {"since": "gestern"})
    assert bad.status_code == 200


def export(cast: Cast, client: Any, **given: Any) -> Any:
    told = {"form": "csv", "purpose": "疾控机构现场调查", **given}
    return client.post(reverse("cases:line_export", args=[cast.school.pk, "mumps"]), told)


def known(cast: Cast, person: Person) -> None:
    """A child with a parent and documents; the name would be a formula in a spreadsheet."""
    person.name, person.born_on, person.phone, person.address = "=1+1", date(2010, 5, 1), "13800138000", "岳麓区1号"
    person.save()
    IdentityDocument.objects.create(person=person, kind="resident", number="430104201005010013")
    mother = Guardian.objects.create(name="母亲", phone="13900139000")
    Guardianship.objects.create(guardian=mother, person=person, relation="mother", from_on=DAY)


def test_the_line_list_has_the_columns_of_the_report_card_and_no_formula(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    (case,) = outbreak(cast, 1)
    assert case.person is not None
    known(cast, case.person)
    assert export(cast, client, purpose="").status_code == 422
    answer = export(cast, client)
    sent = b"".join(answer.streaming_content).decode()
    assert sent.startswith("\ufeff")
    _title, mark, heads, row = list(csv.reader(io.StringIO(sent[1:])))
    assert mark[0].startswith("高洁 · 2020-02-05")
    line = dict(zip(heads, row, strict=True))
    assert len(heads) == 24
    assert (line["姓名"], line["家长姓名"], line["发病日期"]) == (
        "'=1+1",
        "母亲",
        (DAY - timedelta(days=2)).isoformat(),
    )
    assert "13800138000" not in sent
    assert "430104201005010013" not in sent
    assert Event.objects.get(verb="case.exported").detail == {"people": 1, "form": "csv"}
    book = b"".join(export(cast, client, form="xlsx").streaming_content)
    assert "=1+1" in ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()


def test_numbers_and_addresses_in_full_need_a_second_person_and_come_once(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    (case,) = outbreak(cast, 1)
    assert case.person is not None
    known(cast, case.person)
    assert export(cast, client, whole="on").status_code == 302
    request = Request.objects.get(kind="export", subject_kind="line_list")
    assert not Event.objects.filter(verb="case.exported").exists()
    request.decisions.create(by=cast.principal, agreed=True, at=NOW)
    sent = b"".join(export(cast, client, whole="on").streaming_content).decode()
    assert "430104201005010013" in sent
    assert "13800138000" in sent
    assert export(cast, client, whole="on").status_code == 302  # used up: asked again
    assert Event.objects.filter(verb="case.exported").count() == 1


def test_a_link_by_hand_is_noted_and_taken_back_on_the_page(cast: Cast, client: Any, clock: Any) -> None:
    client.force_login(cast.doctor)
    first, second = outbreak(cast, 2)
    page = reverse("cases:case_links", args=[first.pk])
    told = {"key": str(uuid7()), "source": str(second.pk), "strength": "probable", "basis": "家长说"}
    circle = client.post(page, told)
    assert circle.status_code == 422
    assert "循环" in text(circle)
    link = CaseLink.objects.get()
    assert client.post(reverse("cases:case_link_end", args=[second.pk, link.pk])).status_code == 302
    assert client.post(page, told).status_code == 302
    assert client.post(page, told).status_code in (302, 422)
    assert CaseLink.objects.filter(ended_at__isnull=True).count() == 1


def test_contacts_of_a_case_are_listed_in_as_many_queries_whatever_their_number(
    cast: Cast, client: Any, clock: Any
) -> None:
    client.force_login(cast.doctor)
    case = suspect(cast, member(cast, "病例"))

    def asked() -> int:
        page = reverse("cases:contacts_of", args=[case.pk])
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        return len(queries)

    for number in range(2):
        by_hand(cast, case, home=home(member(cast, f"甲{number}")))
    few = asked()
    for number in range(4):
        by_hand(cast, case, home=home(member(cast, f"乙{number}")))
    assert asked() == few
    assert tracing.release(by=cast.doctor, case=case, now=NOW) == 0
