"""What the pages and actions of one return need to know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from lianfang.obligations.queries import grants
from lianfang.orgs.models import Function, Kind, Tier, Unit
from lianfang.orgs.queries import calendar, sponsors_of
from lianfang.policies import queries as policies
from lianfang.returns import rules
from lianfang.returns.models import Assignment, Reopening, Return, Signature, Statement, TurnBack, Version
from lianfang.returns.spec import Form, Part, due_at

# What is owed by the files of `obligations.catalog`; a slot is the form, that of a part is the form and the part.
KIND, PART, GATHERED = "daily_return", "return_part", "return_gathered"


def is_assigned(form: Form, unit: Unit, on: date) -> bool:
    """Must the unit file (or gather) this form on that day?"""
    current = _orders(form, on)
    if unit.kind in form.filed_by:
        return current.filter(unit_id__in=unit.ancestor_ids).exists()
    # a gatherer: somewhere above, at, or below it the form is required; a sponsor's schools may lie anywhere
    return unit.kind == Kind.AUTHORITY or (
        current.filter(Q(unit_id__in=unit.ancestor_ids) | Q(unit__path__startswith=unit.path)).exists()
    )


def is_owed(form: Form, unit: Unit, on: date) -> bool:
    """Whether the form's calendar has the day at the unit. Who files on another day may do so."""
    return form.calendar == "every_day" or form.calendar in calendar.running(unit, on)


def _orders(form: Form, on: date) -> QuerySet[Assignment]:
    """The orders of this form that hold on that day."""
    return Assignment.objects.filter(form=form.id, from_on__lte=on).filter(Q(to_on__isnull=True) | Q(to_on__gte=on))


def assigned_units(form: Form, on: date) -> list[Unit]:
    """The units under which the form is required on that day."""
    current = _orders(form, on)
    return list(Unit.objects.filter(pk__in=current.values("unit_id")))


def assignments(form: Form, unit: Unit) -> list[Assignment]:
    """Orders of this form that reach the unit: its own and those of the units above it, newest first."""
    rows = Assignment.objects.filter(form=form.id, unit_id__in=unit.ancestor_ids).select_related("unit", "by")
    return list(rows.order_by("-from_on"))


def is_reopened(form: Form, unit: Unit, on: date, now: datetime) -> bool:
    return Reopening.objects.filter(form=form.id, on=on, unit=unit, until__gte=now).exists()


def is_closed(form: Form, unit: Unit, on: date, now: datetime) -> bool:
    return now > rules.closes_at(form, on) and not is_reopened(form, unit, on, now)


def superior(unit: Unit) -> Unit | None:
    """The next gatherer up the territorial line (a county inside a city does not gather, it looks on)."""
    ancestors = Unit.objects.filter(pk__in=unit.ancestor_ids[:-1], tier__in=(Tier.CITY, Tier.PROVINCE, Tier.NATION))
    return ancestors.order_by("-path").first()


def superior_name(unit: Unit) -> str:
    above = superior(unit)
    return above.name if above else unit.name


def superiors(unit: Unit, on: date) -> list[Unit]:
    """All gatherers that receive what the unit reports: up the territorial line, then its sponsors and theirs."""
    sponsors = sponsors_of(unit, on)
    ids = {*unit.ancestor_ids[:-1], *(pk for sponsor in sponsors for pk in sponsor.ancestor_ids)}
    return list(
        Unit.objects.filter(pk__in=ids).filter(
            Q(tier__in=(Tier.CITY, Tier.PROVINCE, Tier.NATION)) | Q(kind=Kind.AUTHORITY)
        )
    )


def find(form: Form, unit: Unit, on: date) -> Return | None:
    return (
        Return.objects.filter(form=form.id, unit=unit, on=on)
        .select_related("head", "head__by", "counted", "draft", "draft__by")
        .first()
    )


def bare(form: Form, unit: Unit, on: date) -> QuerySet[Return]:
    """The return's key alone, for an action that locks and reads the row itself."""
    return Return.objects.filter(form=form.id, unit=unit, on=on).only("pk")


def head_numbers(form: Form, units: Iterable[int], on: date) -> dict[int, int]:
    """Unit id → number of its newest version; units without one are left out."""
    rows = Return.objects.filter(form=form.id, on=on, unit_id__in=list(units), head__isnull=False)
    return dict(rows.values_list("unit_id", "head__number"))


def yesterday(form: Form, unit: Unit, on: date) -> dict[str, Any]:
    """The cells that counted for the day before; empty when there are none."""
    before = Return.objects.filter(form=form.id, unit=unit, on=on - timedelta(days=1)).select_related("counted").first()
    return before.counted.cells if before and before.counted else {}


