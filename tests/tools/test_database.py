"""An unusable server is refused in words; the note about migrations is believed only while it is true."""

from pathlib import Path

import psycopg
import pytest

from tools.database import mark_migrated, refuse_unusable, up_to_date
from tools.postgres import Cluster
from tools.postgres_places import PostgresError


def test_the_note_holds_until_migrations_change(place: Path) -> None:
    with Cluster(place, test=True) as cluster:
        url = cluster.ensure_database()
        assert not up_to_date(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE django_migrations (id serial, app text, name text)")
            connection.execute("INSERT INTO django_migrations (app, name) VALUES ('core', '0001')")
            assert not up_to_date(url)
            mark_migrated(url)
            assert up_to_date(url)
            connection.execute("DELETE FROM django_migrations")
            assert not up_to_date(url)
        assert not up_to_date(cluster.ensure_database("another"))


def test_a_database_that_does_not_answer_is_not_up_to_date() -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    mark_migrated(url)
    assert not up_to_date(url)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/nothing", "postgresql://[broken", "no address"])
def test_a_database_that_cannot_be_reached_is_refused_in_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with pytest.raises(PostgresError, match="连接不上"):
        refuse_unusable(url)


def test_a_database_in_another_encoding_is_refused(place: Path) -> None:
    with Cluster(place, test=True) as cluster:
        refuse_unusable(cluster.ensure_database())
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            connection.execute(
                "CREATE DATABASE old ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
            )
        with pytest.raises(PostgresError, match="SQL_ASCII"):
            refuse_unusable(cluster.url("old"))
