"""What detectors find and what they spare, over many classes and days."""

import random
from collections import Counter
from fractions import Fraction
from math import comb, isinf, log10

import pytest

from lianfang.health.rules import chances, hints
from lianfang.health.rules.hints import Kind, Repeated, Week
from lianfang.health.tests import played


def test_an_honest_school_of_sixty_classes_has_hardly_a_hint_in_a_year() -> None:
    assert played.year(seed=2020).total() <= 2


@pytest.mark.parametrize(("count", "of", "each"), [(3, 5, 0.25), (1, 1, 0.5), (9, 12, 0.4), (40, 45, 0.4)])
def test_the_tail_is_that_of_the_binomial(count: int, of: int, each: float) -> None:
    part = Fraction(each).limit_denominator(100)
    exact = sum(comb(of, n) * part**n * (1 - part) ** (of - n) for n in range(count, of + 1))
    assert chances.at_least(count, of, each) == pytest.approx(log10(exact), abs=1e-9)


def test_tails_at_their_ends() -> None:
    assert chances.at_least(0, 10, 0.3) == 0
    assert isinf(chances.at_least(11, 10, 0.3))
    assert chances.at_least(4000, 4000, 0.05) == pytest.approx(4000 * log10(0.05))


def test_classes_that_differ_make_a_silent_one_less_rare_and_alike_ones_are_binomial() -> None:
    plain = 300 * log10(1 - 1 / 60)
    assert chances.none(300, 1 / 60, 1e7) == pytest.approx(plain, abs=1e-3)
    assert plain < chances.none(300, 1 / 60, 4) < chances.none(300, 1 / 60, 1) < 0


def test_who_copies_the_list_is_found_within_a_week_with_temperatures() -> None:
    found = [played.copier(seed, days=10) for seed in range(20)]
    assert all(day is not None and day <= 4 for day in found)


def test_who_invents_temperatures_is_found_and_who_measures_is_not() -> None:
    dice = random.Random(7)
    invented = [Counter(dice.choices((365, 366), (0.85, 0.15), k=45)) for _ in range(100)]
    measured = [Counter(round(dice.gauss(365, 2.5)) for _ in range(45)) for _ in range(1000)]
    assert sum(hints.temperatures(one) is not None for one in invented) >= 90
    assert not any(hints.temperatures(one) for one in measured)


def test_a_program_is_found_and_a_school_bell_is_not() -> None:
    dice = random.Random(7)
    program = [{-at: 28_800 + dice.choice((0, 0, 1)) for at in range(10)} for _ in range(100)]
    bell = [{-at: 28_800 + round(dice.gauss(0, 20)) for at in range(10)} for _ in range(5000)]
    assert all(hints.clockwork(one) for one in program)
    assert not any(hints.clockwork(one) for one in bell)


def test_fevers_that_the_check_never_names() -> None:
    assert hints.unseen({0: (3, 3), -1: (2, 2)})
    assert hints.unseen({0: (3, 1), -1: (4, 2)}) is None
    assert hints.unseen({0: (2, 2)}) is None


def test_no_finding_is_no_hint_where_nobody_finds_much_or_the_class_reported_seldom() -> None:
    beside = [Week(55, 45, 18)] * 20
    assert hints.silent(Week(55, 45, 0), beside)
    assert hints.silent(Week(55, 45, 1), beside) is None
    assert hints.silent(Week(10, 45, 0), beside) is None
    assert hints.silent(Week(55, 45, 0), [Week(55, 45, 3)] * 20) is None
    assert hints.silent(Week(55, 45, 0), beside[:2]) is None
    assert hints.silent(Week(55, 45, 0), []) is None


def test_pupils_who_are_ill_for_long_are_no_copy() -> None:
    assert hints.copied(Repeated(25, temperatures=0, symptoms=0, absent=1)) is None
    assert hints.copied(Repeated(25, temperatures=0, symptoms=2, absent=2)) is None
    assert hints.copied(Repeated(1, temperatures=30, symptoms=10, absent=0)) is None


@pytest.mark.parametrize(
    ("people", "temperatures", "seconds", "found"),
    [(45, 45, 4, True), (45, 45, 60, False), (6, 0, 2, True), (6, 0, 3, False), (4, 4, 1, False)],
)
def test_only_what_no_thumb_can_do_is_haste(people: int, temperatures: int, seconds: int, found: bool) -> None:
    assert bool(hints.haste(people=people, temperatures=temperatures, seconds=seconds)) is found


def test_many_at_once() -> None:
    assert hints.burst([at * 1.5 for at in range(11)], rolls=False)
    assert hints.burst([at * 4.0 for at in range(40)], rolls=False) is None
    assert hints.burst([], rolls=True) is None
    found = hints.burst([*(at * 60.0 for at in range(20)), *(2000 + at for at in range(9))], rolls=True)
    assert found is not None
    assert (found.kind, found.figures["records"], found.figures["seconds"]) == (Kind.BURST, 9, 8)


def test_half_of_a_school_is_one_hint() -> None:
    assert hints.is_shared(12, 60)
    assert not hints.is_shared(11, 60)
    assert not hints.is_shared(2, 4)
