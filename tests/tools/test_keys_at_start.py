"""The start looks after the keys: of a new installation, of one from before there were keys, and of one that lost them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tools.postgres import Cluster
from tools.run import greeting
from tools.supervisor import Instance, KeysError

PHONE = "+8613812345678"
pytestmark = pytest.mark.slow


@pytest.fixture
def file(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LIANFANG_KEY_FILE", str(place / "kept" / "keys.json"))
    return place / "kept" / "keys.json"


@pytest.fixture
def instance(place: Path, file: Path) -> Iterator[Instance]:
    with started(place) as running:
        yield running


@pytest.fixture
def installed(place: Path, file: Path, migrated: Callable[[Path], None]) -> Iterator[Instance]:
    migrated(place / "server")
    with started(place) as running:
        yield running


@contextmanager
def started(place: Path) -> Iterator[Instance]:
    with Cluster(place / "server", test=True) as cluster:
        cluster.ensure_database()
        running = Instance(place / "home", port=0, database_url=cluster.url(), commands=lambda bind, port: {})
        running.start_database()
        yield running
        running.stop()


def phones(instance: Instance) -> list[object]:
    with psycopg.connect(instance.database_url) as connection:
        return [value for (value,) in connection.execute("SELECT phone FROM people_user ORDER BY id")]


def test_an_installation_from_before_there_were_keys_gets_them_and_is_sealed(instance: Instance, file: Path) -> None:
    for room, last in (("people", "0001"), ("core", "0003")):
        instance.manage("migrate", room, last, "--verbosity=0")
    with psycopg.connect(instance.database_url) as connection:
        connection.execute(
            "INSERT INTO people_user (username, name, phone, password, email, language, must_change_password, is_active)"
            " VALUES ('clerk', '周敏', %s, '!', '', 'zh-hans', false, true)",
            [PHONE],
        )
    assert phones(instance) == [PHONE]
    assert instance.migrate()
    assert file.exists()
    assert "Back it up now" in greeting_of(instance)
    (sealed,) = phones(instance)
    assert isinstance(sealed, bytes)
    assert b"138" not in sealed
    asked = "from lianfang.people.models import User; print(User.objects.get().work_phone)"
    assert instance.manage("shell", "-v", "0", "-c", asked).strip() == PHONE
    assert "Everything opens" in instance.manage("keys", "check")

    assert not instance.migrate()  # the next start
    assert "Back it up now" not in greeting_of(instance)
    assert str(file) in greeting_of(instance)


def greeting_of(instance: Instance) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMO", "0")
        return greeting(instance)


def test_a_start_without_its_keys_is_refused_and_makes_no_new_ones(
    installed: Instance, file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    installed.migrate()
    kept = file.rename(file.with_name("moved.json"))
    with pytest.raises(KeysError, match="Not started"):
        installed.migrate()
    said = capfd.readouterr().err
    assert "找不到密钥文件" in said
    assert "Restore it from its backup" in said
    assert not file.exists()
    kept.rename(file)
    installed.migrate()
