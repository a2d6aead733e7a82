"""The note about migrations is believed only while it is true."""

from pathlib import Path

import psycopg

from tools.migrated import mark_migrated, up_to_date
from tools.postgres import Cluster


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
