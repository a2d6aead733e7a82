"""Who falls into which class: tables of what people told, with both editions; files that contradict themselves."""

from datetime import date, datetime

import pytest

from lianfang.health.rules import following, key_counts, key_editions, key_persons
from lianfang.health.rules.key_counts import Counted
from lianfang.health.rules.key_editions import Edition, catalog
from lianfang.health.rules.whereabouts import Journey, Meeting, Stay, Whereabouts

HUBEI, BEIJING = catalog()["hubei_2020"], catalog()["beijing_2020"]
WUHAN, HUANGGANG, CHANGSHA, BEIJING_F = "420100", "421100", "430100", "110106"
TOLD = date(2020, 1, 30)


def jan(day: int) -> date:
    return date(2020, 1, day)


def where(**told: object) -> Whereabouts:
    facts = {"answered_on": TOLD, "stayed_here": False, "living_area": CHANGSHA, **told}
    return Whereabouts(**facts)  # type: ignore[arg-type]


HERE = where(stayed_here=True)
STILL = where(living_area=WUHAN, stays=(Stay(WUHAN, jan(18)),))
LEFT = where(stays=(Stay(WUHAN, jan(1), jan(20)),), back_on=jan(20))
MET = where(stayed_here=True, meetings=(Meeting("case", "", jan(25)),))


@pytest.mark.parametrize(
    ("facts", "category", "when", "since"),
    [
        (HERE, "general", "", None),
        (where(stays=(Stay("440100", jan(15)),), living_area="440100"), "general", "", None),
        (where(stayed_here=True, health="observed"), "ill", "own_state", TOLD),
        (where(living_area=WUHAN, stays=(Stay(WUHAN, jan(18)),), health="confirmed"), "ill", "own_state", TOLD),
        (STILL, "there", "still_there", jan(18)),
        (where(living_area=HUANGGANG), "there", "still_there", TOLD),
        (LEFT, "left", "left", jan(20)),
        (where(stays=(Stay(WUHAN, date(2019, 12, 20), jan(9)),)), "general", "", None),  # before 10 January
        (where(stays=(Stay(WUHAN, date(2019, 12, 20), jan(10)),)), "general", "", None),  # fourteen days are over
        (where(stays=(Stay(WUHAN, jan(1), jan(20)), Stay(HUANGGANG, jan(22)))), "there", "still_there", jan(22)),
        (where(stays=(Stay(WUHAN, jan(1), jan(20)), Stay(CHANGSHA, jan(20)))), "left", "left", jan(20)),
        (MET, "contact", "contact", jan(25)),
        (where(stayed_here=True, meetings=(Meeting("risk_area", WUHAN, jan(28)),)), "contact", "contact", jan(28)),
        (where(stayed_here=True, meetings=(Meeting("risk_area", "440100", jan(28)),)), "general", "", None),
        (where(stayed_here=True, meetings=(Meeting("case", "", jan(5)),)), "general", "", None),
        (where(stayed_here=True, living_area=WUHAN), "there", "residence", jan(10)),
        # left before: what stands first decides
        (where(stays=(Stay(WUHAN, jan(1), jan(20)),), meetings=(Meeting("case", "", jan(25)),)), "left", "left", jan(20)),
    ],
)  # fmt: skip
def test_everybody_is_in_exactly_one_class(facts: Whereabouts, category: str, when: str, since: date | None) -> None:
    verdict = key_persons.classify(facts, HUBEI, TOLD)
    assert (verdict.category, verdict.when, verdict.since) == (category, when, since)


def test_journeys_lead_in_and_out_and_through() -> None:
    there = Journey("train", "G1", CHANGSHA, WUHAN, jan(21))
    back = Journey("train", "G2", WUHAN, CHANGSHA, jan(23))
    through = Journey("train", "G3", "110000", CHANGSHA, jan(24), through=(WUHAN,))
    assert key_persons.classify(where(journeys=(there, back)), HUBEI, TOLD).since == jan(23)
    assert key_persons.classify(where(journeys=(there,), living_area=WUHAN), HUBEI, TOLD).when == "still_there"
    # not there any more, and nobody says since when: the latest it can have been
    assert key_persons.classify(where(journeys=(there,)), HUBEI, TOLD).since == TOLD
    assert key_persons.classify(where(journeys=(through,)), HUBEI, TOLD).since == jan(24)
    beijing = Journey("train", "G4", CHANGSHA, "230100", date(2020, 6, 12), through=(BEIJING_F,))
    passed = where(answered_on=date(2020, 6, 13), journeys=(beijing,))
    assert key_persons.classify(passed, BEIJING, date(2020, 6, 13)).when == ""  # this edition does not count it


