"""The disease files: what they say, and that a file which contradicts itself is refused with its line."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from lianfang.policies import diseases
from lianfang.policies.diseases import reading
from lianfang.policies.diseases.spec import Disease, Edition, Threshold

# What schools fight today, and what they fought in 2020: each has a file.
WANTED = {
    "covid19", "influenza", "varicella", "mumps", "hfmd", "norovirus", "infectious_diarrhoea", "scarlet_fever", "pertussis",
    "measles", "rubella", "ahc", "tuberculosis", "dysentery", "hepatitis_a", "hepatitis_e", "meningitis", "plague",
    "cholera", "group_illness",
}  # fmt: skip
NATION = ("000000",)
TODAY = date(2026, 9, 1)


def current(name: str) -> Edition:
    found = diseases.edition(diseases.catalog()[name], TODAY, NATION)
    assert found is not None
    return found


def threshold(name: str, code: str) -> tuple[int, int, tuple[str, ...], int]:
    found = next(row for row in current(name).thresholds if row.id == code)
    return found.days, found.cases, found.groups, found.tier


def test_every_disease_of_schools_has_a_file_and_an_edition_of_today() -> None:
    assert set(diseases.catalog()) >= WANTED
    for name in WANTED:
        assert current(name).returning or diseases.catalog()[name].kind == "syndrome", name


def test_covid_stands_in_the_rules_of_january_and_march_2020_and_of_today() -> None:
    covid = diseases.catalog()["covid19"]
    days = (date(2020, 1, 25), date(2020, 3, 20), TODAY)
    found = [diseases.edition(covid, day, NATION) for day in days]
    assert None not in found
    assert len({one.id for one in found if one}) == 3
    assert [one.law.as_a for one in found if one] == [True, True, False], "class B managed as A until 2023"


@pytest.mark.parametrize(
    ("name", "code", "days", "cases"),
    [  # domain-rules.md 1.6 and 8, read there by hand
        ("influenza", "cluster", 7, 10),
        ("influenza", "emergency", 7, 30),
        ("hfmd", "cluster", 7, 5),
        ("hfmd", "cluster_class", 7, 2),
        ("norovirus", "cluster", 7, 10),
        ("norovirus", "emergency", 7, 20),
        ("varicella", "cluster", 7, 5),
        ("varicella", "emergency", 7, 10),
        ("mumps", "cluster", 7, 5),
        ("rubella", "cluster", 7, 5),
        ("measles", "cluster", 10, 2),
        ("measles", "emergency", 7, 10),
        ("ahc", "cluster", 7, 3),
        ("dysentery", "emergency", 3, 10),
        ("hepatitis_a", "emergency", 7, 5),
    ],
)
def test_thresholds_are_those_of_the_rule_book(name: str, code: str, days: int, cases: int) -> None:
    assert threshold(name, code)[:2] == (days, cases)


def test_the_rule_of_2006_counts_classes_and_dormitories_for_one_and_for_three_days() -> None:
    rows = [row for row in current("group_illness").thresholds if row.of == "symptomatic"]
    assert sorted((row.days, row.cases, row.minutes) for row in rows) == [(1, 3, 1440), (3, 5, 1440)]
    assert all(set(row.groups) == {"class", "dormitory"} for row in rows)


def test_every_value_says_where_it_comes_from_and_how_far_it_can_be_relied_on() -> None:
    known = diseases.sources()
    for disease in diseases.catalog().values():
        for number, edition in enumerate(disease.editions):
            for path, rule in reading._rules(edition, (number,)):
                assert rule.source in known, (disease.id, path)
                assert rule.reliability in ("official", "copy", "unverified", "computed"), (disease.id, path)


# ── a file that contradicts itself ────────────────────────────────────────────────────────────────────────────────────

GOOD = """id: pox
zh: 痘
en: Pox
kind: disease
editions:
  - id: pox_1
    zh: 一
    en: One
    source: act_2025
    since: 2020-01-01
    until: 2021-01-01
    law: {category: C, source: act_2025, reliability: official}
    suspicion:
      - {all: [rash], source: act_2025, reliability: official}
    clocks: []
    incubation: {least: 2, usual: 3, most: 5, source: act_2025, reliability: official}
    returning:
      - conditions:
          - {type: days_since_onset, n: 5, source: act_2025, reliability: official}
    thresholds:
      - {id: one, groups: [class], days: 1, cases: 3, tier: 1, minutes: 60, source: act_2025, reliability: official}
      - {id: two, groups: [class], days: 3, cases: 5, tier: 1, minutes: 60, source: act_2025, reliability: official}
