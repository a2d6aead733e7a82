"""Sealed columns in every way Django reads, writes, copies and prints them."""

import copy
import json
import logging
import pickle
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.template import Context, Template

from lianfang.core import crypto, keyring
from lianfang.core.ciphers import Damaged
from lianfang.core.fields import Sealed

PHONE, OTHER = "+8613812345678", "+8613987654321"
MADE_AT = "2020-01-20T00:00:00+08:00"
Person: Any = apps.get_model("people", "Person")
Guardian: Any = apps.get_model("people", "Guardian")
RosterRow: Any = apps.get_model("people", "RosterRow")
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return Person.objects.create(name="王小明", phone=PHONE, address="长沙市岳麓区麓山南路1号")


def found(number: str, model: Any = Person) -> list[Any]:
    return list(model.objects.filter(phone_index__in=crypto.sought("phone", number)))


def stored(row: Any, column: str = "phone") -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {row._meta.db_table} WHERE id = %s", [row.pk])
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


# ── writing and reading ───────────────────────────────────────────────────────────────────────────────


def test_a_created_row_is_sealed_found_and_opened(person: Any) -> None:
    token = stored(person)
    assert token is not None
    assert b"138" not in token
    again = Person.objects.get()
    assert again.phone.open() == PHONE
    assert found("138 1234 5678") == [person]
    assert found(OTHER) == []


@pytest.mark.parametrize("nothing", [None, ""])
def test_blank_is_not_known(person: Any, nothing: str | None) -> None:
    person.phone = nothing
    assert person.phone is None
    person.save()
    assert stored(person) is None
    assert stored(person, "phone_index") is None
    assert Person.objects.get(phone__isnull=True) == person
    assert found(PHONE) == []


def test_a_change_takes_the_index_along(person: Any) -> None:
    person.phone = OTHER
    person.save(update_fields=["phone", "phone_index"])
    assert (found(OTHER), found(PHONE)) == ([person], [])
    person.phone = PHONE
    person.save()
    assert (found(OTHER), found(PHONE)) == ([], [person])


def test_the_order_of_assignment_does_not_matter() -> None:
    rows = [Person(name="甲", phone_index=b"", phone=PHONE), Person(phone=OTHER, name="乙", phone_index=b"junk")]
    Person.objects.bulk_create(rows)
    assert [row.name for row in found(PHONE)] == ["甲"]
    assert [row.name for row in found(OTHER)] == ["乙"]


def test_bulk_update_takes_the_index_along(person: Any) -> None:
    second = Person.objects.create(name="乙", phone=OTHER)
    rows = list(Person.objects.order_by("name"))
    for number, row in enumerate(rows):
        row.phone = f"+861390000000{number}"
    rows[0].phone = None
    Person.objects.bulk_update(rows, ["phone", "phone_index"])
    assert stored(rows[0]) is None
    assert found("13900000001") == [rows[1]]
    assert found(PHONE) == found(OTHER) == []
    assert {person, second} == set(rows)


def test_a_write_that_would_lose_the_index_is_refused(person: Any) -> None:
    person.phone = OTHER
    with pytest.raises(TypeError, match="phone_index"), transaction.atomic():
        person.save(update_fields=["phone"])
    with pytest.raises(TypeError, match="phone_index"), transaction.atomic():
        Person.objects.update(phone=OTHER)
    with pytest.raises(TypeError, match="phone_index"), transaction.atomic():
        Person.objects.bulk_update([Person.objects.get()], ["phone"])
    with pytest.raises(TypeError, match="phone_index"), transaction.atomic():
        Person.objects.update(phone=Person.objects.get().phone)
    assert found(PHONE) == [person]
    Person.objects.update(address="长沙市芙蓉区五一路2号")  # a column without an index can be set so
    assert Person.objects.get().address.open() == "长沙市芙蓉区五一路2号"


