"""Signing a version. With the last signature it counts: totals above see it in the same moment."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.people import access
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.actions.filing import relabel
from lianfang.returns.models import Draft, Return, Signature, Source, State, Version
from lianfang.returns.queries import filing
from lianfang.returns.spec import Tier


@transaction.atomic
def sign(*, by: User, filed: Return, version_id: Any, now: datetime) -> Signature:
    """Give the signature that is due on the version the signer looked at.

    Signing twice gives back the signature already given. Raises `Refused` when the version was superseded or
    returned, the step is another person's, or the rule wants a signer who did not fill it in alone.
    """
    filed = lock(filed)
    version = filed.head
    if version is None:
        raise refuse("returns.not_submitted")
    if str(version.pk) != str(version_id):
        raise refuse("returns.superseded", number=version.number)
    given = list(version.signatures.all())
    tier = tier_of(filed)
    step = rules.next_step(tier, version.important, {row.step for row in given})
    own = next((row for row in given if row.by_id == by.pk), None)
    if step is None:
        if own:
            return own
        raise refuse("returns.already_complete")
    if filed.state == State.RETURNED:
        raise refuse("returns.turned_back")
    if not access.can(by, step.verb, filed.unit):
        if own:
            return own
        raise refuse("returns.not_your_step", step=step.label.in_language("zh"))
    override = filing.self_sign_override(filed.spec, filed.unit, filed.on)
    self_filled = set(version.fillers) == {by.pk}
    if not rules.may_self_sign(tier, version.important, override):
        if own:
            raise refuse("returns.same_signer")
        if self_filled:
            raise refuse("returns.self_sign")
    return put(filed, version, tier, by=by, step=step.id, self_filled=self_filled, given=len(given), now=now)


def lock(filed: Return) -> Return:
    """The row of this return for the rest of the transaction, with unit and head."""
    return Return.objects.select_for_update(of=("self",)).select_related("unit", "head").get(pk=filed.pk)


def tier_of(filed: Return) -> Tier:
    """The tier whose rules hold for the return: the unit's own; a sponsoring authority signs as a city does."""
    tier = filed.spec.tier(filed.unit.tier) or filed.spec.tier("city")
    if tier is None:
        raise LookupError(f"form {filed.form} has no tier for {filed.unit}")
    return tier


def put(
    filed: Return, version: Version, tier: Tier, *, by: User, step: str, self_filled: bool, given: int, now: datetime
) -> Signature:
    """Write the signature of a locked return; when it completes the version, count and forward it."""
    title = next((post.title for post in access.postings(by) if post.unit_id == filed.unit_id), "")
    signature = Signature.objects.create(
        version=version, step=step, sha256=version.sha256, self_filled=self_filled, by=by, title=title, at=now
    )
    complete = given + 1 == len(rules.steps(tier, version.important))
    previous = filed.counted_id
    if complete:
        filed.counted = version
        filed.first_signed_at = filed.first_signed_at or now
        relabel(filed, draft=Draft.objects.filter(filed=filed).exists())
        if version.made == Version.Made.GATHERED:
            _mark_forwarded(filed, version)
    events.record(
        verb_of(version, complete, previous is not None), by=by, unit=filed.unit, subject=filed, now=now,
        detail={
            "number": version.number, "step": step, "version": str(version.pk), "important": version.important,
            "self_filled": self_filled, "previous": str(previous) if previous else None,
        },
    )  # fmt: skip
    return signature


def verb_of(version: Version, complete: bool, counted_before: bool) -> str:
    """The event word: a first signature of two, a complete one, one that reports cases (authorities are told), or one
    that replaces figures already counted. A plain zero report is by far the most frequent: nobody need be told."""
    if not complete:
        return "return.countersign_due"
    if counted_before:
        return "return.revised"
    cases = version.important and version.made != Version.Made.GATHERED
    return "return.cases_signed" if cases else "return.signed"


def _mark_forwarded(filed: Return, gathered: Version) -> None:
    """Passed on are the returns below whose counted version went into this report, and the gatherers' own in
    between.
    """
    used = Source.objects.filter(version=gathered).values("used_id")
    Return.objects.filter(state=State.SIGNED, counted_id__in=used).update(state=State.FORWARDED)
    between = Return.objects.filter(form=filed.form, on=filed.on, unit__path__startswith=filed.unit.path)
    between.filter(state=State.SIGNED, counted__made=Version.Made.GATHERED).exclude(pk=filed.pk).update(
        state=State.FORWARDED
    )
