"""The checkers of tables and of views, tried on small models and address tables of their own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import include, path
from django.views.i18n import set_language
from django.views.static import directory_index

from lianfang.core.ids import uuid7
from tests.house import pages, schema, staircase

PARTITIONED = 'CREATE TABLE "health_card" (school_id bigint) PARTITION BY RANGE (day)'


@pytest.fixture(autouse=True)
def _apart() -> Iterator[None]:
    """Models made here stay out of the program's own list."""
    with isolate_apps("lianfang.core"):
        yield


def sound_card() -> type[models.Model]:
    class Card(models.Model):
        growth = True
        pk = models.CompositePrimaryKey("school_id", "day", "id")
        school_id = models.BigIntegerField()
        day = models.DateField()
        id = models.UUIDField(default=uuid7)

        class Meta:
            app_label = "core"
            db_table = "health_card"
            constraints = (models.UniqueConstraint(fields=["school_id", "day", "id"], name="card_once"),)

    return Card


def test_a_growth_table_in_order_passes() -> None:
    card = sound_card()
    assert schema.growth_tables([card]) == [card]
    assert schema.breaks_growth_rules(card, [card], PARTITIONED) == []


def test_it_finds_every_broken_rule_of_a_growth_table() -> None:
    class Person(models.Model):
        growth = False

        class Meta:
            app_label = "core"

    class Card(models.Model):
        growth = True
        school_id = models.BigIntegerField()
        day = models.DateField()
        device = models.UUIDField(default=uuid4, unique=True)
        at = models.DateTimeField(auto_now_add=True)
        person = models.ForeignKey(Person, models.PROTECT)

        class Meta:
            app_label = "core"
            db_table = "health_card"
            constraints = (models.UniqueConstraint(fields=["day", "person"], name="card_once"),)

    trigger = "CREATE TRIGGER t BEFORE INSERT ON health_card FOR EACH ROW"
    found = "\n".join(schema.breaks_growth_rules(Card, [Card, Person], trigger))
    for fault in (
        "the primary key must begin with school_id",
        "card_once must begin with school_id",
        "unique device must begin with school_id",
        "Card.id is a serial",
        "Card.device must be a UUIDv7",
        "Card.at: times and random values are passed",
        "Card.person is a foreign key constraint",
        "no migration partitions health_card",
        "a trigger on a growth table",
    ):
        assert fault in found
    assert schema.growth_tables([Card, Person]) == [Card]


def test_it_finds_a_foreign_key_that_points_at_a_growth_table() -> None:
    class Day(models.Model):
        growth = True

        class Meta:
            app_label = "core"
            db_table = "health_card"

    class Note(models.Model):
        day = models.ForeignKey(Day, models.PROTECT)

        class Meta:
            app_label = "core"

    assert any("Note.day" in finding for finding in schema.breaks_growth_rules(Day, [Day, Note], PARTITIONED))


def test_it_finds_a_foreign_key_that_looks_up() -> None:
    class Return(models.Model):
        class Meta:
            app_label = "core"

    class Unit(models.Model):
        latest = models.ForeignKey(Return, models.PROTECT)

        class Meta:
            app_label = "core"

    Return.__module__, Unit.__module__ = "lianfang.returns.models", "lianfang.orgs.models"
    assert len(staircase.foreign_keys([Unit, Return])) == 1
    Return.__module__, Unit.__module__ = "lianfang.orgs.models", "lianfang.returns.models"
    assert staircase.foreign_keys([Unit, Return]) == []


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("x = models.Index(F('a'), name='i')", 1),
        ("x = GinIndex(fields=['a'])", 1),
        ("x = models.CharField(db_index=True)", 1),
        ("# the list of a unit\nx = models.Index(F('a'), name='i')", 0),
        ("x = models.Index(\n    F('a'),\n    name='i',  # the list of a unit\n)", 0),
        ("x = models.CharField(db_index=False)", 0),
    ],
)
def test_it_finds_an_index_that_does_not_say_what_for(text: str, silent: int) -> None:
    assert len(schema.silent_indexes("lianfang/orgs/models.py", text)) == silent


def test_it_finds_a_view_without_a_verb() -> None:
    def open_to_all(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def guarded(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    guarded.needs = ("unit.view",)  # type: ignore[attr-defined]
    nested = [path("a/", open_to_all), path("b/", guarded)]
    patterns = [path("x/", include(nested)), path("language", set_language), path("list", directory_index)]
    found = pages.undeclared(patterns)
    assert len(found) == 2
    assert "/x/a/" in found[0]
    assert "open_to_all declares no verb" in found[0]
    assert "directory_index is a view of another package" in found[1]
