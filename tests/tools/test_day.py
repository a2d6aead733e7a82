"""The demo day: small, with every process killed on the way; and that its measuring and proving can fail."""

import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from lianfang.core.ids import uuid7
from lianfang.returns import rules, spec
from lianfang.returns.actions import filing
from tests.cast import DAY, NOW, Cast
from tools.database import up_to_date
from tools.day import proof, world
from tools.day.__main__ import main
from tools.day.browser import Site
from tools.day.ledger import Acknowledged
from tools.day.measures import Measures, percentile
from tools.day.page import Page, sum_of
from tools.day.stage import Clock, Stage
from tools.day.watch import Look, lags
from tools.supervisor import Instance

FORM = spec.catalog()["situation_2020"]


@pytest.mark.slow
def test_a_day_in_which_everything_is_killed_loses_nothing(
    place: Path, migrated: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    migrated(place)
    monkeypatch.setattr(world, "forget", lambda instance: None)  # there was no day before
    code = main(["--schools", "6", "--users", "6", "--kill", "web,worker,postgres", "--home", str(place)])
    said = capsys.readouterr().out
    assert code == 0, said
    assert said.count("kill -9") == 6
    assert "everything acknowledged is stored exactly once" in said
    assert list(place.glob("*.xlsx"))


@pytest.mark.slow
def test_an_earlier_day_is_forgotten(place: Path, migrated: Callable[[Path], None]) -> None:
    migrated(place)
    instance = Instance(place, database_url="", test=True)
    try:
        url = instance.start_database()
        assert up_to_date(url)
        world.forget(instance)
        with psycopg.connect(url) as database:
            assert database.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
    finally:
        instance.stop()


@pytest.fixture
def stage() -> Stage:
    site = Site("http://127.0.0.1:9", Measures())
    return Stage(site, FORM, DAY, "", Clock(None, DAY))


def test_the_proof_finds_what_was_acknowledged_but_is_not_there(cast: Cast, stage: Stage) -> None:
    key = uuid7()
    cells = rules.zero_cells(FORM, {"contact": "周敏 0731"})
    filing.submit(
        by=cast.clerk, unit=cast.school, form=FORM, on=DAY, cells=cells, reasons={}, key=key, base=0, now=NOW
    )  # fmt: skip
    place = (cast.school.pk, cast.clerk.username)
    stage.ledger.acknowledge(Acknowledged("submission", *place, str(key)))
    proof.acknowledged(connection.connection, stage)
    assert stage.ledger.wrong == []
    lost = str(uuid.uuid4())
    stage.ledger.acknowledge(Acknowledged("submission", *place, lost))
    proof.acknowledged(connection.connection, stage)
    assert any(lost in text for text in stage.ledger.wrong)
    assert any("versions filed" in text for text in stage.ledger.wrong)


def test_a_page_that_misses_an_acknowledged_signature_is_told() -> None:
    looks = [Look(0.0, 0.1, {7: 0}), Look(2.0, 2.1, {7: 1}), Look(3.0, 3.2, {7: 2})]
    found, stale = lags(looks, {7: [1.9]})
    assert found == pytest.approx([0.2])
    assert stale == []
    found, stale = lags(looks, {7: [1.0, 1.5]})
    assert found == pytest.approx([1.1, 1.7])
    assert stale == ["signature 2 of city 7 was missing on a page asked for afterwards"]
    assert lags(looks, {8: [1.0]})[1] == ["signature 1 of city 8 never reached the province's table"]


def test_a_form_is_read_as_a_browser_would_send_it() -> None:
    page = Page(
        '<form method="post" action="/x/"><input type="hidden" name="key" value="a&amp;b"><input name="c-one" value="3">'
        '<input type="checkbox" name="u-one" value="1"><input type="checkbox" name="u-two" value="1" checked>'
        '<textarea name="remark">zwei\nZeilen</textarea><button name="zero" value="1">0</button></form>'
    )
    form = page.form("key")
    assert form.fields == {"key": "a&b", "c-one": "3", "u-two": "1", "remark": "zwei\nZeilen"}
    with pytest.raises(LookupError):
        page.form("seen")


@pytest.mark.parametrize(
    ("text", "said"), [("0", (0, 0)), ("–", (0, 0)), ("1,204", (1204, 0)), ("3（2 个单位待核实）", (3, 2))]
)
def test_a_sum_is_read_with_its_unverified_units(text: str, said: tuple[int, int]) -> None:
    assert sum_of(text) == said


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([5.0, 1.0, 3.0, 2.0, 4.0], 0.5) == 3.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert percentile([], 0.95) == 0.0
