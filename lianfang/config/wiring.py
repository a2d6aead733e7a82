"""Event word → handlers, by dotted name: the only arrows that point upward. Handlers run in the worker, at least
once.
"""

# These work for minutes; one runs at a time, so that no notice waits behind two rosters.
SLOW: frozenset[str] = frozenset(
    {
        "lianfang.people.actions.intake.checking.take_up",
        "lianfang.people.actions.intake.applying.take_up",
    }
)

HANDLERS: dict[str, tuple[str, ...]] = {
    "roster.uploaded": ("lianfang.people.actions.intake.checking.take_up",),
    "roster.columns_chosen": ("lianfang.people.actions.intake.checking.take_up",),
    "roster.confirmed": ("lianfang.people.actions.intake.applying.take_up",),
    "announcement.submitted": ("lianfang.web.announcing.actions.waits",),
    "announcement.published": ("lianfang.web.announcing.actions.decided",),
    "announcement.turned_back": ("lianfang.web.announcing.actions.decided",),
    "announcement.withdrawn": ("lianfang.web.announcing.actions.withdrawn",),
    "person.also_elsewhere": ("lianfang.web.roster.actions.also_elsewhere",),
    "return.submitted": ("lianfang.returns.actions.telling.signature_wanted",),
    "return.countersign_due": ("lianfang.returns.actions.telling.signature_wanted",),
    "return.cases_signed": ("lianfang.returns.actions.telling.important_signed",),
    "return.revised": ("lianfang.returns.actions.telling.revised",),
    "return.turned_back": ("lianfang.returns.actions.telling.turned_back",),
    "finding.new": ("lianfang.health.actions.absences.open_from_findings",),
    "emergency.reported": ("lianfang.surveillance.actions.clusters.reported",),
    "case.opened": (
        "lianfang.cases.actions.cleaning.plan_for_opened",
        "lianfang.cases.actions.tracing.case_opened",
    ),
    "case.closed": ("lianfang.cases.actions.staying.case_closed",),
    "survey.answered": ("lianfang.health.actions.key_people.review_answer",),
    "response.ended": ("lianfang.people.actions.purging.prepare_after_response",),
    "purge.approved": ("lianfang.people.actions.purging.carry_out",),
    "account.letters_begun": ("lianfang.people.actions.letters.carry_out",),
    "account.factors_reset": ("lianfang.web.accounts.actions.factors_reset",),
    "account.password_reset": ("lianfang.web.accounts.actions.password_reset",),
    "audit.broken": ("lianfang.web.events.actions.broken",),
    "request.asked": ("lianfang.web.oversight.actions.asked",),
    "request.agreed": ("lianfang.web.oversight.actions.decided",),
    "request.refused": ("lianfang.web.oversight.actions.decided",),
    "grant.taken": ("lianfang.web.oversight.actions.taken",),
    "subject.asked": ("lianfang.web.codes.actions.asked",),
    "claim.closed": ("lianfang.web.codes.actions.closed",),
    "notice.delivering": ("lianfang.notices.actions.delivering.carry_out",),
    "posting.rejected": ("lianfang.web.oversight.actions.rejected",),
    "leave.agreed": ("lianfang.web.oversight.actions.leave_answered",),
    "leave.refused": ("lianfang.web.oversight.actions.leave_answered",),
    "leave.recalled": ("lianfang.web.oversight.actions.recalled",),
}

# Source of a recurring obligation (`obligations.sources`) → the object that answers for it.
SOURCES: dict[str, str] = {
    "rolls": "lianfang.health.queries.owed.SOURCE",
    "returns": "lianfang.returns.queries.owed.RETURNS",
    "return_parts": "lianfang.returns.queries.owed.PARTS",
    "gatherings": "lianfang.returns.queries.owed.GATHERINGS",
    "duty": "lianfang.duty.queries.owed.SOURCE",
    "notices": "lianfang.web.today.notices_owed.SOURCE",
}
