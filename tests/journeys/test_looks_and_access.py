"""Every page of every role: readable by everybody, on every screen, in both languages, and silent about persons.

The faults of a page (scripts, content security policy, missing files) are collected by the `stage` of `tests.browser`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.urls import get_resolver, reverse

from lianfang.core import clock as moments
from lianfang.notices import actions as notices
from lianfang.notices.actions import delivering
from lianfang.notices.models import Delivery
from lianfang.notices.rules.audience import Audience
from lianfang.obligations.actions import asking
from lianfang.orgs.actions.keeping import keep_list
from lianfang.orgs.models import SponsorLine
from lianfang.people.models import Claim, ClassCode, Letters, Posting, User
from lianfang.returns.actions import turning
from lianfang.returns.models import Return, Version
from tests.access import (
    absences,
    ask,
    boards,
    bulletins,
    calendar,
    card,
    cases,
    channels,
    claims,
    clusters,
    duties,
    duty,
    emergencies,
    figures,
    held,
    hints,
    intake,
    isolation,
    key_people,
    oversight,
    plans,
    privacy,
    roll,
    roster,
    surveys,
    terms,
    today,
    tracing,
)  # fmt: skip
from tests.access import (
    open as letters,
)
from tests.browser import FORM, Clock, Visitor
from tests.cast import Cast
from tests.journeys.looking import NARROW, looks, too_wide, typed, wrong_words
from tests.test_access import names

# Who looks at which pages: those who see most of each, and everybody's home.
PAGES = """
anonymous    account:sign_in  /no-such-page/  my:enter  privacy:rules  privacy:sheet
family       my:home  my:notice  my:claim_guardian  my:claim_pupil  my:record|claim  my:looks|claim  my:copy|claim
family       my:choices|claim  my:requests|claim  my:ask|correction  my:devices|claim  notices:family|child  notices:family_one|told
outsider     web:home
students     web:home  returns:part|part  units:unit|office
clerk        web:home  returns:fill|school  returns:zero|school  returns:done|school
clerk        returns:import|school  returns:detail|school  returns:print|school  account:details  account:password
clerk        notices:inbox  notices:read|notice  notices:write  units:unit|school_unit
head         web:home  returns:sign|school  returns:turn_back|school
clerk_third  returns:fill|returned  returns:detail|returned
leader       web:home  returns:sign|school  duties:groups|school_groups  duties:areas  duties:ledger|leaders_ledger
leader       duties:visit|leaders_ledger  duties:settle|leaders_visit
principal    web:home  oversight:request|citys_request  duties:group_new|school_groups  duties:group_edit|school_group
principal    duties:group_join|school_group  duties:group_dissolve|school_group  duties:group|school_group
principal    duties:area_overview|department_area  duties:area_assign|department_area  duties:recall
principal    duties:leave|teachers_leave  duties:leaves  privacy:desk
city         web:home  returns:board|city  returns:schools|city  returns:table|city  returns:detail|school
city         /notices/write/?how=duties  notices:by_unit|sent  notices:by_unit_below|sent_below  notices:withdraw|sent
city         notices:sent  notices:sent_one|sent  units:gaps  units:below|city_unit  units:gap_areas|city_unit
city         returns:terms|form_school  returns:terms|form_city
city_second  returns:table|second_city  returns:reopen|closed  returns:turn_back|second  returns:detail|second
province     web:home  returns:board|province  returns:table|province  returns:print|province  returns:schools|province
inspector    web:home  returns:board|province  oversight:ask  oversight:requests  units:contacts|school_unit
admin        web:home  accounts:list  accounts:new  accounts:detail|clerk  accounts:change|clerk  accounts:appoint|clerk
admin        accounts:dismiss|clerk_post  accounts:reset|clerk  accounts:deactivate|clerk  accounts:slip|clerk
admin        units:tree  units:unit|school_unit  units:edit|school_unit  units:add|school_unit  units:move|school_unit
admin        units:close|school_unit  units:sponsor|school_unit  units:end_sponsor|line  units:import
admin        units:import_below|school_unit  units:import_check|list
admin        privacy:responses  privacy:response_new  privacy:response_end|school_response
admin        letters:start  letters:batch|letters  accounts:factors_reset|clerk
doctor       account:second_factor  account:factors  account:confirm  account:app  account:passkey  account:codes
doctor       rulebook:diseases  rulebook:disease|disease  rulebook:changes|disease
doctor       account:devices  account:factor_remove|factor  account:details  account:password
security     accounts:factors  oversight:desk  oversight:postings  oversight:reject|waiting_posting  oversight:security
security     oversight:grant|school_grant  privacy:assessments  privacy:assessment_new
security     privacy:assessment|school_assessment  privacy:purges  privacy:purge_new  privacy:purge|school_purge
security     privacy:certificate|school_purge_done  privacy:holds  privacy:hold_new  privacy:map
security     privacy:incident
auditor      web:home  web:events
sponsor      web:home  returns:board|authority  returns:table|authority
teacher      roster:list|roster_class  roster:person|girl  roster:reveal|girl_phone  roster:reveal_row|girl_guardian_phone
teacher      roster:print|roster_class  codes:list  codes:class|code_class  codes:links|code_class  codes:sheet|code_class
teacher      codes:person|family_pupil  codes:requests  codes:answer|family_request  duties:leave_report
counsellor   health:mine  health:roll|roll_class  health:roll|roll_told  health:roll_compare|roll_two
counsellor   health:roll_sheet|roll_sheet_other  health:absences  health:absence|absence  health:register
counsellor   health:register_sheet  health:findings|findings_class  health:cards|cards_class  health:card_call|card_pupil
counsellor   health:record|card_pupil  health:record_sheet|card_pupil  health:key_people  health:key_person|key_person
counsellor   health:held  health:held_one|held  health:held_one|held_roll  health:surveys  health:survey|survey_class
counsellor   health:survey_call|survey_pupil
doctor       health:hints  health:hint|hint  health:senders  health:sender_new  health:groups  health:group_new
doctor       health:group|group_of_school  health:key_person_listed|key_person_listed  health:key_counts|key_counts_class
clerk        health:board|board_school  health:summary|board_school  health:summary_sheet|board_school
clerk        health:survey_own|survey
clerk        cases:emergency|emergency  cases:emergency_sheet|emergency  cases:emergency_add|emergency
clerk        cases:emergency_finish|emergency  cases:emergency_told|emergency_call  cases:contacts|contacts
clerk        cases:emergency_correct|emergency_first  cases:emergencies
students     cases:report
teacher      cases:contacts_today  cases:contacts_asked|asked_class
doctor       cases:contacts_of|traced  cases:contacts_find|traced  cases:contact_add|traced  cases:exposed|exposed
doctor       cases:exposed_say|exposed_note  cases:case_links|linked  cases:outbreaks  cases:chain|spread  cases:curve|spread
doctor       cases:line_list|spread  cases:line_export|spread
doctor       cases:cases  cases:suspected  cases:case_new  cases:case|case  cases:case|case_over  cases:case_say|case_sample
doctor       cases:case_correct|case_step  cases:case_reopen|case_over  cases:case_prove|case
doctor       surveillance:meals  surveillance:meal_new|meal_school  surveillance:clusters  surveillance:cluster|cluster  surveillance:cluster_measure|cluster
head         surveillance:cluster_end|cluster  surveillance:cluster_letter|cluster
clerk        cases:plans  cases:plan_begin  cases:plan|drill  cases:plan_note|drill_step  cases:plan_end|drill
head         cases:plan|plan  cases:plan|plan_over  cases:plan_sheet|plan_over
teacher      cases:clearances  cases:observations  cases:observation|observation
clerk        cases:isolation  cases:isolation_place_new|isolation_school  cases:isolation_place|isolation_place
clerk        cases:cleaning  cases:cleaning_new|isolation_school  cases:cleaning_one|cleaning  cases:cleaning_one|cleaning_done
doctor       cases:isolation  cases:isolation_place|isolation_place  cases:stays  cases:stay_new  cases:stay|stay
doctor       cases:stay|stay_over  cases:stay_move|stay  cases:stay_until|stay  cases:stay_release|stay
doctor       cases:stay_sheet|stay  cases:observation_correct|reading  cases:transfers  cases:transfer_new
doctor       cases:transfer|transfer
clerk        duty:home  duty:mine  duty:shift|shift_school  duty:hand_over|shift_school  duty:swap_ask|ahead_school
doctor       duty:swap|clerks_swap
head         duty:unit|duty_school  duty:roster|shifts_of_school  duty:sheet|shifts_of_school  duty:post_new|duty_school
head         duty:post|post_school  duty:plan|post_school  duty:pattern|pattern_school  duty:import|duty_school
head         duty:assign|ahead_school
city         duty:numbers|duty_city
head         today:missing|rolls_school  today:phones|rolls_school
leader       bulletins:day|analysis_school  bulletins:sheet|analysis_school  bulletins:meet|analysis_school
leader       bulletins:decide|analysis_school  bulletins:decision|decided  bulletins:withdraw|decided
head         calendar:year|calendar_school  calendar:kinds|calendar_school  calendar:add|calendar_school_term
head         calendar:end|calendar_entry  today:exempt|exempt_class  today:extend|exempt_class
clerk        notices:ways
admin        notices:gateways  notices:gateway_choose  notices:gateway|school_mail  notices:failed
city         rulebook:terms|rules_city  health:terms|checks_school  notices:answers|asked_by_city  notices:answers_export|asked_by_city
clerk        notices:read|asked_clerk
anonymous    open:letter|open_letter  open:edition|open_letter_first  open:of_unit|letters_unit
clerk        notices:letters  notices:letter_write  notices:letter|open_letter  notices:letter_correct|open_letter
head         notices:letter|waiting_letter  notices:letter_withdraw|open_letter
city         today:missing|rolls_area  today:missing|returns_area
city         health:board|board_area  health:board_lacking|board_area  health:key_counts|key_counts_area
city         health:survey|survey_city  health:survey_new
family       health:card|child  health:own_record|child
registrar    roster:home|  roster:list|school_unit  roster:counts|school_unit  roster:add|roster_class
registrar    roster:promote|roster_class  roster:duplicates|school_unit  roster:households|school_unit
registrar    roster:export|school_unit  roster:household|household  roster:merge|two_pupils  roster:person|girl
registrar    roster:change|girl  roster:document|girl  roster:guardian|girl  roster:change_guardian|girl_guardian
registrar    roster:move|girl_place  roster:end|girl_place  roster:leave|girl_place  roster:back|away_place
registrar    roster:lodge|girl_place  roster:mark|girl_place
registrar    intake:upload  intake:file|roster_file  intake:columns|roster_sheet
doctor       returns:names|school_figure  returns:behind|school_figures
doctor       roster:person|girl  roster:health|girl  oversight:emergency  oversight:grants
"""
# Addresses that are no page: files, answers to POST, the health probe; the check pages are seen in their stories.
NO_PAGE = {
    "account:sign_in_by_passkey", "account:sign_in_passkey_wanted", "account:second_factor_by_passkey",
    "account:second_factor_wanted", "account:passkey_wanted", "account:device_end", "account:devices_end",
    "codes:open", "codes:close", "codes:picture", "codes:revoke", "codes:take_over",
    "my:scan", "my:follow", "my:full", "my:copy_file", "my:let_go", "my:sign_out",
    "duty:feed", "duty:feed_open", "duty:feed_end", "duty:numbers_export", "duty:template", "duty:import_apply",
    "duty:post_close", "duty:publish", "duty:check_in", "duty:take_back", "duty:take",
    "duties:group_part", "duties:area_end", "duties:leave_answer", "duties:leave_back",
    "health:worker", "health:roll_today", "health:roll_submit", "health:roll_person", "health:roll_keep",
    "bulletins:home", "bulletins:make", "calendar:home", "today:exempt_end", "today:extend_end", "notices:again", "notices:gateway_end",
    "notices:gateway_test", "notices:hours", "notices:subscribe", "notices:verify", "notices:way_add",
    "notices:way_always", "notices:way_remove", "notices:way_test", "notices:worker",
    "today:chase", "health:terms_decide", "rulebook:decide", "notices:answer", "notices:file", "notices:letter_decide", "notices:letter_picture", "health:roll_still", "health:roll_decide", "health:absence_number", "health:absence_step",
    "health:board_curve", "health:board_today", "health:boards", "health:findings_mine", "health:findings_today",
    "health:held_drop", "health:hint_number", "health:key_counts_mine", "health:key_counts_today",
    "health:key_counts_sheet", "health:key_counts_table", "health:key_person_assign", "health:key_person_plan",
    "health:key_person_release", "health:key_person_unreached", "health:own_record_sheet", "health:record_table",
    "health:register_table", "health:sender_revoke", "health:summary_table", "health:survey_answer",
    "health:survey_chase", "health:survey_close", "health:survey_table",
    "intake:template", "intake:marked", "intake:confirm", "intake:drop",
    "surveillance:meal_withdraw", "surveillance:cluster_letter_pdf", "surveillance:cluster_letter_docx", "cases:emergency_confirm", "cases:emergency_join", "cases:case_proof", "cases:case_link_end",
    "cases:contacts_release",
    "cases:isolation_room_close", "cases:isolation_place_close", "cases:cleaning_check", "cases:case_cleaning",
    "oversight:decide", "oversight:confirm", "oversight:end", "oversight:review",
    "privacy:purge_of", "privacy:purge_ask", "privacy:purge_begin", "privacy:hold_lift",
    "letters:open", "letters:sheet", "letters:template",
    "roster:search", "roster:download", "roster:leave_household", "roster:undo_merge", "roster:end_document",
    "roster:end_guardian", "roster:unmark",
    "web:alive", "web:coming", "web:events_find", "web:events_export", "account:sign_out", "account:language", "accounts:activate",
    "notices:family_confirm", "notices:family_answer", "notices:family_file", "notices:confirm", "notices:check",
    "notices:send", "returns:check", "returns:submit", "returns:export", "returns:template",
    "returns:import_apply", "returns:decide", "returns:assign", "units:gaps_export", "units:contacts_export", "units:template", "units:import_apply",
}  # fmt: skip


def pages() -> Iterator[tuple[str, str, str]]:
    """who, name of the address (or a path), target."""
    for line in filter(str.strip, PAGES.splitlines()):
        who, *rest = line.split()
        for entry in rest:
            name, _, target = entry.partition("|")
            yield who, name, target


@pytest.fixture
def scene(
    cast: Cast, clock: Clock, file: Callable[..., Version], sign: Callable[..., Return], gather: Callable[..., Version]
) -> dict[str, list[Any]]:
    """A day on which every state is on some page; what the targets of `PAGES` stand for."""
    day = cast.day
    before, closed = day - timedelta(days=1), day - timedelta(days=6)
    clock.set("2020-02-04 14:00")
    sign(file(cast.clerk, cast.school, {"isolated_home.students": 1}, on=before), cast.leader, cast.head)
    wrong = file(cast.clerk, cast.third, on=before)
    turning.turn_back(
        by=cast.head_third, filed=wrong.filed, version_id=wrong.pk, from_unit=cast.third, reason="请核对北校区",
        cells={"confirmed.students": "与医院数据不符"}, now=moments.now(),
    )  # fmt: skip
    again = file(cast.clerk_second, cast.second, on=before)
    sign(again, cast.head_second)
    clock.set("2020-02-05 15:10")
    case = {"suspected.students": 2, "isolated_home.staff": "?", "treatment": "男，19岁，市一医院隔离观察"}
    file(cast.clerk, cast.school, case)
    sign(file(cast.clerk_second, cast.second, {"isolated_home.students": 3}), cast.leader_second, cast.head_second)
    gather(cast.city_second, cast.second_city)
    gather(cast.province, cast.province_unit)
    asking.ask(by=cast.province, kind="daily_return", slot=FORM, unit=cast.province_unit, on=day, now=moments.now())
    told = notices.post(
        by=cast.city, unit=cast.city_unit, to=[cast.clerk.pk, cast.head.pk], key="t", title="请清点口罩",
        body="请于今日清点。", to_confirm=True, now=moments.now(),
    )  # fmt: skip
    letters = Letters.objects.create(unit=cast.school, rows=[], total=0, by=cast.admin, at=moments.now())
    factor = Authenticator.objects.create(user=cast.doctor, type="totp", data={"secret": ""})
    kept = keep_list(by=cast.admin, under=cast.province_unit, rows=[], name="units.xlsx", now=moments.now())
    post = Posting.objects.get(user=cast.clerk)
    with transaction.atomic():
        more = {key: args for area in AREAS for key, args in area.things(cast).items()}
    delivering.send(
        by=cast.teacher, unit=cast.class_one, audience=Audience("families", units=(cast.class_one.pk,)), key="f",
        title="返校准备", body="请确认。", to_confirm=True, until=moments.now() + timedelta(days=1), now=moments.now(),
    )  # fmt: skip
    at = {unit: [FORM, day, getattr(cast, attribute).pk] for unit, attribute in UNITS.items()}
    return {
        **at, **more, "": [], "roster_class": [cast.class_one.pk], "returned": [FORM, before, cast.third.pk], "closed": [FORM, closed, cast.second.pk],
        "letters": [letters.pk], "factor": [factor.pk],
        "form_school": [FORM, cast.school.pk], "form_city": [FORM, cast.city_unit.pk],
        "part": [FORM, day, cast.student_affairs.pk, "students"], "office": [cast.student_affairs.pk],
        "disease": ["covid19"], "rules_city": ["varicella", cast.city_unit.pk], "school_unit": [cast.school.pk], "city_unit": [cast.city_unit.pk], "list": [kept.pk],
        "notice": [told.deliveries.get(user=cast.clerk).pk], "sent": [told.pk], "sent_below": [told.pk, cast.school.pk], "clerk": [cast.clerk.pk],
        "clerk_post": [cast.clerk.pk, post.pk], "line": [cast.second.pk, SponsorLine.objects.first().pk],  # type: ignore[union-attr]
    }  # fmt: skip


UNITS = {
    "school": "school", "second": "second", "city": "city_unit", "second_city": "second_city",
    "province": "province_unit", "authority": "authority",
}  # fmt: skip


AREAS = (
    claims, duties, duty, intake, oversight, privacy, roll, roster, absences, boards, bulletins, calendar, card, cases,
    channels, clusters, emergencies, figures, held, hints, isolation, key_people, plans, surveys, today, ask, letters, terms,
    tracing,
)  # fmt: skip


def addresses(who: str, scene: dict[str, list[Any]]) -> Iterator[str]:
    for person, name, target in pages():
        if person == who:
            yield name if name.startswith("/") else reverse(name, args=scene[target])


def person(cast: Cast, who: str) -> User | None:
    return None if who in ("anonymous", "family") else cast.people[{"returned": "clerk_third"}.get(who, who)]


def enters(stage: Callable[..., Visitor], cast: Cast, who: str, **how: Any) -> Visitor:
    """Before a browser; a family comes in by the code of the class, as a mother does."""
    visitor = stage(person(cast, who), **how)
    if who == "family":
        code = ClassCode.objects.get(unit=cast.class_one, revoked_at__isnull=True).code
        assert code is not None
        visitor.goes("my:scan", code.open()).goes("my:claim_guardian")
        visitor.writes("name", "周小雨").writes("phone_end", "8001").page.locator("main form button").click()
        visitor.sees("周小雨")
    return visitor


def of_family(who: str) -> dict[str, list[Any]]:
    """The claim of the device that came in last."""
    claim = Claim.objects.latest("at") if who == "family" else None
    if claim is None:
        return {}
    told = Delivery.objects.get(person=claim.person_id).pk
    return {"claim": [claim.pk], "correction": [claim.pk, "correct"], "child": [claim.person_id],
            "told": [claim.person_id, told]}  # fmt: skip


def test_every_page_is_looked_at() -> None:
    seen = {name for _, name, _ in pages()} | NO_PAGE
    missing = set(names(get_resolver())) - seen
    assert not missing, f"pages nobody looks at (add them to PAGES): {', '.join(sorted(missing))}"


def hands(count: int) -> list[tuple[str, ...]]:
    """Roles that look at the same scene, with about as many pages in each hand."""
    found = [list[str]() for _ in range(count)]
    seen = Counter(who for who, _, _ in pages())
    for who, _ in seen.most_common():
        min(found, key=lambda hand: sum(map(seen.__getitem__, hand))).append(who)
    return [tuple(hand) for hand in found]


@pytest.mark.slow
@pytest.mark.parametrize("roles", hands(4), ids="+".join)
def test_pages_are_accessible_on_phone_and_desk_in_light_and_dark_and_in_both_languages(
    roles: tuple[str, ...], stage: Callable[..., Visitor], cast: Cast, scene: dict[str, list[Any]]
) -> None:
    faults = [f"{who}: {fault}" for who in roles for fault in faults_of(who, stage, cast, scene)]
    assert not faults, "\n".join(faults)


def faults_of(who: str, stage: Callable[..., Visitor], cast: Cast, scene: dict[str, list[Any]]) -> Iterable[str]:
    visitor = enters(stage, cast, who, phone=True)
    faults, given = list[str](), typed()
    for path in addresses(who, scene | of_family(who)):
        faults += [f"{path}: {fault}" for fault in looks(visitor, path)]
        faults += wrong_words(visitor, path, given)
    visitor.context.close()
    english = enters(stage, cast, who, language="en")
    english.page.set_viewport_size(NARROW)
    for path in addresses(who, scene | of_family(who)):
        english.opens(path)
        faults += [*wrong_words(english, path, given), *(f"{path} (en): {fault}" for fault in too_wide(english.page))]
    english.context.close()
    return dict.fromkeys(faults)
