"""Gathering what stands below into a unit's own report, and signing it: the sums are frozen into that version."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import User
from lianfang.returns import rules
from lianfang.returns.actions import filing, signing
from lianfang.returns.models import Figure, Source, Version
from lianfang.returns.queries import rollup
from lianfang.returns.spec import Form


@transaction.atomic
def gather(
    *, by: User, unit: Unit, form: Form, on: date, seen: str, texts: Mapping[str, str], key: UUID, now: datetime
) -> Version:
    """Freeze the live sums into the unit's next version, name every version they came from, and sign it.

    ``seen`` is the fingerprint (`rollup.fingerprint`) of the sums on the page: when a school signed in between,
    nothing is signed and the page shows the new figures ("returns.sums_changed"). The same key twice is the same
    report.
    """
    if not rollup.gathers(form, unit):
        raise refuse("returns.not_a_gatherer")
    filed = filing.take(unit=unit, form=form, on=on, now=now)
    if (again := filed.versions.filter(key=key).first()) is not None:
        return again
    used = rollup.counted_versions(form, unit, on)
    if not used:
        raise refuse("returns.gathers_nothing")
    if rollup.fingerprint(used) != seen:
        raise refuse("returns.sums_changed", count=len(used))
    tier = signing.tier_of(filed)
    step = rules.next_step(tier, False, ())
    if step is None or not access.can(by, step.verb, unit):
        raise refuse("returns.not_your_step", step=step.label.in_language("zh") if step else "")
    sums = rollup.sums_of(form, used).as_cells(form)
    version = filing.add_version(
        filed, made=Version.Made.GATHERED, cells={**sums, **texts}, reasons={}, fillers=[by.pk],
        important=any(value or unverified for value, unverified in sums.values()), key=key, by=by, now=now,
    )  # fmt: skip
    Figure.objects.bulk_create(
        Figure(version=version, form=form.id, on=on, cell=cell, value=value, unverified=unverified)
        for cell, (value, unverified) in sums.items()
    )
    Source.objects.bulk_create((Source(version=version, used_id=pk) for pk in used), batch_size=5000)
    filed.first_submitted_at = filed.first_submitted_at or now
    filing.relabel(filed, draft=False)
    events.record(
        "return.gathered", by=by, unit=unit, subject=filed, now=now,
        detail={"number": version.number, "version": str(version.pk), "returns": len(used)},
    )  # fmt: skip
    signing.put(filed, version, tier, by=by, step=step.id, self_filled=True, given=0, now=now)
    return version
