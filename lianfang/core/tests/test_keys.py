"""The first start makes the keys; every later one finds the right ones or does not begin."""

import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from lianfang.core import crypto, keyring
from lianfang.core.checks import keys_fit
from lianfang.core.models import Event, KeyMark
from lianfang.core.queries import keys as queries
from tests.house.source import ROOT

MADE_AT = "2020-01-20T00:00:00+08:00"
PHONE = "+8613812345678"
Person: Any = apps.get_model("people", "Person")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    settings.KEY_FILE = tmp_path / "kept" / "a.keys.json"
    monkeypatch.setenv("LIANFANG_KEY_FILE", str(settings.KEY_FILE))
    yield settings.KEY_FILE
    keyring._kept = None


def keys(*arguments: str) -> str:
    said = StringIO()
    call_command("keys", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def another_file(place: Path) -> None:
    place.unlink(missing_ok=True)
    keyring.make("intl", MADE_AT)


# ── preparing ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_start_makes_the_file_and_says_where_it_lies(file: Path) -> None:
    said = keys("prepare")
    assert file.exists()
    assert str(file) in said
    assert "备份" in said
    assert "Back it up" in said
    assert queries.marks().keys() == {1}  # type: ignore[union-attr]
    assert list(Event.objects.values_list("verb", "detail")) == [("key.made", {"number": 1, "suite": "intl"})]


def test_a_later_start_only_says_where_it_lies(file: Path) -> None:
    keys("prepare")
    before = file.read_bytes()
    said = keys("prepare")
    assert said.count(str(file)) == 1
    assert "Back it up" not in said
    assert file.read_bytes() == before
    assert KeyMark.objects.count() == Event.objects.count() == 1


def test_a_file_that_others_may_read_is_told(file: Path) -> None:
    keys("prepare")
    assert "chmod" not in keys("prepare")
    file.chmod(0o640)
    assert f"chmod 600 {file}" in keys("prepare")


def test_before_the_first_migration_there_is_a_file_and_no_mark_yet(file: Path) -> None:
    """The server undoes this at the end of the test, as it does every statement."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE core_keymark")
        cursor.execute("ALTER TABLE people_user DROP CONSTRAINT user_phone_indexed, ALTER phone TYPE varchar USING ''")
    assert "Back it up" in keys("prepare")
    assert file.exists()
    assert "people_user.phone" not in {place for place, *_ in queries.usage()}


@pytest.mark.parametrize("marked", [True, False])
def test_with_data_and_without_the_file_it_does_not_begin_and_makes_no_other(file: Path, marked: bool) -> None:
    keys("prepare")
    Person.objects.create(name="甲", phone=PHONE)
    if not marked:
        KeyMark.objects.all().delete()
    file.unlink()
    with pytest.raises(CommandError, match=r"找不到密钥文件[\s\S]*Restore it from its backup"):
        keys("prepare")
    assert not file.exists()
    assert [error.id for error in keys_fit(None, databases=["default"])] == ["core.E004"]


@pytest.mark.parametrize("marked", [True, False])
def test_with_the_keys_of_another_installation_it_does_not_begin(file: Path, marked: bool) -> None:
    keys("prepare")
    Person.objects.create(name="甲", phone=PHONE)
    if not marked:
        KeyMark.objects.all().delete()
    another_file(file)
    for verb in ("prepare", "status", "new", "check"):
        with pytest.raises(CommandError, match=r"不是这个数据库的[\s\S]*does not belong to this database"):
            keys(verb)
    assert [error.id for error in keys_fit(None, databases=["default"])] == ["core.E004"]
    assert len(keyring.ring().keys) == 1


def test_a_file_that_lost_its_name_is_pointed_at(file: Path) -> None:
    keys("prepare")
    real = file.rename(file.with_name("b.keys.json"))
    another_file(file)
    file.with_name("c.keys.json").write_text("{}")
    with pytest.raises(CommandError) as refused:
        keys("prepare")
    assert f"LIANFANG_KEY_FILE={real}" in str(refused.value)
    assert "c.keys.json" not in str(refused.value)


def test_an_older_copy_of_the_file_is_refused(file: Path) -> None:
    keys("prepare")
    older = file.read_bytes()
    keys("new")
    file.write_bytes(older)
    with pytest.raises(CommandError, match=r"第 2 号[\s\S]*key number 2"):
        keys("prepare")


@pytest.mark.parametrize("text", ["", "{}", "no json"])
def test_a_damaged_file_is_refused_and_left_alone(file: Path, text: str) -> None:
    keys("prepare")
    file.write_text(text)
    with pytest.raises(CommandError, match=r"已损坏[\s\S]*is damaged"):
        keys("prepare")
    assert file.read_text() == text


def test_a_new_key_whose_mark_was_lost_gets_it_at_the_next_start() -> None:
    keys("prepare")
    keyring.write(keyring.ring().added("sm", MADE_AT))  # the power went off before the mark was committed
    keys("prepare")
    assert queries.marks().keys() == {1, 2}  # type: ignore[union-attr]
    queries.refuse_misfit()


def test_a_right_file_passes_the_check_and_an_empty_database_needs_none(file: Path) -> None:
    assert keys_fit(None, databases=["default"]) == []
    keys("prepare")
    assert keys_fit(None, databases=["default"]) == []
    assert keys_fit(None) == []  # commands that ask no database


def test_an_installation_on_commercial_algorithms_works_from_end_to_end(settings: Settings) -> None:
    settings.KEY_SUITE = "sm"
    keys("prepare")
    assert keyring.active().suite == "sm"
    person = Person.objects.create(name="甲", phone=PHONE, address="长沙市岳麓区麓山南路1号")
    assert Person.objects.get(phone_index__in=crypto.sought("phone", "13812345678")) == person
    assert Person.objects.get().address.open() == "长沙市岳麓区麓山南路1号"
    assert "sm" in keys("status")
    keys("check")
    keys("new")
    assert keyring.active().suite == "sm"  # the same family, unless another is asked for


def test_an_unknown_suite_is_refused(settings: Settings, file: Path) -> None:
    settings.KEY_SUITE = "des"
    with pytest.raises(CommandError, match="des"):
        keys("prepare")
    assert not file.exists()


# ── real processes ────────────────────────────────────────────────────────────────────────────────────


def url() -> str:
    """Of the database of this test, for another process."""
    told = connection.settings_dict
    account = f"{quote(str(told['USER']))}:{quote(str(told['PASSWORD']))}"
    return f"postgres://{account}@{quote(str(told['HOST']), safe='')}:{told['PORT']}/{told['NAME']}"


def started(*command: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "DATABASE_URL": url(), "DJANGO_SETTINGS_MODULE": "lianfang.config.settings"}
    return subprocess.Popen(
        [sys.executable, *command], env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_several_first_starts_at_once_one_makes_the_keys(file: Path) -> None:
    running = [started("manage.py", "keys", "prepare") for _ in range(4)]
    ended = [(*process.communicate(), process.returncode) for process in running]
    assert [code for *_, code in ended] == [0] * 4, ended
    assert sum("Back it up" in said for said, *_ in ended) == 1
    assert KeyMark.objects.count() == 1
    assert Event.objects.filter(verb="key.made").count() == 1
    queries.refuse_misfit()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("command", [("-c", "import lianfang.config.wsgi"), ("manage.py", "migrate")])
def test_neither_pages_nor_migrations_begin_with_the_wrong_keys(file: Path, command: tuple[str, ...]) -> None:
    keys("prepare")
    assert started(*command).wait() == 0
    another_file(file)
    process = started(*command)
    said = "".join(process.communicate())
    assert process.returncode != 0
    assert "does not belong to this database" in said
    file.unlink()
    process = started(*command)
    said = "".join(process.communicate())
    assert process.returncode != 0
    assert "Restore it from" in said