def due_of(form: Form, unit: Unit, on: date, tier: str = "") -> datetime | None:
    """Until when the unit's return of the day is in time: the cut-off, or what a superior granted instead."""
    due = cut_off(form, unit, on, tier)
    if due is None:
        return None
    kind = KIND if (tier or unit.tier) == Tier.SCHOOL else GATHERED
    return grants.moved(kind, form.id, unit, on, due)


def cut_off(form: Form, unit: Unit, on: date, tier: str = "") -> datetime | None:
    """The cut-off of a tier (the unit's own by default) for the day, with the overrides of the unit and those above it.

    A sponsoring authority gathers by the cities' cut-off. None also on a day that the form's calendar does not have."""
    if not is_owed(form, unit, on):
        return None
    tier = tier or (Tier.CITY if unit.kind == Kind.AUTHORITY else unit.tier)
    decided = policies.in_force(unit, on, f"returns.{form.id}.due.")
    return rules.due(form, tier, on, decided.get(f"returns.{form.id}.due.{tier}"))


def self_sign_override(form: Form, unit: Unit, on: date) -> str | None:
    key = f"returns.{form.id}.self_sign"
    return policies.in_force(unit, on, key).get(key)


@dataclass(frozen=True)
class PartState:
    """A part of a school's return: who owes it, and what was handed in last."""

    part: Part
    owner: Unit | None
    statement: Statement | None
    due_at: datetime

    def is_late(self, now: datetime) -> bool:
        return rules.is_late(self.due_at, self.statement.at if self.statement else None, now)


def parts(form: Form, school: Unit, on: date) -> list[PartState]:
    """All parts in the order of the form. A part whose functional unit the school lacks falls to the office (owner
    None).
    """
    functions = [part.function for part in form.parts]
    owners = {
        unit.function: unit
        for unit in Unit.objects.on(on)
        .filter(path__startswith=school.path, kind=Kind.OFFICE, function__in=functions)
        .order_by("-path")
    }
    latest: dict[str, Statement] = {}
    for row in (
        Statement.objects.filter(filed__form=form.id, filed__unit=school, filed__on=on)
        .select_related("by", "unit")
        .order_by("number")
    ):
        latest[row.part] = row
    found = []
    for part in form.parts:
        owner, due = owners.get(Function(part.function)), due_at(on, part.due)
        due = grants.moved(PART, f"{form.id}.{part.id}", owner or school, on, due, near=school)
        found.append(PartState(part, owner, latest.get(part.id), due))
    return found


def part_fillers(filed: Return, head: Version | None) -> set[int]:
    """Who handed in parts since the version before."""
    rows = filed.statements.all()
    if head is not None:
        rows = rows.filter(at__gt=head.at)
    return set(rows.values_list("by_id", flat=True))


def prefill(form: Form, filed: Return | None, states: Iterable[PartState], contact: str) -> dict[str, Any]:
    """What the office's form starts with: the draft; else the head version with parts handed in since laid over it;
    else the parts alone. Counts nobody has stated stay blank (None): a blank is not a zero."""
    if filed is not None and hasattr(filed, "draft"):
        # a draft begun by a part has no contact yet
        return {cell: {"contact": contact, **filed.draft.cells}.get(cell) for cell in form.cells}
    head = filed.head if filed else None
    cells: dict[str, Any] = dict(head.cells) if head else {"contact": contact}
    for state in states:
        if state.statement and (head is None or state.statement.at > head.at):
            cells.update(state.statement.cells)
    return {cell: cells.get(cell) for cell in form.cells}


@dataclass(frozen=True)
class History:
    """Everything about one return, for its page: versions newest first with their signatures and turn-backs."""

    versions: list[Version]
    signatures: dict[Any, list[Signature]]
    turn_backs: dict[Any, TurnBack]

    def signed_steps(self, version: Version) -> set[str]:
        return {signature.step for signature in self.signatures.get(version.pk, ())}


def history(filed: Return) -> History:
    versions = list(filed.versions.select_related("by").order_by("-number"))
    signatures: dict[Any, list[Signature]] = {}
    for row in Signature.objects.filter(version__filed=filed).select_related("by").order_by("at"):
        signatures.setdefault(row.version_id, []).append(row)
    turned = TurnBack.objects.filter(version__filed=filed).select_related("by", "from_unit")
    return History(versions, signatures, {row.version_id: row for row in turned})