"""
TWICE = GOOD[GOOD.index("  - id: pox_1") :].replace("pox_1", "pox_2")


def refused(tmp_path: Path, text: str, name: str = "pox.yaml") -> reading.DiseaseFileError:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(reading.DiseaseFileError) as found:
        reading.read(tmp_path / name, diseases.sources())
    return found.value


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_a_file_without_fault_is_read(tmp_path: Path) -> None:
    (tmp_path / "pox.yaml").write_text(GOOD, "utf-8")
    assert reading.read(tmp_path / "pox.yaml", diseases.sources()).editions[0].holds(date(2021, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("tier: 1, minutes: 60, source: act_2025, reliability: official}\n      - {id: two", None, "unknown field"),
        ("id: pox\n", "id: fox\n", "the file says it is 'fox'"),
        ("until: 2021-01-01", "until: 2019-01-01", "ends before it begins"),
        ("most: 5", "most: 1", "not in order"),
        ("days: 3, cases: 5", "days: 3, cases: 3", "cross"),
        ("days: 3, cases: 5", "days: 1, cases: 5", "cross"),
        ("id: two, groups", "id: one, groups", "stands here twice"),
        ("n: 5, source: act_2025", "source: act_2025", "lacks n"),
        ("n: 5, source: act_2025", "n: 5, apart: 24, source: act_2025", "apart"),
        ("type: days_since_onset, n: 5", "type: sign", "a sign is named"),
        (
            "n: 5, source: act_2025",
            "n: 5, instead: [{type: days_since_onset, n: 3, source: act_2025, reliability: copy}], source: act_2025",
            "asked for twice",
        ),
        (
            "n: 5, source: act_2025",
            "n: 5, instead: [{type: negative, source: act_2025, reliability: copy}], source: act_2025",
            "lacks n",
        ),
        ("all: [rash]", "all: [rash], any: [rash]", "both needed"),
        ("all: [rash]", "all: [rash], lasting: 400", "days from 1 to 366"),
        ("{id: two, groups", "{id: two, term: true, of: symptomatic, groups", "counted by days"),
        ("all: [rash]", "source: act_2025", "stands here twice"),
        ("all: [rash], source: act_2025", "all: [rash], source: nowhere", "not in sources.yaml"),
        ("category: C", "category: D", "Invalid enum value"),
        ("cases: 3", "cases: three", "Expected `int`"),
        ("usual: 3", "usual: 3, usual: 4", "stands here twice"),
        ("kind: disease", "kind: disease\nsmell: sweet", "unknown field `smell`"),
        ("clocks: []", "clocks: [", "expected"),
        ("type: days_since_onset, n: 5", "type: days_since_onset, zh: 五天, n: 5", "one language"),
        (
            "clocks: []",
            "clocks: [{of: cluster, minutes: 0, source: act_2025, reliability: copy}, "
            "{of: cluster, minutes: 60, source: act_2025, reliability: copy}]",
            "stands here twice",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_with_file_and_line(
    old: str, new: str | None, says: str, tmp_path: Path
) -> None:
    if new is None:
        old, new = "{id: two, groups", "{id: two, windows: 3, groups"
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = refused(tmp_path, text)
    assert says in found.words
    assert found.file == "pox.yaml"
    assert str(found).startswith(f"pox.yaml:{found.line}: ")
    changed = next((number for number, (a, b) in enumerate(_lines(GOOD, text), 1) if a != b), 0)
    assert 0 <= found.line - changed <= 2, "where it was seen, or a line or two on, where it could not go on"


def _lines(one: str, other: str) -> list[tuple[str, str]]:
    return list(zip(one.splitlines(), other.splitlines(), strict=False))


def test_two_editions_of_one_place_never_hold_on_one_day_and_the_second_is_named(tmp_path: Path) -> None:
    text = GOOD + TWICE.replace("since: 2020-01-01\n    until: 2021-01-01", "since: 2021-01-01")
    found = refused(tmp_path, text)
    assert "hold on one day" in found.words
    assert found.line == line_of(text, "since: 2021-01-01")
    (tmp_path / "pox.yaml").write_text(text.replace("since: 2021-01-01", "since: 2021-01-02"), "utf-8")
    assert len(reading.read(tmp_path / "pox.yaml", diseases.sources()).editions) == 2


def test_a_province_has_an_edition_of_its_own_beside_the_nations(tmp_path: Path) -> None:
    text = GOOD + TWICE.replace(
        "source: act_2025\n    since", "source: act_2025\n    jurisdiction: '430000'\n    since", 1
    )
    (tmp_path / "pox.yaml").write_text(text, "utf-8")
    pox = reading.read(tmp_path / "pox.yaml", diseases.sources())
    day = date(2020, 6, 1)
    there, elsewhere = ("430100", "430000", "000000"), ("110000", "000000")
    assert [one.id for place in (there, elsewhere) if (one := diseases.edition(pox, day, place))] == ["pox_2", "pox_1"]
    assert diseases.edition(pox, date(2021, 1, 2), there) is None


def test_what_was_read_cannot_be_changed() -> None:
    disease: Disease = diseases.catalog()["varicella"]
    with pytest.raises(AttributeError):
        disease.zh = "x"  # type: ignore[misc]
    assert isinstance(msgspec.structs.asdict(current("varicella").thresholds[0])["cases"], int)
    assert isinstance(current("varicella").thresholds[0], Threshold)
