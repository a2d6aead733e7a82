"""Ids of others in the address, in hidden fields and in choices: nothing of them is shown or changed (control B02)."""

import copy
import re
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.people import actions
from lianfang.people.actions import guardians, holds, intake, purging, requests
from lianfang.people.actions.roster import NewDocument
from lianfang.people.models import Household, Lodging, Marking, Merge, Person, RosterFile, User
from lianfang.policies import actions as policies
from tests.cast import DAY, NOW, Cast
from tests.families import assess
from tests.pupils import enter, number, pupils

SECRET = "不该看见的人"
# What may change although nothing is done: counters, sessions, the events themselves.
_LOOSE = {"core.event", "core.unsealed", "core.allowance", "sessions.session", "usersessions.usersession"}


class World:
    """A pupil of another school with a row in every table that has an address, and one's own beside it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.mine = pupils(cast)
        accounts = actions.create_accounts(by=None, rows=[actions.NewAccount("other", "他校学籍", "", "!")], now=NOW)
        self.registrar = accounts[0]
        rows = [actions.NewPosting(self.registrar, cast.second, "registrar")]
        actions.appoint_all(by=None, rows=rows, from_on=DAY, now=NOW)
        self.theirs = enter(
            self.registrar, cast.second, SECRET, phone="15400000077", number="77",
            documents=[NewDocument("resident", number(date(2004, 2, 5), 5))], guardians_of=[guardians.NewGuardian(SECRET, "15400000078", "mother")],
        )  # fmt: skip
        self.held = self.theirs.enrolments.get()
        self.guardianship = self.theirs.guardianships.get()
        self.document = self.theirs.documents.get()
        common = {"person": self.theirs, "school": cast.second, "from_on": DAY}
        self.marking = Marking.objects.create(mark="intern", **common)
        Lodging.objects.create(kind="day", **common)
        self.household = Household.objects.create(school=cast.second, label=SECRET)
        self.member = self.household.members.create(person=self.theirs, from_on=DAY)
        self.own_household = Household.objects.create(school=cast.school, label="3栋501")
        self.waiting()

    def waiting(self) -> None:
        """What is under way in the other school: a merge, a file, a request, a response, a run, a hold."""
        cast = self.cast
        gone = enter(self.registrar, cast.second, SECRET, number="78", sure=True)
        self.merge = Merge.objects.create(
            kept=self.theirs, gone=gone, moved={"rows": [], "filled": []}, reason="重复", by_id=1, by_name="甲", at=NOW
        )
        self.file = intake.upload(
            by=self.registrar, unit=cast.second, name="a.csv", content=f"姓名,学号\n{SECRET},1".encode(),
            as_a="student", first_day=DAY, now=NOW,
        )  # fmt: skip
        RosterFile.objects.filter(pk=self.file.pk).update(stage="checked")
        self.export = requests.ask(
            by=self.registrar, kind="export", unit=cast.second, reason="停课通知家长", subject_kind="roster",
            subject_id=str(cast.second.pk), detail={"columns": ["name"], "form": "csv", "people": 1}, now=NOW,
        )  # fmt: skip
        self.response = policies.open_response(
            by=cast.admin, unit=cast.second_city, name="流感", level=1, reason="响应", from_on=DAY, now=NOW
        )
        self.purge = purging.prepare(
            by=cast.security, unit=cast.second, why="response", response=self.response, now=NOW
        )
        self.hold = holds.hold(
            by=cast.security, unit=cast.second, person=None, reason="证据", to_on=DAY,
            assessment="涉及一起正在调查的聚集性疫情，需要保留作为证据，期限以调查结束为准。", now=NOW,
        )  # fmt: skip


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    assess(cast)
    return World(cast)


def everything() -> dict[str, Any]:
    """Every row of every table, so that nothing can change unseen."""
    models = [model for model in apps.get_models() if model._meta.label_lower not in _LOOSE]
    found = {}
    for model in models:
        if not model._meta.label_lower.startswith("procrastinate"):
            rows = model._default_manager.order_by("pk").values_list()
            found[model._meta.label] = [tuple(map(_plain, row)) for row in rows]
    return copy.deepcopy(found)


def _plain(value: Any) -> Any:
    return value.open() if hasattr(value, "open") else value


Attempt = tuple[str, str, list[Any], dict[str, Any]]
DAY_SAID = DAY.isoformat()


def _rows_of_others(world: World) -> list[Attempt]:
    """Rows of others under a person or household of one's own."""
    cast = world.cast
    girl = world.mine["girl"]
    theirs = world.theirs
    return [
        ("registrar", "roster:move", [girl.pk, world.held.pk], {"unit": cast.class_two.code, "from_on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:end", [girl.pk, world.held.pk], {"ending": "left", "to_on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:leave", [girl.pk, world.held.pk], {"away_from": DAY_SAID}),
        ("registrar", "roster:lodge", [girl.pk, world.held.pk], {"lodging": "day", "from_on": DAY_SAID}),
        ("registrar", "roster:mark", [girl.pk, world.held.pk], {"group": "intern", "from_on": DAY_SAID}),
        ("registrar", "roster:unmark", [girl.pk, world.marking.pk], {}),
        ("registrar", "roster:change_guardian", [girl.pk, world.guardianship.pk], {"guardian_name": "甲", "relation": "mother", "position": "1"}),
        ("registrar", "roster:end_guardian", [girl.pk, world.guardianship.pk], {}),
        ("registrar", "roster:end_document", [girl.pk, world.document.pk], {}),
        ("registrar", "roster:reveal_row", [girl.pk, "guardian", world.guardianship.pk], {"reason": "contact"}),
        ("registrar", "roster:reveal_row", [girl.pk, "document", world.document.pk], {"reason": "contact"}),
        ("registrar", "roster:leave_household", [world.own_household.pk, world.member.pk], {}),
        ("registrar", "roster:merge", [girl.pk, theirs.pk], {"keep": str(girl.pk), "reason": "重复录入"}),
    ]  # fmt: skip


def _others_themselves(world: World) -> list[Attempt]:
    """Others themselves."""
    cast = world.cast
    theirs = world.theirs
    second = f"{cast.second.name} {cast.second.code}"
    return [
        ("registrar", "roster:change", [theirs.pk], {"name": "改名"}),
        ("registrar", "roster:undo_merge", [world.merge.pk], {}),
        ("registrar", "roster:household", [world.household.pk], {"typed": "曾小雨"}),
        ("registrar", "roster:download", [world.export.pk], {}),
        ("registrar", "intake:confirm", [world.file.pk], {"leave": ""}),
        ("registrar", "intake:drop", [world.file.pk], {}),
        ("registrar", "intake:columns", [world.file.pk, 0], {"start": "2", "c0": "name"}),
        ("registrar", "roster:export", [cast.second.pk], {"columns": ["name"], "purpose": "核对名单", "form": "csv"}),
        ("registrar", "roster:add", [cast.second.pk], {"name": "新人", "as_a": "student", "unit": second, "from_on": DAY_SAID}),
    ]  # fmt: skip


def _others_in_what_is_sent(world: World) -> list[Attempt]:
    """Units and people of others in what is sent."""
    cast = world.cast
    girl = world.mine["girl"]
    theirs = world.theirs
    held = girl.enrolments.get()
    own = cast.class_one.pk
    second = f"{cast.second.name} {cast.second.code}"
    return [
        ("registrar", "roster:move", [girl.pk, held.pk], {"unit": second, "from_on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:move", [girl.pk, held.pk], {"unit": "x", "unit_asked": "x", "unit_pick": cast.second.code, "from_on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:add", [own], {"name": "新人", "as_a": "student", "unit": second, "from_on": DAY_SAID, "lodging": "day"}),
        ("registrar", "roster:promote", [own], {"chosen": [str(theirs.pk)], "what": "move", "to": cast.class_two.code, "on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:promote", [own], {"chosen": [str(girl.pk)], "what": "move", "to": second, "on": DAY_SAID, "confirmed": "1"}),
        ("registrar", "roster:household", [world.own_household.pk], {"typed": SECRET, "person": str(theirs.pk)}),
        ("registrar", "roster:household", [world.own_household.pk], {"typed": "曾", "person": str(theirs.pk)}),
        ("registrar", "roster:merge", [girl.pk, world.mine["boy"].pk], {"keep": str(theirs.pk), "reason": "重复录入"}),
        ("registrar", "intake:upload", [], {"unit": second, "as_a": "student", "first_day": DAY_SAID}),
        ("teacher", "codes:links", [own], {"people": [str(theirs.pk)]}),
        ("teacher", "codes:revoke", [theirs.pk], {}),
        ("teacher", "roster:reveal", [world.mine["brother"].pk, "phone"], {"reason": "contact"}),
    ]  # fmt: skip


def _in_duties_and_administration(world: World) -> list[Attempt]:
    """Units, people and runs of others, tried by staff and by the administrators of one school."""
    cast = world.cast
    second = f"{cast.second.name} {cast.second.code}"
    return [
        ("principal", "duties:group_new", [cast.second.pk], {"kind": "leading", "name": "组", "from_on": DAY_SAID}),
        ("principal", "duties:area_assign", [cast.second.pk], {"user": "黄国平", "from_on": DAY_SAID}),
        ("principal", "duties:recall", [], {"unit": second, "reason": "返岗"}),
        ("clerk", "duties:leave_report", [], {"kind": "leave", "from_on": DAY_SAID, "to_on": DAY_SAID, "reason": "事假", "stand_in": "孙丽 clerk_second"}),
        ("principal", "oversight:decide", [world.export.pk], {"agreed": "yes"}),
        ("head", "oversight:emergency", [], {"unit": second, "hours": "1", "reason": "学生在宿舍昏倒需联系家长"}),
        ("school_security", "privacy:purge_ask", [world.purge.pk], {"reason": "响应结束后销毁数据"}),
        ("school_security", "privacy:purge_begin", [world.purge.pk], {}),
        ("school_security", "privacy:hold_lift", [world.hold.pk], {}),
        ("school_security", "privacy:purge_new", [], {"unit": second}),
        ("school_security", "privacy:hold_new", [], {"unit": second, "number": "77", "reason": "证据", "assessment": "长" * 60, "to_on": DAY_SAID}),
        ("school_security", "oversight:confirm", [], {"posting": ["1", "2", "999999999999999999"]}),
        ("school_admin", "privacy:response_end", [world.response.pk], {"to_on": DAY_SAID}),
        ("school_admin", "privacy:response_new", [], {"unit": second, "name": "流感", "level": "1", "reason": "响应", "from_on": DAY_SAID}),
        ("school_admin", "accounts:reset", [cast.people["clerk_second"].pk], {"key": "00000000-0000-4000-8000-000000000001"}),
        ("school_admin", "accounts:appoint", [cast.clerk.pk], {"unit": second, "role": "clerk", "from_on": DAY_SAID}),
        ("school_admin", "units:close", [cast.second.pk], {"last": DAY_SAID}),
    ]  # fmt: skip


def attempts(world: World) -> list[Attempt]:
    """Who, address, its ids, what is sent."""
    return [
        *_rows_of_others(world), *_others_themselves(world), *_others_in_what_is_sent(world),
        *_in_duties_and_administration(world),
    ]  # fmt: skip


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    """The cast, and administrators of the one school."""
    names = ["school_security", "school_admin"]
    made = actions.create_accounts(by=None, rows=[actions.NewAccount(name, name, "", "!") for name in names], now=NOW)
    for user, role in zip(made, ("security_admin", "unit_admin"), strict=True):
        actions.appoint(by=None, user=user, unit=cast.school, role=role, title="", deputy=False, from_on=DAY, now=NOW)
    return {**cast.people, **dict(zip(names, made, strict=True))}


def test_ids_of_others_do_nothing_wherever_they_are_put(world: World, people: dict[str, User], client: Client) -> None:
    tried = attempts(world)
    before = everything()
    for who, name, ids, sent in tried:
        client.force_login(people[who])
        seen = Event.objects.filter(outcome="refused").count()
        answer = client.post(reverse(name, args=ids), sent)
        where = (who, name, ids, answer.status_code)
        # a household answers with people of one's own school to choose from
        assert answer.status_code in (302, 404, 422, 200 if name == "roster:household" else 422), where
        page = answer.content.decode()
        typed = str(sent.values())
        assert SECRET not in page or SECRET in typed, where
        assert not {"15400000077", "154****0077"} & set(re.findall(r"[\d*]{11}", page)), where
        after = everything()
        changed = [table for table, rows in after.items() if rows != before[table]]
        changed = [table for table in changed if table != "people.User"]  # the last sign-in
        assert not changed, (where, changed)
        if answer.status_code == 404:
            assert Event.objects.filter(outcome="refused").count() == seen + 1, where
        if answer.status_code == 302:
            assert name in ("oversight:confirm", "intake:confirm"), where
    assert Person.objects.get(pk=world.theirs.pk).name == SECRET
