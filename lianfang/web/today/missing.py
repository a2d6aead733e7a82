"""The list of the missing: of one deadline of a day, what lacks below a unit, who is responsible, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from lianfang.core import clock
from lianfang.duty.queries import answering
from lianfang.duty.queries.answering import Answer
from lianfang.obligations import spec
from lianfang.obligations.queries.granted import Granted, recurring
from lianfang.obligations.sources import Slot, Standing
from lianfang.orgs.models import Unit, UnitQuerySet
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.people.models import User
from lianfang.ui.needs import user_of
from lianfang.web.today import ledger
from lianfang.web.today.holders import Holder, holders
from lianfang.web.today.ledger import Told

PAGE = 50
OLDEST = timedelta(days=400)


@dataclass
class Opened:
    """One deadline as seen from a unit. ``slot`` is None on a day that has no such deadline."""

    user: User
    unit: Unit
    kind: spec.Kind
    source: Granted
    code: str
    on: date
    now: datetime

    @cached_property
    def slot(self) -> Slot | None:
        return next((one for one in self.source.slots(self.unit, self.on) if one.code == self.code), None)

    @cached_property
    def stands(self) -> dict[int, Standing]:
        """Of each child; nothing where nothing is owed."""
        return {} if self.slot is None else dict(self.source.standing(self.unit, self.code, self.on, self.now))

    @property
    def total(self) -> Standing:
        rows = self.stands.values()
        whole = Standing(sum(one.owing for one in rows), sum(one.done for one in rows), sum(one.late for one in rows))
        whole.let_off = sum(one.let_off for one in rows)
        whole.since = min((one.since for one in rows if one.since), default=None)
        return whole

    @property
    def label(self) -> str:
        return self.slot.label if self.slot else self.kind.label(get_language() or "zh")

    @property
    def is_today(self) -> bool:
        return self.on == self.now.date()

    @property
    def may_ask(self) -> bool:
        """Whether the user may ask whoever is silent, as long as it can still be done."""
        in_time = self.now.date() - self.on <= timedelta(days=self.source.open_days)
        return in_time and access.can(self.user, self.source.asks, self.unit)

    @property
    def address(self) -> list[object]:
        return [self.unit.pk, self.kind.id, self.code, self.on]

    @property
    def units(self) -> UnitQuerySet:
        """The children that lack something, in the order of the tree."""
        lacking = [pk for pk, one in self.stands.items() if one.missing]
        rows = Unit.objects.filter(pk__in=lacking).select_related("parent")
        return rows.order_by("parent__path", "position", "code")

    def path(self) -> list[dict[str, str]]:
        shown = [unit for unit in ancestors(self.unit) if access.can(self.user, self.source.verb, unit)]
        return [{"name": unit.label, "url": self.at(unit)} for unit in shown]

    def at(self, unit: Unit) -> str:
        return reverse("today:missing", args=[unit.pk, self.kind.id, self.code, self.on])


@dataclass(frozen=True)
class Line:
    """A child that lacks something. ``url``: the list below it, "" for a unit that owes itself. ``told``: what was done
    about it, the latest first. ``duty``: who answers the 24-hour telephone of a school or area that has one."""

    unit: Unit
    stands: Standing
    url: str
    holder: Holder | None
    told: Sequence[Told] = field(default_factory=tuple)
    duty: Answer | None = None

    @property
    def phone(self) -> str:
        return (self.holder.phone if self.holder else "") or self.unit.phone


def opened(request: HttpRequest, pk: int, kind: str, slot: str, on: date, verb: str = "") -> Opened:
    """Raises `Http404` outside the user's scope, for kinds nobody knows, and for days that have not come or are long
    gone."""
    source, user, now = recurring().get(kind), user_of(request), clock.now()
    if source is None or not now.date() - OLDEST <= on <= now.date():
        raise Http404
    unit = access.units_for(user, verb or source.verb).filter(pk=pk).select_related("school", "parent").first()
    if unit is None or not access.can(user, source.verb, unit):
        raise Http404
    return Opened(user, unit, spec.kind(kind), source, slot, on, now)


def page(found: Opened, number: str | None) -> tuple[Page[Unit], list[Line]]:
    """A page of lines. Ten queries at most, whatever their number."""
    part = Paginator(found.units, PAGE).get_page(number)
    return part, lines(found, list(part))


def lines(found: Opened, units: Sequence[Unit]) -> list[Line]:
    responsible = holders(units, found.kind, found.source, found.on)
    whole = [unit for unit in units if unit.school_id in (None, unit.pk)] if found.is_today else []
    on_duty = {pk: one for pk, one in answering(whole, found.now).items() if one.post}
    told = ledger.told(found.kind.id, found.code, found.on, units)
    return [
        Line(
            unit, found.stands[unit.pk], "" if unit.kind in found.source.at or unit == found.unit else found.at(unit),
            responsible.get(unit.pk), told.get(unit.pk, ()), on_duty.get(unit.pk),
        )
        for unit in units
    ]  # fmt: skip
