from datetime import date, datetime, timedelta

import msgspec
import pytest
from django.test import Client

from lianfang.bulletins import rules, words
from lianfang.bulletins.actions import decisions, packs
from lianfang.bulletins.models import Decision, Pack
from lianfang.bulletins.queries import gathering
from lianfang.bulletins.queries import packs as reads
from lianfang.cases.actions import emergencies
from lianfang.cases.models import Emergency
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.core.problems import Refused
from lianfang.duty.models import CheckIn, Post, Shift
from lianfang.health.actions import opening
from lianfang.health.tests.classes import fill
from lianfang.notices.models import Delivery
from lianfang.obligations.actions import singles
from lianfang.obligations.models import Obligation
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast

FOUR = NOW.replace(hour=16, minute=1)


@pytest.fixture
def response(cast: Cast) -> None:
    policies.open_response(
        by=cast.admin, unit=cast.city_unit, name="一级响应", level=1, reason="疫情防控", from_on=DAY, now=NOW
    )


@pytest.fixture
def pack(cast: Cast) -> Pack:
    return packs.make(by=cast.leader, unit=cast.school, on=DAY, now=FOUR)


@pytest.mark.parametrize(
    ("decided", "response", "at"),
    [
        ({}, True, "16:00"),
        ({}, False, None),
        ({"analysis.when": "always"}, False, "16:00"),
        ({"analysis.when": "never"}, True, None),
        ({"analysis.when": "always", "analysis.at": "15:30"}, False, "15:30"),
    ],
)
def test_a_unit_meets_while_a_response_runs_or_when_it_has_decided_so(
    decided: dict[str, str], response: bool, at: str | None
) -> None:
    found = rules.wanted_at(decided, response=response)
    assert (found.isoformat("minutes") if found else None) == at


def test_a_change_is_known_only_where_both_days_are() -> None:
    assert rules.changed(rules.Count(3, 1)) == 2
    assert rules.changed(rules.Count(0, 0)) == 0
    assert rules.changed(rules.Count(None, 1)) is None
    assert rules.changed(rules.Count(3, None)) is None


def test_a_school_that_has_signed_nothing_has_no_figures_and_is_late(cast: Cast) -> None:
    (part,) = gathering.facts(cast.school, DAY, FOUR).returns
    assert (part.expected, part.reported, part.late) == (1, 0, 1)
    assert {count.now for count in part.cells.values()} == {None}


def test_an_area_names_the_schools_that_are_late(cast: Cast) -> None:
    found = gathering.facts(cast.city_unit, DAY, FOUR)
    assert (found.late_total, [row.name for row in found.late]) == (1, ["湘江技师学院"])
    assert gathering.facts(cast.city_unit, DAY, NOW).late == ()


@pytest.mark.parametrize("place", ["school", "city_unit"])
def test_classes_that_have_not_reported_are_late_once_their_time_has_passed_and_nobody_is_zero(
    cast: Cast, place: str
) -> None:
    fill(cast.class_one, 3)
    opening.open_day(DAY)
    found = gathering.facts(getattr(cast, place), DAY, FOUR)
    assert found.checks is not None
    assert (found.checks.owing, found.checks.reported) == (1, 0)
    assert {count.now for count in found.checks.counts.values()} == {None}
    assert [row.what for row in found.late] == ["situation_2020", "checks"]
    early = gathering.facts(getattr(cast, place), DAY, NOW.replace(hour=7, minute=40))
    assert [row.what for row in early.late] == []


def test_what_is_past_its_time_below_the_unit_is_an_open_problem_and_about_people_only_a_number(cast: Cast) -> None:
    for kind, hours in (("decision", -1), ("decision", 1), ("absence", -1), ("absence", -2), ("absence", 1)):
        due = FOUR + timedelta(hours=hours)
        singles.owe(kind=kind, key=f"{kind} {hours}", unit=cast.class_one, due_at=due, by=None, now=NOW)
    singles.owe(kind="absence", key="elsewhere", unit=cast.second, due_at=NOW, by=None, now=NOW)
    found = gathering.facts(cast.school, DAY, FOUR)
    assert (found.problems_total, [row.kind for row in found.problems]) == (1, ["decision"])
    assert found.people == {"absence": 2}
    (line,) = (one for one in words.counts(found, "zh", whole=False) if "因病缺勤" in str(one["label"]))
    assert line["value"] == "<3"


def test_emergencies_are_those_that_run_and_those_reported_since_the_last_pack(cast: Cast) -> None:
    def report(at: datetime) -> Emergency:
        return emergencies.report(
            by=cast.doctor, school=cast.school, unit=cast.class_one, kind="cluster", person=None, discovered_at=at, key=uuid7(), now=at,
            facts=Facts(count=3, symptoms=("fever",)),
        )  # fmt: skip

    yesterday = FOUR - timedelta(days=1)
    report(yesterday - timedelta(hours=1))
    packs.make(by=None, unit=cast.school, on=yesterday.date(), now=yesterday)
    report(NOW)
    report(FOUR + timedelta(minutes=1))  # after the pack
    for unit in (cast.school, cast.city_unit):
        part = gathering.facts(unit, DAY, FOUR).emergencies
        assert part is not None
        assert (part.running, part.reported) == (2, 1)
    part = gathering.facts(cast.second, DAY, FOUR).emergencies
    assert part is not None
    assert (part.running, part.reported) == (0, 0)


