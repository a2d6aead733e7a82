"""Who may have infected whom, as somebody noted by hand. Edges from contacts to cases follow from `tracing`."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianfang.cases.models import Case, CaseLink
from lianfang.cases.queries import chains as queries
from lianfang.cases.rules import chains as rules
from lianfang.core import events
from lianfang.core.problems import refuse
from lianfang.people.models import User


@transaction.atomic
def link(
    *, by: User, source: Case, target: Case, strength: str, basis: str, key: UUID, now: datetime
) -> CaseLink:  # fmt: skip
    """``source`` may have infected ``target``. The same ``key`` twice, and the same two cases, are one edge. Raises
    `Refused` for a case and itself, for two schools or diseases, and for a circle."""
    # all cases of the disease in the school, in one order: of two edges that would close a circle the second is refused
    together = Case.objects.select_for_update(of=("self",)).filter(school=target.school_id, disease=target.disease)
    rows = {row.pk: row for row in together.order_by("pk")}
    if again := CaseLink.objects.filter(key=key).first():
        return again
    if source.pk == target.pk:
        raise refuse("cases.link_self", "source")
    if source.pk not in rows or target.pk not in rows:
        raise refuse("cases.link_other", "source")
    if known := CaseLink.objects.filter(source=source, target=target, ended_at__isnull=True).first():
        return known
    edges = [(edge.source, edge.target) for edge in queries.edges(list(rows))]
    if rules.closes_a_circle(edges, str(source.pk), str(target.pk)):
        raise refuse("cases.link_circle", "source")
    made = CaseLink.objects.create(
        source=source, target=target, strength=strength, basis=basis or None, at=now, by=by, key=key
    )
    events.record("case.linked", by=by, unit=target.unit, subject=target, now=now)
    return made


@transaction.atomic
def take_back(*, by: User, link: CaseLink, now: datetime) -> CaseLink:
    """The edge was wrong; it stays readable. Doing it again changes nothing."""
    row = CaseLink.objects.select_for_update(of=("self",)).select_related("target__unit").get(pk=link.pk)
    if row.ended_at is None:
        row.ended_at, row.ended_by = now, by
        row.save(update_fields=["ended_at", "ended_by"])
        events.record("case.unlinked", by=by, unit=row.target.unit, subject=row.target, now=now)
    return row
