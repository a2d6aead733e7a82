"""Checking that the evidence is untouched: every seal recomputed, every chain followed, every label recomputed."""

from collections.abc import Iterator

from lianfang.returns import rules
from lianfang.returns.models import Draft, Figure, Return, Signature, Source, TurnBack, Version
from lianfang.returns.spec import catalog


def faults() -> Iterator[str]:
    """One sentence for each thing that does not fit; nothing when all is well. Reads version by version, in one
    pass.
    """
    yield from _seals()
    yield from _signatures()
    yield from _figures()
    yield from _labels()


def _seals() -> Iterator[str]:
    last: tuple[object, int, str] = (None, 0, "")
    rows = Version.objects.order_by("filed_id", "number").iterator(chunk_size=2000)
    for row in rows:
        number, previous = (last[1], last[2]) if last[0] == row.filed_id else (0, "")
        if row.number != number + 1:
            yield f"return {row.filed_id}: version {row.number} follows version {number}"
        if row.previous_sha256 != previous:
            yield f"return {row.filed_id}: version {row.number} is not chained to the one before"
        seal = rules.seal(
            filed_id=str(row.filed_id), number=row.number, made=row.made, cells=row.cells, reasons=row.reasons,
            by_id=row.by_id, at=row.at, previous=row.previous_sha256, system=row.system,
        )  # fmt: skip
        if seal != row.sha256:
            yield f"return {row.filed_id}: the content of version {row.number} does not fit its seal"
        last = (row.filed_id, row.number, row.sha256)


def _signatures() -> Iterator[str]:
    for row in Signature.objects.select_related("version").iterator(chunk_size=2000):
        if row.sha256 != row.version.sha256:
            yield f"signature {row.pk} is under another content than version {row.version_id}"


def _figures() -> Iterator[str]:
    """Figures are a projection of the sealed cells; they must say the same."""
    for row in Figure.objects.select_related("version").iterator(chunk_size=5000):
        cell = row.version.cells.get(row.cell)
        said = [row.value or 0, row.unverified] if isinstance(cell, list) else row.value
        meant = None if cell == rules.UNVERIFIED else cell
        if said != meant:
            yield f"figure {row.cell} of version {row.version_id} is {said}, the version says {meant}"


def _labels() -> Iterator[str]:
    drafts = set(Draft.objects.values_list("filed_id", flat=True))
    turned = set(TurnBack.objects.values_list("version_id", flat=True))
    for filed in Return.objects.select_related("head", "unit").iterator(chunk_size=2000):
        state = rules.state(
            rules.Facts(
                versions=filed.head.number if filed.head else 0,
                draft=filed.pk in drafts,
                signed=filed.head_id is not None and filed.head_id == filed.counted_id,
                turned_back=filed.head_id in turned,
                forwarded=filed.state == "forwarded" and _was_used(filed),
            )
        )
        if state != filed.state:
            yield f"return {filed.pk} is labelled {filed.state}, its facts say {state}"
        if filed.differs != (filed.head is not None and rules.is_different(filed.head.system)):
            yield f"return {filed.pk}: whether it differs from the system does not fit its version"
        if filed.form not in catalog():
            yield f"return {filed.pk} is of a form that is not shipped: {filed.form}"


def _was_used(filed: Return) -> bool:
    """Did its counted version go into a superior's signed report (or, for a gatherer, did one above it sign)?"""
    if filed.head and filed.head.made == Version.Made.GATHERED:
        above = filed.unit.ancestor_ids[:-1]
        return Return.objects.filter(form=filed.form, on=filed.on, unit_id__in=above, counted__isnull=False).exists()
    return Source.objects.filter(used_id=filed.counted_id).exists()
