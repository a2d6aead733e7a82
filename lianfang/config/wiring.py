"""Event word → handlers, by dotted name: the only arrows that point upward. Handlers run in the worker, at least
once.
"""

HANDLERS: dict[str, tuple[str, ...]] = {
    "roster.uploaded": ("lianfang.people.actions.intake.checking.take_up",),
    "roster.columns_chosen": ("lianfang.people.actions.intake.checking.take_up",),
    "roster.confirmed": ("lianfang.people.actions.intake.applying.take_up",),
    "return.submitted": ("lianfang.returns.actions.telling.signature_wanted",),
    "return.countersign_due": ("lianfang.returns.actions.telling.signature_wanted",),
    "return.cases_signed": ("lianfang.returns.actions.telling.important_signed",),
    "return.revised": ("lianfang.returns.actions.telling.revised",),
    "return.turned_back": ("lianfang.returns.actions.telling.turned_back",),
    "response.ended": ("lianfang.people.actions.purging.prepare_after_response",),
    "purge.approved": ("lianfang.people.actions.purging.carry_out",),
    "audit.broken": ("lianfang.web.events.actions.broken",),
}