@pytest.mark.parametrize("half", [{"phone": None}, {"phone_index": None}])
def test_the_database_keeps_both_or_neither(person: Any, half: dict[str, None]) -> None:
    with pytest.raises(IntegrityError, match="person_phone_indexed"), transaction.atomic():
        Person.objects.update(**half)
    Person.objects.update(phone=None, phone_index=None)
    assert stored(person) is None


@pytest.mark.parametrize("load", [["name"], ["phone"], ["phone_index"], ["name", "phone"]])
def test_deferred_columns_stay_right(person: Any, load: list[str]) -> None:
    row = Person.objects.only(*load).get()
    row.save()
    assert found(PHONE) == [person]
    assert row.phone.open() == PHONE
    row = Person.objects.only(*load).get()
    row.phone = OTHER
    row.save()
    assert (found(OTHER), found(PHONE)) == ([person], [])
    assert Person.objects.defer("phone").get().phone_index == crypto.blind("phone", OTHER)


def test_refreshing_forgets_what_was_assigned(person: Any) -> None:
    person.phone = OTHER
    person.refresh_from_db()
    assert person.phone.open() == PHONE
    assert person.phone_index == crypto.blind("phone", PHONE)


def test_a_value_of_another_column_is_sealed_anew_for_this_one(person: Any) -> None:
    loaded = Person.objects.get()
    guardian = Guardian.objects.create(name="王强", phone=loaded.phone)
    assert stored(guardian) != stored(person)
    assert Guardian.objects.get().phone.open() == PHONE
    assert found(PHONE, Guardian) == [guardian]
    twin = Person.objects.create(name="王小亮", phone=loaded.phone)
    assert set(found(PHONE)) == {person, twin}


def test_only_text_can_be_sealed(person: Any) -> None:
    for wrong in (13812345678, F("name"), b"x"):
        with pytest.raises(TypeError, match=r"people_person\.phone takes text"):
            person.phone = wrong


def test_sealed_columns_are_not_compared_by_the_database(person: Any) -> None:
    for wanted in ({"phone": PHONE}, {"phone__contains": "138"}, {"phone__in": [PHONE]}):
        with pytest.raises(FieldError):
            Person.objects.filter(**wanted)
    with pytest.raises(FieldError):
        RosterRow.objects.filter(cells={"姓名": "王小明"})


def test_values_come_sealed_from_every_kind_of_query(person: Any) -> None:
    (value,) = Person.objects.values_list("phone", flat=True)
    assert isinstance(value, Sealed)
    assert value.open() == PHONE
    with pytest.raises(TypeError):
        json.dumps({"phone": value})