def test_shifts_nobody_checked_in_for_are_counted_and_their_units_named(cast: Cast) -> None:
    post = Post.objects.create(unit=cast.school, name="总值班室", answers=True, at=NOW)
    for hour, user in ((0, cast.doctor), (6, cast.clerk), (12, None), (22, cast.clerk)):
        since = NOW.replace(hour=hour, minute=0)
        end = since + timedelta(hours=2)
        shift = Shift.objects.create(post=post, user=user, from_at=since, to_at=end, at=NOW)
        if hour == 0:
            CheckIn.objects.create(shift=shift, by=cast.doctor, at=since)
    assert gathering.facts(cast.school, DAY, FOUR).duty == rules.DutyPart(2, 1, 1)
    found = gathering.facts(cast.city_unit, DAY, FOUR)
    assert [(row.name, row.what) for row in found.late if row.what == "duty"] == [("湘江技师学院", "duty")]
    assert gathering.facts(cast.second, DAY, FOUR).duty is None


def test_the_trend_leaves_out_what_nobody_said(cast: Cast, pack: Pack) -> None:
    facts = pack.read
    said = msgspec.structs.replace(
        facts, checks=rules.ChecksPart("morning", FOUR, 4, 3, {"ill": rules.Count(2, 1)}),
        returns=(rules.ReturnPart("situation_2020", 10, 8, 3, {}, 7),),
    )  # fmt: skip
    known = {DAY: said, DAY - timedelta(days=2): facts}
    assert [(day.ill, day.in_time, day.owing) for day in rules.trend(known, DAY, 3, school=True)] == [
        (None, 0, 2), (None, None, None), (2, 3, 4),
    ]  # fmt: skip
    area = rules.trend(known, DAY, 2, school=False)
    assert [(day.in_time, day.owing) for day in area] == [(None, None), (7, 10)]
    shown = words.trend([*area, area[-1]], whole=False)
    assert shown is not None
    assert [line["ill"] for line in shown["lines"]] == [None, "<3", "<3"]
    assert shown["ill"]["series"][0]["data"] == [None, None, None]
    assert shown["in_time"]["series"][0]["data"] == [None, 70, 70]
    assert words.trend(area, whole=False) is None


def test_a_pack_of_before_is_read_without_what_it_did_not_say(pack: Pack) -> None:
    old = {name: value for name, value in pack.facts.items() if name not in ("emergencies", "duty", "people")}
    read = msgspec.convert(old, rules.Facts)
    assert (read.emergencies, read.duty, words.counts(read, "zh", whole=True)) == (None, None, [])


def test_the_clock_makes_one_pack_a_day_tells_the_leading_group_and_makes_it_owed(cast: Cast, response: None) -> None:
    assert packs.make_due(now=FOUR.replace(hour=15)) == 0
    assert packs.make_due(now=FOUR) == 2  # the city with its liaison, the school
    assert packs.make_due(now=FOUR + timedelta(minutes=5)) == 0
    made = Pack.objects.get(unit=cast.school)
    told = Delivery.objects.filter(notice__kind="analysis.ready", notice__unit=cast.school)
    assert {one.user for one in told} == {cast.leader, cast.principal, cast.head}
    owed = Obligation.objects.get(kind="daily_analysis", unit=cast.school)
    assert owed.ended_at is None
    packs.meet(by=cast.leader, pack=made, present="刘建国、陈志远", conclusion="平稳", now=FOUR)
    owed.refresh_from_db()
    assert owed.outcome == "done"


def test_a_pack_keeps_what_was_known_and_later_figures_are_another_version(cast: Cast, pack: Pack) -> None:
    before = msgspec.to_builtins(pack.read)
    with pytest.raises(Refused):
        packs.make(by=cast.head, unit=cast.school, on=DAY, now=FOUR + timedelta(seconds=30))
    again = packs.make(by=cast.head, unit=cast.school, on=DAY, now=FOUR + timedelta(minutes=5))
    assert (again.version, reads.newest(cast.school, DAY)) == (2, again)
    pack.refresh_from_db()
    assert msgspec.to_builtins(pack.read) == before


def test_a_day_that_has_not_come_has_no_pack(cast: Cast) -> None:
    with pytest.raises(Refused):
        packs.make(by=cast.leader, unit=cast.school, on=DAY + timedelta(days=1), now=FOUR)


