"""A symptom of one's own is one more line of the catalogue."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.core.ids import uuid7
from lianfang.health.models import Check, DayStatus
from lianfang.health.rules import symptoms
from lianfang.health.rules.status import Status
from lianfang.health.tests.classes import fill
from tests.browser import Clock
from tests.cast import DAY, Cast

NOSEBLEED = "- {code: nosebleed, bit: 15, zh: 鼻出血, en: Nosebleed, source: 本校}\n"


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second one, to which lines are added."""
    own = tmp_path / "symptoms.yaml"
    own.write_text(symptoms._FILE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(symptoms, "_FILE", own)
    for kept in (symptoms.catalog, symptoms._bits):
        kept.cache_clear()
    yield own
    for kept in (symptoms.catalog, symptoms._bits):
        kept.cache_clear()


def add(catalogue: Path, line: str) -> None:
    catalogue.write_text(catalogue.read_text(encoding="utf-8") + line, encoding="utf-8")


def test_one_line_is_asked_for_kept_and_told(cast: Cast, catalogue: Path, client: Client, clock: Clock) -> None:
    add(catalogue, NOSEBLEED)
    clock.set("2020-02-05 08:00")
    client.force_login(cast.teacher)
    pupil = fill(cast.class_one, 3)[0]
    where = [cast.class_one.pk, "morning", DAY]
    assert "鼻出血" in client.get(reverse("health:roll", args=where)).content.decode()
    sheet = {"id": str(uuid7()), "exceptions": [{"person": str(pupil.pk), "symptoms": ["cough", "nosebleed"]}]}
    client.post(reverse("health:roll_submit", args=where), sheet, content_type="application/json")
    assert Check.objects.get().symptoms == (1 << 15) + (1 << 1)
    assert DayStatus.objects.get().status == Status.SYMPTOMATIC
    assert "鼻出血" in client.get(reverse("health:findings", args=where[::2])).content.decode()


@pytest.mark.parametrize(
    "line",
    [
        "- {code: nosebleed, bit: 14, zh: 鼻出血, en: Nosebleed, source: 本校}\n",
        "- {code: cough, bit: 15, zh: 鼻出血, en: Nosebleed, source: 本校}\n",
        "- {code: nosebleed, bit: 31, zh: 鼻出血, en: Nosebleed, source: 本校}\n",
    ],
)
def test_a_bit_or_code_that_stands_already_stops_the_start(catalogue: Path, line: str) -> None:
    add(catalogue, line)
    with pytest.raises(ValueError, match="stands twice, or is out of range"):
        symptoms.catalog()
