"""What the system knows by itself, beside what is typed: filled in, compared, explained, never overwritten."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from lianfang.cases.models import Case, CaseStep, Stay
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.core.problems import Refused
from lianfang.people.models import Enrolment, Person
from lianfang.returns import forms, rules, spec
from lianfang.returns.models import Return, Version
from lianfang.returns.queries import board, chain, figures
from lianfang.returns.tests.conftest import CASE, ZERO

WHY = "电话报来，尚未登记"


@pytest.fixture
def ill(cast):
    """``ill(*steps, as_a=…)``: a case of COVID-19 opened at eight; each step is (kind, words, hours after eight)."""

    def run(*steps, as_a="student", disease="covid19", name="张小明"):
        person = Person.objects.create(name=name, sex=1, born_on=date(2002, 3, 1))
        Enrolment.objects.create(person=person, school=cast.school, unit=cast.class_one, as_a=as_a, from_on=cast.day)
        eight = cast.now - timedelta(hours=1)
        case = Case.objects.create(
            person=person, school=cast.school, unit=cast.class_one, disease=disease, edition="x", rules_on=cast.day,
            origin="hand", opened_at=eight, key=uuid7(),
        )  # fmt: skip
        for number, (kind, said, hours) in enumerate((("opened", {}, 0), *steps), 1):
            CaseStep.objects.create(
                case=case, number=number, kind=kind, said=said, at=eight + timedelta(hours=hours), key=uuid7()
            )
        return case

    return run


def known(cast, form, now=None):
    found = figures.known(figures.facts(form, cast.school, cast.day, now or cast.now))
    return {cell: one.value for cell, one in found.items()}


def sent_home(cast, **more):
    person = Person.objects.create(name="居家隔离", sex=1)
    Enrolment.objects.create(person=person, school=cast.school, unit=cast.class_one, as_a="student", from_on=cast.day)
    return Stay.objects.create(
        school=cast.school, unit=cast.class_one, person=person, why="contact", where="home", disease="covid19",
        counts_from=cast.day, began_at=cast.now - timedelta(hours=1), by=cast.doctor, key=uuid7(), **more,
    )  # fmt: skip


def test_who_was_sent_home_to_be_isolated_counts_from_then_on(cast, form):
    stay = sent_home(cast)
    assert known(cast, form)["isolated_home.students"] == 1
    assert known(cast, form, stay.began_at - timedelta(minutes=1))["isolated_home.students"] is None


def test_cases_are_counted_as_they_were_known_at_the_moment(cast, form, ill):
    ill(("place", {"word": "isolation"}, 0.5), ("diagnosis", {"word": "confirmed", "on": "2020-02-05"}, 3))
    ill(as_a="teacher", name="李老师")
    ill(disease="influenza", name="王流感")
    nine, noon = known(cast, form), known(cast, form, cast.now + timedelta(hours=3))
    assert (nine["suspected.students"], nine["suspected_here.students"], nine["confirmed.students"]) == (1, 1, 0)
    assert (noon["suspected.students"], noon["confirmed.students"], noon["confirmed_here.students"]) == (0, 1, 1)
    assert nine["suspected.staff"] == 1
    assert nine["suspected_here.staff"] is None, "nobody has said where the teacher is"


def test_an_excluded_case_counts_no_more_and_no_case_is_zero(cast, form, ill):
    assert known(cast, form)["suspected.students"] == 0
    ill(("excluded", {"on": "2020-02-05"}, 1))
    assert known(cast, form, cast.now + timedelta(minutes=1))["suspected.students"] == 0


def test_what_classes_have_not_reported_is_not_zero_but_not_known(cast, form):
    assert known(cast, form)["isolated_home.students"] is None
    sent_home(cast)
    found = figures.known(figures.facts(form, cast.school, cast.day, cast.now))["isolated_home.students"]
    assert (found.value, found.sure, found.said, found.of) == (1, False, 0, 2)


@pytest.mark.parametrize(
    ("typed", "said", "sure", "asked"),
    [
        (3, 3, True, False), (2, 3, True, True), (4, 3, True, True), (0, 0, True, False), ("?", 3, True, True),
        ("?", 0, True, False), (4, 3, False, False), (2, 3, False, True), (3, 3, False, False),
    ],
)  # fmt: skip
def test_what_must_be_explained(typed, said, sure, asked):
    assert rules.differs(typed, said, sure=sure) is asked


def test_a_different_figure_asks_why_and_the_answer_is_kept_and_sealed(cast, form, submit, sign_all, ill):
    ill()
    with pytest.raises(Refused) as refused:
        submit(whys={})
    assert [(one.code, one.cell) for one in refused.value.problems] == [("returns.why_missing", "suspected.students")]
    version = submit(whys={"suspected.students": WHY, "confirmed.staff": "不需要"})
    assert version.system["suspected.students"] == {"said": 1, "sure": True, "why": WHY}
    assert "why" not in version.system["confirmed.staff"]
    sign_all(version)
    assert Return.objects.get().differs
    found = board.counts(form, cast.province_unit, cast.day, cast.now)
    assert sum(one.differing for one in found.values()) == 1
    rows = board.schools(form, cast.province_unit, cast.day, cast.now, only="differing")
    assert [row.unit_id for row in rows] == [cast.school.pk]
    assert list(chain.faults()) == []
    rows = rules.seal(
        filed_id=str(version.filed_id), number=1, made=version.made, cells=version.cells, reasons={}, by_id=version.by_id,
        at=version.at, previous="", system={},
    )  # fmt: skip
    assert rows != version.sha256, "the seal covers what the system said"


def test_what_agrees_is_asked_nothing(submit, ill):
    ill()
    version = submit(CASE, whys={})
    assert not Return.objects.get().differs
    assert version.system["suspected.students"] == {"said": 1, "sure": True}


@pytest.fixture
def page(client, cast, form, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: cast.now)
    client.cookies["django_language"] = "en"

    def run(user, name, *more, data=None):
        client.force_login(user)
        url = reverse(f"returns:{name}", args=[form.id, cast.day, cast.school.pk, *more]) if name else "/"
        return client.get(url) if data is None else client.post(url, data)

    return run


def test_the_form_is_filled_and_the_treatment_is_told_without_the_name(cast, page, ill):
    ill(
        ("place", {"word": "hospital", "text": "市一医院"}, 0),
        ("treatment", {"on": "2020-02-05", "text": "张小明吸氧"}, 0),
    )
    text = page(cast.clerk, "fill").content.decode()
    assert 'name="c-suspected.students" value="1"' in text
    assert "male, aged 17, In hospital (市一医院), 吸氧" in text
    assert "张小明" not in text
    assert "names/suspected.students" not in text, "who may not see names is shown no way to them"


def test_a_zero_report_against_a_case_asks_on_its_page_and_keeps_what_was_typed(cast, page, ill):
    ill()
    assert "you report 0. Why?" in page(cast.clerk, "zero").content.decode()
    data = {f"c-{cell}": value for cell, value in ZERO.items()} | {"key": str(uuid7()), "base": 0}
    answer = page(cast.clerk, "submit", data=data)
    assert answer.status_code == 422
    assert 'href="#w-suspected.students"' in answer.content.decode()
    assert page(cast.clerk, "submit", data=data | {"w-suspected.students": WHY}).status_code == 302
    for who, name in ((cast.head, "sign"), (cast.city, "detail")):
        assert WHY in page(who, name).content.decode()


def test_the_superiors_board_leads_to_the_list_of_what_differs(client, cast, form, page, submit, sign_all, ill):
    ill()
    sign_all(submit())
    client.force_login(cast.city)
    for name, query in (("board", {}), ("schools", {"only": "differing"})):
        text = client.get(
            reverse(f"returns:{name}", args=[form.id, cast.day, cast.city_unit.pk]), query
        ).content.decode()
        assert "Not as the system says" in text
        assert "only=differing" in text
    assert cast.school.name in text


def test_a_spreadsheet_is_asked_why_on_its_check_and_taken_whole_or_not_at_all(cast, page, ill):
    ill()
    rows = forms.sealed([{"unit": cast.school.pk, "base": 0, "cells": {**ZERO, "remark": "照旧"}}])
    field = f"w-{cast.school.pk}-suspected.students"
    asked = page(cast.clerk, "import_apply", data={"rows": rows})
    text = asked.content.decode()
    assert asked.status_code == 422
    assert f'href="#{field}"' in text
    assert f'id="{field}" name="{field}" value="" maxlength="200" required aria-invalid="true"' in text
    assert "照旧" in text, "what the file says is still there"
    assert not Version.objects.exists()
    again = re.search(r'name="rows" value="([^"]+)"', text)[1]
    assert page(cast.clerk, "import_apply", data={"rows": again, field: WHY}).status_code == 302
    version = Version.objects.get()
    assert (version.made, version.cells["remark"]) == ("imported", "照旧")
    assert version.system["suspected.students"] == {"said": 1, "sure": True, "why": WHY}


def test_a_later_case_is_told_beside_the_figure_and_changes_none(cast, page, submit, sign_all, ill):
    ill()
    version = sign_all(submit(CASE)).head
    ill(name="李小红")
    assert "1, now 2" in page(cast.city, "detail").content.decode()
    version.refresh_from_db()
    assert version.cells["suspected.students"] == 1


def test_the_doctor_reads_who_is_counted_and_that_is_an_event(cast, page, ill):
    ill()
    text = page(cast.doctor, "names", "suspected.students").content.decode()
    assert "张小明" in text
    assert Event.objects.filter(verb="person.listed", by_id=cast.doctor.pk).count() == 1
    assert page(cast.doctor, "names", "treatment").status_code == 404
    assert page(cast.clerk, "names", "suspected.students").status_code == 403


def test_the_way_from_the_figures_to_the_names_is_for_those_who_read_cases(cast, page, ill):
    ill()
    names = reverse("returns:names", args=["situation_2020", cast.day, cast.school.pk, "suspected.students"])
    behind = reverse("returns:behind", args=["situation_2020", cast.day, cast.school.pk])
    assert behind in page(cast.doctor, None).content.decode(), "from today's page"
    text = page(cast.doctor, "behind").content.decode()
    assert re.findall(r'href="([^"]+/names/[^"]+/)"', text) == [names], "no way to a figure behind which nobody stands"
    assert "known where 0 of 1 are" in text, "nobody has said where the pupil is"
    for user in (cast.clerk, cast.city):
        home = page(user, None).content.decode()
        assert "/names/" not in home
        assert page(user, "behind").status_code == 403


@pytest.mark.parametrize("word", ["cases.unheard_of", "cases.treatment"])
def test_an_indicator_that_nobody_can_answer_is_refused_with_its_line(word):
    text = (spec.CATALOG / "situation_2020.yaml").read_text("utf-8")
    line = next(at for at, one in enumerate(text.splitlines(), 1) if "indicator: cases.confirmed" in one)
    with pytest.raises(spec.BadForm, match=rf"a\.yaml:{line}: "):
        spec.parse(text.replace("indicator: cases.confirmed\n", f"indicator: {word}\n", 1).encode(), "a.yaml")