def test_the_days_end_after_fourteen_and_not_before() -> None:
    assert key_persons.classify(LEFT, HUBEI, TOLD).until == date(2020, 2, 3)
    assert key_persons.classify(LEFT, HUBEI, date(2020, 2, 3)).category == "left"
    assert key_persons.classify(LEFT, HUBEI, date(2020, 2, 4)).category == "general"
    assert not following.release_due(date(2020, 2, 3), date(2020, 2, 3))
    assert following.release_due(date(2020, 2, 3), date(2020, 2, 4))
    assert not following.release_due(None, date(2021, 2, 4))


def test_another_edition_is_another_file_with_its_own_areas_and_order() -> None:
    told = date(2020, 6, 20)
    stays = (Stay(BEIJING_F, date(2020, 6, 1), date(2020, 6, 14)),)
    facts = where(answered_on=told, stays=stays)
    met = where(answered_on=told, stays=stays, meetings=(Meeting("case", "", date(2020, 6, 10)),))
    assert key_persons.classify(facts, BEIJING, told).category == "left"
    assert key_persons.classify(met, BEIJING, told).category == "contact"
    assert key_persons.classify(facts, HUBEI, told).category == "general"


@pytest.mark.parametrize(
    ("decided", "on", "responding", "edition"),
    [
        ("", date(2020, 2, 1), True, HUBEI),
        ("", date(2020, 6, 20), True, BEIJING),
        ("", date(2020, 6, 20), False, None),
        ("", date(2020, 1, 1), True, None),
        ("hubei_2020", date(2026, 6, 20), False, HUBEI),
        ("?", date(2026, 6, 20), False, None),
    ],
)
def test_without_a_response_or_a_decision_no_edition_is_in_force(
    decided: str, on: date, responding: bool, edition: Edition | None
) -> None:
    assert key_editions.in_force({"key_people.edition": decided}, on, responding=responding) is edition


def test_the_scheme_has_four_kinds_and_six_classes() -> None:
    for edition in catalog().values():
        assert (len(edition.kinds), len(edition.classes)) == (4, 6)
        assert edition.general.code == "general"


def text() -> str:
    return (key_editions._FOLDER / "hubei_2020.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "wrong"),
    [
        ("code: hubei_2020", "code: other", "the file is called"),
        ('{prefix: "42",', '{prefix: "4x",', "no beginning of a division code"),
        ("kind: area, zh: 在湖北", "kind: nowhere, zh: 在湖北", "there is no kind nowhere"),
        ("class: contact\n    meetings", "class: nothing\n    meetings", "no rule leads to it"),
        ("health: [confirmed, suspected, observed]", "health: [sad]", "names states"),
        ('times: ["09:00", "16:00"]\n    passing', 'times: ["16:00", "09:00"]\n    passing', "in their order"),
        ("after: 2020-01-10\n    days: 14\n", "days: 14\n", "from which day it counts"),
        ("- when: residence", "- when: left", "left stands twice"),
        (", followed: false}", "}", "general: no rule leads to it"),
        ("days: 14\n    times: [\"09:00\", \"16:00\"]\n    passing", "times: [\"09:00\"]\n    passing", "it counts days"),
        ("reliability: copy\nfrom_on", "reliability: sure\nfrom_on", "Invalid enum value"),
    ],
)  # fmt: skip
def test_a_file_that_contradicts_itself_is_told_with_its_line(before: str, after: str, wrong: str) -> None:
    assert text().count(before) >= 1
    with pytest.raises(ValueError, match=wrong) as problem:
        key_editions.read(text().replace(before, after, 1), "hubei_2020.yaml")
    assert str(problem.value).startswith("hubei_2020.yaml:")


def test_by_hand_takes_the_days_of_the_class_and_its_rank() -> None:
    verdict = key_persons.by_hand(HUBEI, "contact", jan(20))
    assert (verdict.when, verdict.category, verdict.until) == ("listed", "contact", date(2020, 2, 3))
    assert HUBEI.rank("ill", "listed") < HUBEI.rank("left", "left") < HUBEI.rank("other", "listed")


@pytest.mark.parametrize(
    ("done", "due"),
    [("07:10", "5 16:00"), ("09:00", "5 16:00"), ("12:29", "5 16:00"), ("12:31", "6 09:00"), ("20:00", "6 09:00")],
)
def test_two_temperatures_a_day(done: str, due: str) -> None:
    at = datetime.fromisoformat(f"2020-02-05T{done}+08:00")
    found = following.next_due(("09:00", "16:00"), at)
    assert f"{found:%-d %H:%M}" == due
    first = following.first_due(("09:00", "16:00"), at)
    assert first > at


def test_changes_are_blank_where_nothing_is_known_and_hidden_with_small_numbers() -> None:
    assert key_counts.line([5, None, 3], [3, 2, 3]) == [Counted(5, 2), Counted(None, None), Counted(3, 0)]
    cells, total = key_counts.column([8, 2, 5], [7, 4, 5])
    assert [cell.now for cell in cells] == [8, "<3", "*"]
    assert [cell.change for cell in cells] == [1, None, None]
    assert (total.now, total.change) == (15, -1)
