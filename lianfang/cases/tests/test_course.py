"""What is known of a case, out of its steps."""

from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from lianfang.cases.rules import course as rules
from lianfang.cases.rules.course import Course, Flaw, Said, Step, corrected, course, flaw, in_force
from lianfang.core.clock import ZONE
from lianfang.core.ids import uuid7

NOW = datetime(2020, 2, 20, 9, 0, tzinfo=ZONE)
OPENED = date(2020, 2, 10)


def day(number: int) -> date:
    return date(2020, 2, number)


def at(number: int, hour: int = 8) -> datetime:
    return datetime(2020, 2, number, hour, tzinfo=ZONE)


def step(kind: str, corrects: UUID | None = None, **said: object) -> Step:
    return Step(uuid7(), kind, Said(**said), NOW, corrects)  # type: ignore[arg-type]


def test_what_was_said_last_is_known_and_nothing_else() -> None:
    known = course([
        step("opened", on=day(8)),
        step("diagnosis", word="clinical", at=at(10), text="市一医院"),
        step("treatment", on=day(10), text="阿昔洛韦"),
        step("treatment", on=day(12), text="换药"),
        step("place", word="hospital", on=day(10), text="市一医院"),
    ])  # fmt: skip
    assert (known.onset_on, known.certainty, known.diagnosed_on) == (day(8), "clinical", day(10))
    assert (known.treated_on, known.treatment, set(known.facts)) == (day(10), "换药", {"treated"})
    assert (known.rash_on, known.free_since, known.recovered_on, known.ended) == (None, None, None, "")


def test_a_sample_waits_for_its_result_and_counts_with_the_moment_it_was_taken() -> None:
    sample = step("sample", word="stool", at=at(11))
    open_, told = course([sample]), course([sample, step("result", of=str(sample.id), word="negative", on=day(13))])
    assert open_.for_return().negatives == ()
    assert told.for_return().negatives == (at(11),)


def test_a_corrected_sample_keeps_its_result() -> None:
    sample = step("sample", word="stool", at=at(11))
    result = step("result", of=str(sample.id), word="positive", on=day(13))
    again = step("sample", corrects=sample.id, word="stool", at=at(12))
    known = course([sample, result, again])
    assert [(one.taken_at, one.result) for one in known.samples] == [(at(12), "positive")]


def test_corrections_of_corrections_stand_in_the_first_place() -> None:
    first, other = step("onset", on=day(8)), step("note", text="x")
    second = step("onset", corrects=first.id, on=day(7))
    third = step("onset", corrects=second.id, on=day(6))
    rows = in_force([first, other, second, third])
    assert [row.kind for row in rows] == ["onset", "note"]
    assert course([first, other, second, third]).onset_on == day(6)


def test_who_falls_ill_again_is_no_longer_free_of_symptoms_nor_agreed_to() -> None:
    rows = [step("opened", on=day(8)), step("free", at=at(12)), step("agreed", on=day(15))]
    assert course(rows).agreed_on == day(15)
    known = course([*rows, step("ill_again", on=day(16))])
    assert (known.free_since, known.agreed_on, known.signs) == (None, None, {})


def test_a_reopened_case_begins_where_it_was_and_an_exclusion_is_taken_back() -> None:
    rows = [step("opened", on=day(8)), step("excluded", on=day(12))]
    assert (course(rows).certainty, course(rows).ended, course(rows).ended_on) == ("excluded", "excluded", day(12))
    known = course([*rows, step("reopened")])
    assert (known.certainty, known.ended, known.ended_on, known.closed_at) == ("suspected", "", None, None)


def test_of_a_pair_of_facts_the_later_one_is_true() -> None:
    known = course([step("fact", word="untreated"), step("treatment", on=day(9), text="x")])
    assert known.facts == {"treated"}


ILL = Course(onset_on=day(8))


@pytest.mark.parametrize(
    ("was", "kind", "said", "code"),
    [
        (Course(), "opened", Said(on=day(11)), "cases.onset_after_report"),
        (Course(), "opened", Said(on=day(10)), None),
        (Course(), "opened", Said(on=None), None),
        (Course(), "opened", Said(on=date(2017, 2, 1)), "cases.onset_long_ago"),
        (ILL, "onset", Said(on=day(21)), "cases.day_ahead"),
        (Course(onset_on=day(6), diagnosed_on=day(7)), "onset", Said(on=day(8)), "cases.onset_after_others"),
        (ILL, "recovered", Said(on=day(7)), "cases.before_onset"),
        (ILL, "recovered", Said(on=day(8)), None),
        (ILL, "died", Said(on=day(7)), "cases.before_onset"),
        (ILL, "diagnosis", Said(word="confirmed", at=at(7)), "cases.before_onset"),
        (ILL, "free", Said(at=NOW + timedelta(minutes=1)), "cases.day_ahead"),
        (Course(onset_on=day(8), recovered_on=day(12)), "returned", Said(on=day(11)), "cases.before_recovery"),
        (ILL, "sample", Said(word="throat", at=at(5)), None),
        (ILL, "result", Said(of="nothing", word="negative", on=day(12)), "cases.sample_unknown"),
        (ILL, "reopened", Said(), "cases.open_already"),
        (Course(ended="excluded"), "treatment", Said(on=day(9)), "cases.closed"),
        (Course(ended="excluded"), "note", Said(text="x"), None),
        (Course(ended="excluded"), "reopened", Said(), None),
    ],
)
def test_what_cannot_be_is_refused(was: Course, kind: str, said: Said, code: str | None) -> None:
    wrong = flaw(was, kind, said, OPENED, NOW)
    assert (wrong.code if wrong else None) == code


def test_a_result_is_not_older_than_its_sample() -> None:
    sample = step("sample", word="stool", at=at(11))
    said = Said(of=str(sample.id), word="negative", on=day(10))
    assert flaw(course([sample]), "result", said, OPENED, NOW) == Flaw("cases.result_before_sample", "on")


def test_a_correction_must_fit_what_was_said_after_it() -> None:
    rows = [step("opened", on=day(5)), step("diagnosis", word="clinical", at=at(7))]
    late = step("onset", corrects=rows[0].id, on=day(9))
    assert corrected(rows, late, OPENED, NOW) == Flaw("cases.before_onset", "at")
    assert corrected(rows, step("onset", corrects=rows[0].id, on=day(6)), OPENED, NOW) is None


def test_every_end_of_a_case_stands_in_the_documents() -> None:
    text = (Path(__file__).parents[3] / "docs" / "states.md").read_text(encoding="utf-8")

    def rows(head: str) -> list[str]:
        table = text.partition(head)[2].partition("\n\n")[0]
        return [line.split("|")[1].strip(" `") for line in table.splitlines() if line.startswith("| `")]

    assert rows("| ended | 中文 | facts |") == list(rules.ENDS.values())
    assert rows("| certainty | 中文 | facts |") == list(rules.CERTAINTIES)