def test_gathering_an_area_costs_the_same_for_any_number_of_schools(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        gathering.facts(cast.province_unit, DAY, FOUR)


def _decide(cast: Cast, pack: Pack, due_at: datetime = FOUR + timedelta(days=1)) -> Decision:
    who = reads.who_can(cast.school, DAY).get(user=cast.logistics)
    return decisions.decide(by=cast.leader, pack=pack, text="补充口罩 2000 只", who=who, due_at=due_at, now=FOUR)


def test_a_decision_is_owed_by_a_person_until_it_is_carried_out(cast: Cast, pack: Pack) -> None:
    made = _decide(cast, pack)
    owed = made.obligation
    assert (owed.kind, owed.user, owed.unit, owed.outcome) == ("decision", cast.logistics, cast.logistics_unit, "")
    assert [one.state for one in reads.decisions(cast.school, FOUR)] == ["open"]
    assert [one.state for one in reads.decisions(cast.school, FOUR + timedelta(days=2))] == ["late"]
    decisions.carried_out(by=cast.logistics, decision=made, result="已到货", now=FOUR)
    assert [one.state for one in reads.decisions(cast.school, FOUR, on=DAY)] == ["done"]
    assert reads.decisions(cast.school, FOUR) == []
    assert Delivery.objects.get(notice__kind="decision.done").user == cast.leader
    with pytest.raises(Refused):
        decisions.carried_out(by=cast.logistics, decision=made, result="又到货", now=FOUR)


def test_a_decision_that_is_withdrawn_says_why(cast: Cast, pack: Pack) -> None:
    made = _decide(cast, pack)
    decisions.withdraw(by=cast.leader, decision=made, reason="上级已统一配发", now=FOUR)
    made.obligation.refresh_from_db()
    assert (made.obligation.outcome, made.obligation.reason) == ("withdrawn", "上级已统一配发")


def test_a_decision_needs_a_time_ahead_and_somebody_of_the_house(cast: Cast, pack: Pack) -> None:
    with pytest.raises(Refused):
        _decide(cast, pack, due_at=FOUR)
    stranger = reads.who_can(cast.second, DAY).first()
    assert stranger is not None
    with pytest.raises(Refused):
        decisions.decide(by=cast.leader, pack=pack, text="…", who=stranger, due_at=FOUR + timedelta(days=1), now=FOUR)
    assert not Decision.objects.exists()


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def at_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianfang.core.clock.now", lambda: FOUR)


@pytest.mark.usefixtures("at_four")
def test_the_leading_group_decides_on_the_page_and_the_office_reports_back(cast: Cast, client: Client) -> None:
    client.force_login(cast.leader)
    address = f"/bulletins/analysis/{cast.school.pk}/{DAY}/"
    assert client.get(address).context["pack"] is None
    client.post(address + "make/")
    assert client.get(address).context["pack"].version == 1
    who = reads.who_can(cast.school, DAY).get(user=cast.logistics)
    typed = {"text": "补充口罩", "who": who.pk, "due_at": "2020-02-04T16:00"}
    refused = client.post(address + "decide/", typed)
    assert refused.status_code == 422
    assert "补充口罩" in refused.content.decode()
    client.post(address + "decide/", typed | {"due_at": "2020-02-06T16:00"})
    client.post(address + "meet/", {"present": "刘建国", "conclusion": "平稳"})
    page = client.get(address).content.decode()
    assert "补充口罩" in page
    assert "平稳" in page
    made = Decision.objects.get()
    client.force_login(cast.logistics)
    client.post(f"/bulletins/decision/{made.pk}/", {"result": "已补充"})
    made.refresh_from_db()
    assert (made.result, made.obligation.outcome) == ("已补充", "done")
    assert client.get(f"/bulletins/decision/{made.pk}/").status_code == 200
    assert client.get(address).status_code == 403


@pytest.mark.usefixtures("at_four")
def test_days_to_come_and_versions_nobody_made_are_answered_kindly(cast: Cast, client: Client) -> None:
    client.force_login(cast.leader)
    address = f"/bulletins/analysis/{cast.school.pk}/"
    assert client.get(f"{address}{DAY + timedelta(days=1)}/").status_code == 200
    assert client.post(f"{address}{DAY + timedelta(days=1)}/make/").status_code == 302
    assert not Pack.objects.exists()
    assert client.get(f"{address}{DAY}/?version=7").status_code == 404
    assert client.get(f"{address}{DAY}/?version=x").status_code == 404
    assert client.get("/bulletins/analysis/").url == f"{address}{date(2020, 2, 5)}/"  # type: ignore[attr-defined]


@pytest.mark.usefixtures("at_four")
def test_the_sheet_names_the_unit_and_is_for_inside(cast: Cast, client: Client) -> None:
    client.force_login(cast.leader)
    packs.make(by=cast.leader, unit=cast.school, on=DAY, now=FOUR)
    page = client.get(f"/bulletins/analysis/{cast.school.pk}/{DAY}/sheet/")
    assert "湘江技师学院" in page.content.decode()


@pytest.mark.usefixtures("at_four")
def test_what_belongs_to_another_school_does_not_exist(cast: Cast, client: Client) -> None:
    made = packs.make(by=cast.leader, unit=cast.school, on=DAY, now=FOUR)
    row = _decide(cast, made)
    client.force_login(cast.leader_second)
    assert client.get(f"/bulletins/analysis/{cast.school.pk}/{DAY}/").status_code == 404
    assert client.get(f"/bulletins/decision/{row.pk}/").status_code == 404
    assert client.post(f"/bulletins/decision/{row.pk}/withdraw/", {"reason": "x"}).status_code == 404