def test_the_index_is_used_by_the_database(person: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Person.objects.filter(phone_index__in=crypto.sought("phone", PHONE)).explain()
    assert "person_phone" in plan


# ── a change of keys ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_keys(settings: Any, tmp_path: Any) -> Any:
    """Rows are written with key 1; calling it makes key 2 active."""
    settings.KEY_FILE = tmp_path / "keys.json"
    keyring.make("intl", MADE_AT)
    yield lambda: keyring.write(keyring.ring().added("sm", MADE_AT))
    keyring._kept = None


def test_a_row_is_found_and_opened_before_and_after_it_is_sealed_anew(two_keys: Any) -> None:
    old = Person.objects.create(name="甲", phone=PHONE)
    two_keys()
    new = Person.objects.create(name="乙", phone=PHONE)
    assert set(found(PHONE)) == {old, new}
    assert [row.phone.open() for row in found(PHONE)] == [PHONE, PHONE]


def test_what_is_written_back_uses_the_active_key(two_keys: Any) -> None:
    Person.objects.create(name="甲", phone=PHONE, address="长沙市")
    loaded = Person.objects.get()
    assert loaded.phone.token()[:2] == b"\0\1"
    two_keys()
    loaded.save()
    for column in ("phone", "phone_index", "address"):
        token = stored(loaded, column)
        assert token is not None
        assert token[:2] == b"\0\2"
    assert found(PHONE) == [loaded]


# ── printing and copying ──────────────────────────────────────────────────────────────────────────────


def test_nothing_that_prints_it_shows_the_value(person: Any, caplog: pytest.LogCaptureFixture) -> None:
    for row in (person, Person.objects.get()):
        sealed = row.phone
        said = [
            str(sealed), repr(sealed), f"{sealed}", f"{sealed:>20}", f"{sealed!r}", "%s" % sealed, "%r" % [sealed],  # noqa: UP031
            repr(row), repr(row.__dict__), repr(Person.objects.values("phone")), repr([vars(row)]),
            Template("{{ p.phone }} {{ p.address }} {{ p }}").render(Context({"p": row})),
        ]  # fmt: skip
        caplog.set_level(logging.DEBUG)
        logging.getLogger("test").info("%s %r %s", sealed, sealed, row.__dict__)
        for text in (*said, caplog.text):
            assert PHONE not in text
            assert "12345678" not in text
            assert "麓山南路" not in text
    assert str(person.phone) == "138****5678"
    assert str(person.address) == "长沙市岳麓区•••"


def test_copies_and_pickles_travel_sealed(person: Any) -> None:
    for row in (person, Person.objects.get()):
        row.phone.open()
        packed = pickle.dumps(row)
        assert PHONE.encode() not in packed
        assert pickle.loads(packed).phone.open() == PHONE  # noqa: S301 (our own)
        twin = copy.deepcopy(row)
        assert twin.phone == row.phone
        twin.phone = OTHER
        assert row.phone.open() == PHONE


def test_rows_are_not_serialised(person: Any) -> None:
    with pytest.raises(TypeError, match="sealed"):
        serializers.serialize("json", [person])


def test_equal_values_are_equal_however_they_were_sealed(person: Any) -> None:
    other = Person.objects.create(name="乙", phone=PHONE)
    one, two = Person.objects.get(pk=person.pk).phone, Person.objects.get(pk=other.pk).phone
    assert one == two
    assert len({one, two}) == 1
    assert one != PHONE
    assert one != Person(phone=OTHER).phone


# ── damage ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_damaged_value_is_refused_and_does_not_take_a_list_along(
    person: Any, caplog: pytest.LogCaptureFixture
) -> None:
    token = bytearray(stored(person) or b"")
    token[-1] ^= 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET phone = %s", [bytes(token)])
    row = Person.objects.get()
    with pytest.raises(Damaged):
        row.phone.open()
    assert str(row.phone) in ("(unreadable)", "（无法读取）")
    assert "people_person.phone" in caplog.text
    assert row.address.open().startswith("长沙市")
    row.name = "王大明"
    row.save(update_fields=["name"])
    with pytest.raises(Damaged), transaction.atomic():
        row.save()
    row.phone = OTHER
    row.save()
    assert found(OTHER) == [row]


def test_a_value_moved_to_another_column_does_not_open(person: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET address = phone")
    with pytest.raises(Damaged):
        Person.objects.get().address.open()


def test_whole_json_values_are_sealed_and_come_back(cast: Any) -> None:
    file = apps.get_model("people", "RosterFile").objects.create(
        unit=cast.school, name="a.xlsx", content=b"PK\3\4", digest=b"", by_id=1, by_name="", at=cast.now
    )
    cells = {"姓名": "王小明", "电话": PHONE, "空": None, "数": 1.5}
    row = RosterRow.objects.create(file=file, line=2, plan="join", cells=cells)
    assert RosterRow.objects.get().cells == cells
    token = stored(row, "cells")
    assert token is not None
    assert "王小明".encode() not in token
    RosterRow.objects.update(cells=None)
    assert RosterRow.objects.get().cells is None
    file.refresh_from_db()
    assert file.content == b"PK\3\4"
    assert b"PK" not in (stored(file, "content") or b"")
