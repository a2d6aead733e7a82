"""Keys are exchanged while people work: nothing is skipped, lost or unreadable, whatever is killed on the way."""

import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from pytest_django import Settings

from lianfang.core import crypto, keyring
from lianfang.core.actions import keys as actions
from lianfang.core.bulk import Sealer
from lianfang.core.models import Event, Seal
from lianfang.core.queries import keys as queries
from lianfang.core.queries import sealed

PHONE = "+8613812345678"
Person: Any = apps.get_model("people", "Person")
Document: Any = apps.get_model("people", "IdentityDocument")
RosterFile: Any = apps.get_model("people", "RosterFile")
RosterRow: Any = apps.get_model("people", "RosterRow")
Authenticator: Any = apps.get_model("mfa", "Authenticator")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.KEY_FILE = tmp_path / "keys.json"
    monkeypatch.setenv("LIANFANG_KEY_FILE", str(settings.KEY_FILE))
    keyring.make("intl", "2020-01-20T00:00:00+08:00")
    yield settings.KEY_FILE
    keyring._kept = None


def keys(*arguments: str) -> str:
    said = StringIO()
    call_command("keys", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def made_with() -> dict[int, int]:
    """Key number → how many values of the whole database."""
    total: dict[int, int] = {}
    for _place, _kind, counts in queries.usage():
        for number, many in counts.items():
            total[number] = total.get(number, 0) + many
    return total


def phone(number: int) -> str:
    return f"+86139{number:08d}"


def enrol(many: int) -> None:
    Person.objects.bulk_create(
        Person(name=f"学生{number}", phone=phone(number), address=f"长沙市{number}号") for number in range(many)
    )


# ── one run ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_kind_of_value_is_sealed_anew(file: Path, cast: Any) -> None:
    keys("prepare")
    for user in cast.people.values():
        user.phone = PHONE
        user.save()
    enrol(3)
    Document.objects.create(person=Person.objects.first(), kind="resident", number="43010420050101123X")
    upload = RosterFile.objects.create(
        unit=cast.school, name="a", content=b"x" * 100_000, digest=b"", by_id=1, by_name="", at=cast.now
    )
    RosterRow.objects.create(file=upload, line=1, plan="join", cells={"姓名": "王小明"})
    RosterRow.objects.create(file=upload, line=2, plan="join", cells=None)
    secrets = {kind: crypto.seal_text(kind, "mfa_authenticator.data") for kind in ("one", "two")}
    Authenticator.objects.create(user=cast.admin, type="recovery_codes", data={"codes": list(secrets.values()), "n": 1})
    assert set(made_with()) == {1}

    keys("new", "--suite", "sm")
    said = keys("rotate")
    assert set(made_with()) == {2}
    keys("retire", "1")
    assert list(keyring.ring().keys) == [2]
    keys("check")

    assert "sealed anew" in said
    assert Person.objects.get(phone_index__in=crypto.sought("phone", phone(1))).address.open() == "长沙市1号"
    assert Document.objects.get(number_index__in=crypto.sought("identity", "43010420050101123x")).number.open()
    assert RosterFile.objects.get().content == b"x" * 100_000
    assert [row.cells for row in RosterRow.objects.order_by("line")] == [{"姓名": "王小明"}, None]
    kept = Authenticator.objects.get().data
    assert [crypto.open_text(code, "mfa_authenticator.data") for code in kept["codes"]] == ["one", "two"]
    assert kept["n"] == 1
    verbs = list(Event.objects.filter(verb__startswith="key.").order_by("id").values_list("verb", flat=True))
    assert verbs == ["key.made", "key.made", "key.rotated", "key.retired"]


def test_a_rotation_with_nothing_to_do_does_nothing() -> None:
    keys("prepare")
    enrol(2)
    before = list(Person.objects.values_list("pk", "phone_index"))
    keys("rotate")
    assert list(Person.objects.values_list("pk", "phone_index")) == before
    assert not Event.objects.filter(verb="key.rotated").exists()


def test_no_sealed_column_of_any_model_is_left_out() -> None:
    """What a rotation will visit, beside every column of every model that could be sealed."""
    visited = {table.place(column) for table in sealed.tables() for column in table.columns}
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if field.__class__.__module__ == "lianfang.core.fields" and model.__name__ != "KeyMark":
                assert f"{model._meta.db_table}.{field.column}" in visited
    assert {"people_user.phone", "people_user.phone_index", "people_rosterfile.content"} <= visited
    assert "mfa_authenticator.data" in visited


def test_the_status_counts_what_waits() -> None:
    keys("prepare")
    enrol(3)
    keys("new")
    Person.objects.create(name="乙", phone=PHONE)
    said = keys("status")
    assert "9 个值待轮换" in said  # three rows of telephone, its index, and address
    assert "people_person.phone " in said
    assert PHONE not in said


# ── what cannot be sealed anew ────────────────────────────────────────────────────────────────────────


def flip(row: Any, column: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {column} = set_byte({column}, 20, get_byte({column}, 20) # 1)"
            " WHERE id = %s",
            [row.pk],
        )


def test_a_damaged_value_is_named_and_holds_up_nothing_else() -> None:
    keys("prepare")
    enrol(5)
    broken = Person.objects.get(name="学生2")
    flip(broken, "phone")
    keys("new")
    for verb in ("rotate", "check"):
        said = StringIO()
        with pytest.raises(CommandError, match=r"\d 个值有误"):
            call_command("keys", verb, stdout=said, stderr=said)
        assert f"people_person {broken.pk} phone: 已损坏" in said.getvalue()
        assert PHONE not in said.getvalue()
    assert made_with() == {1: 2, 2: 13}  # the telephone and its index; its address is sealed anew
    with pytest.raises(CommandError, match="2"):
        keys("retire", "1")
    broken.phone = PHONE  # asked for again and entered anew
    broken.save()
    keys("rotate")
    keys("check")
    keys("retire", "1")


def test_a_wrong_index_is_named() -> None:
    keys("prepare")
    enrol(2)
    wrong = Person.objects.get(name="学生1")
    Person.objects.filter(pk=wrong.pk).update(phone_index=crypto.blind("phone", PHONE))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("keys", "check", stdout=said, stderr=said)
    assert f"people_person {wrong.pk} phone_index" in said.getvalue()


def test_two_rows_with_one_number_that_slipped_in_between_are_named_and_the_rest_is_done() -> None:
    """While both keys are in use the index of one number has two forms, so the constraint alone does not see it."""
    keys("prepare")
    enrol(3)
    people = list(Person.objects.order_by("name"))
    for number, person in enumerate(people[:2]):
        Document.objects.create(person=person, kind="resident", number=f"4301042005010112{number}1")
    keys("new")
    twin = Document.objects.create(person=people[2], kind="resident", number="430104200501011201")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("keys", "rotate", stdout=said, stderr=said)
    first = Document.objects.get(person=people[0])
    assert f"people_identitydocument {first.pk} number_index: 与另一行重复" in said.getvalue()
    assert made_with()[1] == 2
    twin.delete()
    keys("rotate")
    assert set(made_with()) == {2}


# ── retiring ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_key_that_is_needed_is_not_taken_away(cast: Any) -> None:
    keys("prepare")
    enrol(1)
    with pytest.raises(CommandError, match="7"):
        keys("retire", "7")
    with pytest.raises(CommandError, match="1"):
        keys("retire", "1")
    keys("new")
    with pytest.raises(CommandError, match=r"\b59\b.*\b0\b"):
        keys("retire", "1")
    keys("rotate")
    Seal.objects.create(number=1, at=cast.now, previous=b"", events=[], digest=b"\0\1" + bytes(32))
    with pytest.raises(CommandError, match=r"\b0\b.*\b1\b"):
        keys("retire", "1")
    assert set(keyring.ring().keys) == {1, 2}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_key_is_not_taken_away_while_somebody_writes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long transaction wrote with the old key and is not committed yet."""
    monkeypatch.setattr(actions, "PATIENCE", "300ms")
    keys("prepare")
    written, done = threading.Event(), threading.Event()

    def slow_import() -> None:
        try:
            with transaction.atomic():
                Person.objects.create(name="甲", phone=PHONE)
                written.set()
                done.wait(20)
        finally:
            connection.close()

    writer = threading.Thread(target=slow_import)
    writer.start()
    written.wait(20)
    keys("new")
    keys("rotate")
    assert made_with() == {}
    with pytest.raises(CommandError):
        keys("retire", "1")
    done.set()
    writer.join()
    with pytest.raises(CommandError, match="2"):
        keys("retire", "1")
    keys("rotate")
    keys("retire", "1")
    assert Person.objects.get().phone.open() == PHONE


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_key_is_not_taken_away_while_a_batch_is_being_sealed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An import has sealed some thousand values in memory and has not begun to write them."""
    monkeypatch.setattr(actions, "PATIENCE", "300ms")
    keys("prepare")
    begun, go_on = threading.Event(), threading.Event()
    tokens: list[bytes] = []

    def batch() -> None:
        try:
            with transaction.atomic():
                tokens.append(Sealer().seal(b"x", "people_person.address"))
                begun.set()
                go_on.wait(20)
        finally:
            connection.close()

    worker = threading.Thread(target=batch)
    worker.start()
    begun.wait(20)
    keys("new")
    keys("rotate")
    with pytest.raises(CommandError):
        keys("retire", "1")
    go_on.set()
    worker.join()
    assert crypto.key_number(tokens[0]) == 1
    keys("retire", "1")
    with pytest.raises(TransactionManagementError):
        Sealer()
