"""What every page of a return begins with: the form, the unit inside one's scope or 404, and the words of refusals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject

from lianfang.core import clock
from lianfang.core.problems import Problem
from lianfang.orgs.models import Unit
from lianfang.orgs.queries import ancestors
from lianfang.people import access
from lianfang.returns import spec
from lianfang.returns.models import Return
from lianfang.returns.queries import figures, filing
from lianfang.returns.queries.filing import PartState
from lianfang.returns.spec import Form
from lianfang.ui.needs import user_of

if TYPE_CHECKING:
    from lianfang.people.models import User


@dataclass
class Opened:
    """The addressed return: it may not exist yet (``filed`` None), the unit always does. ``filed`` is read when a page
    asks for it: an action locks and reads the row itself."""

    form: Form
    unit: Unit
    on: date
    now: datetime
    user: User

    @cached_property
    def filed(self) -> Return | None:
        """The return with everything its pages show; None = never begun."""
        return filing.find(self.form, self.unit, self.on)

    @cached_property
    def facts(self) -> figures.Facts:
        """What the system knows of the unit's day."""
        return figures.facts(self.form, self.unit, self.on, self.now)

    @cached_property
    def known(self) -> dict[str, figures.Known]:
        return figures.known(self.facts) if self.unit.kind in self.form.filed_by else {}

    @cached_property
    def sees_names(self) -> bool:
        return figures.may_see(self.user, self.unit)

    def reread(self) -> None:
        """Forget what was read: somebody else has changed it."""
        self.__dict__.pop("filed", None)

    @property
    def address(self) -> tuple[str, date, int]:
        """For ``reverse``."""
        return (self.form.id, self.on, self.unit.pk)

    def context(self, **more: Any) -> dict[str, Any]:
        """What all pages of a return show: form, unit with its path, day, state, cut-off."""
        tier_due = filing.due_of(self.form, self.unit, self.on)
        return {
            "form_spec": self.form,
            "unit": self.unit,
            "units": ancestors(self.unit),
            "on": self.on,
            "filed": SimpleLazyObject(lambda: self.filed),
            "due": tier_due,
            "state": SimpleLazyObject(lambda: self.filed.state if self.filed else "not_started"),
            "now": self.now,
            **more,
        }


def open_return(request: HttpRequest, form: str, on: date, pk: int, verb: str, *, must_exist: bool = False) -> Opened:
    """404 for an unknown form, a unit outside one's scope for the verb, or (``must_exist``) a return never begun."""
    opened = Opened(open_form(form), open_unit(request, pk, verb), on, clock.now(), user_of(request))
    if must_exist and opened.filed is None:
        raise Http404
    return opened


def open_part(request: HttpRequest, form: str, on: date, pk: int, part: str) -> tuple[Opened, PartState, Unit]:
    """The school's return, the part, and the unit acting for it. 404 unless that unit owns the part (or is the
    school).
    """
    unit = open_unit(request, pk, "return.fill_part")
    opened = Opened(open_form(form), unit.school or unit, on, clock.now(), user_of(request))
    for state in filing.parts(opened.form, opened.unit, on):
        if state.part.id == part and unit.pk in (opened.unit.pk, (state.owner or opened.unit).pk):
            return opened, state, unit
    raise Http404


def open_form(name: str) -> Form:
    if name not in spec.catalog():
        raise Http404
    return spec.catalog()[name]


def open_unit(request: HttpRequest, pk: int, verb: str) -> Unit:
    return get_object_or_404(access.units_for(request.user, verb), pk=pk)


def by_cell(problems: Iterable[Problem]) -> dict[str, str]:
    """cell → the words of its first problem."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.cell, problem.text)
    return found
