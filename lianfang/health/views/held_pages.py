"""What the pages of held records show."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lianfang.core import problems
from lianfang.core.problems import Refused
from lianfang.health import saying
from lianfang.health.forms.held import DropForm, MendForm
from lianfang.health.models import Held
from lianfang.health.queries import held as queries
from lianfang.health.queries import places, seats
from lianfang.health.queries.places import Place
from lianfang.health.rules import mending, plan, symptoms
from lianfang.health.rules.card import item
from lianfang.health.rules.sent import Card, Named, Roll
from lianfang.people.models import User

# What is wrong with these is nothing that a field puts right.
_HOPELESS = {"health.too_many_named", "health.unit_elsewhere"}
TOLD = {
    "taken": lambda: _("Mended and taken: it counts from now on."),
    "again": lambda: _("Mended. The same had been reported meanwhile; nothing has changed."),
    "differs": lambda: _("Mended. Somebody else has reported this check, and not the same: compare the two."),
}


def rows(found: Sequence[Held]) -> list[dict[str, Any]]:
    """Three queries for a page of them."""
    units = seats.by_key({row.unit_id for row in found})
    devices, accounts = queries.senders(found), queries.accounts(found)
    made = []
    for row in found:
        record = mending.read(row.kind, row.sent or {})
        made.append({
            "held": row, "url": address(row), "title": _title(record), "unit": units.get(row.unit_id),
            "on": mending.day(record, row.on), "reasons": reasons(row), "from": _from(row, devices, accounts),
        })  # fmt: skip
    return made


def address(row: Held, page: str = "held_one") -> str:
    return reverse(f"health:{page}", args=[row.school_id, row.on, row.key])


def reasons(row: Held) -> list[str]:
    """Each once, in words."""
    return list(dict.fromkeys(problems.text(one) for one, _field in row.reasons))


def _title(record: Card | Roll) -> str:
    if isinstance(record, Roll):
        return _round(record.round)
    return _("Health card")


def _round(written: str) -> str:
    known = [one.label(get_language() or "zh") for one in plan.catalog().rounds if one.code == written]
    return known[0] if known else _("A check “%(code)s”") % {"code": written[:20]}


def _from(row: Held, devices: dict[UUID, str], accounts: dict[int, str]) -> str:
    if row.sender_id in devices and row.sender_id is not None:
        return devices[row.sender_id]
    return accounts.get(row.by_id or 0, "") or _("a family’s telephone")


class Page:
    """One record. ``also`` are places that turned out to be wrong only when it was mended."""

    def __init__(self, user: User, held: Held, post: QueryDict | None, also: Iterable[str] = ()) -> None:
        self.user, self.held, self.post = user, held, post
        self.record = mending.read(held.kind, held.sent or {})
        told = post.getlist("also") if post else []
        self.also = mending.places([*told, *also])

    @property
    def on(self) -> date:
        return mending.day(self.record, self.held.on)

    @property
    def codes(self) -> set[str]:
        return {one for one, _field in self.held.reasons}

    @property
    def differs(self) -> bool:
        return self.codes == {queries.DIFFERS}

    @property
    def mendable(self) -> bool:
        return self.held.settled_at is None and not self.differs and not self.codes & _HOPELESS

    @cached_property
    def names(self) -> dict[UUID, str]:
        return queries.names(self.user, mending.people(self.record), self.held.on)

    @cached_property
    def place(self) -> Place | None:
        """What the roll is of; another class, once it was chosen."""
        if not isinstance(self.record, Roll):
            return None
        chosen = self.post.get("unit", "") if self.post else ""
        if chosen.isdecimal() and len(chosen) < 10:
            return places.find(self.user, int(chosen), None)
        return places.find(self.user, self.record.unit, self.record.group or None)

    @cached_property
    def form(self) -> MendForm:
        fields = [*(field for _code, field in self.held.reasons), *self.also]
        whose = places.members(self.place, self.on) if self.place and _asks(fields, "person") else []
        classes = queries.classes(self.user, self.held.school_id, self.on) if _asks(fields, "unit") else []
        return MendForm(
            self.post, user=self.user, record=self.record, fields=fields, on=self.held.on, school=self.held.school_id,
            classes=classes, members=whose, names=self.names,
        )  # fmt: skip

    def again(self, refused: Refused) -> "Page":
        """The same page with what the action found; places that had no field get one."""
        lacking = self.form.take(refused.problems)
        if not lacking:
            return self
        page = Page(self.user, self.held, self.post, [*self.also, *lacking])
        page.form.is_valid()
        return page

    def compared(self) -> str:
        """Where the mended report and the one that came meanwhile stand side by side."""
        put = self.form.put()
        code = put.get("round") or getattr(self.record, "round", "")
        return reverse("health:roll_compare", args=[self.place, code, put.get("on") or self.on])

    def context(self, dropping: DropForm | None = None) -> dict[str, Any]:
        unit, row = seats.by_key([self.held.unit_id]).get(self.held.unit_id), self.held
        accounts = queries.accounts([row])
        return {
            "held": row, "page": self, "unit": unit, "title": _title(self.record), "on": self.on,
            "reasons": reasons(row), "from": _from(row, queries.senders([row]), accounts),
            "answers": self._answers(unit.name if unit else ""), "form": self.form if self.mendable else None,
            "also": self.also, "dropping": dropping or DropForm(), "drop": address(row, "held_drop"),
            "compare": self._compare(), "settled_by": accounts.get(row.settled_by_id or 0, ""),
            "mend": None if not self.mendable else _("Take it with these values") if self.form.of else _("Take it"),
        }  # fmt: skip

    def _compare(self) -> str:
        """For one of two reports that differ, as long as the round is still there to be decided."""
        if not self.differs or self.held.settled_at or self.place is None or not isinstance(self.record, Roll):
            return ""
        return reverse("health:roll_compare", args=[self.place, self.record.round, self.on])

    def _answers(self, unit: str) -> list[dict[str, Any]]:
        """The record as it came, in words; what it does not say takes no room."""
        record = self.record
        told: list[dict[str, Any]] = [{"label": _("Day"), "value": f"{self.on:%Y-%m-%d}"}]
        if isinstance(record, Roll):
            told += [{"label": _("Class"), "value": unit}, {"label": _("Which check"), "value": _round(record.round)}]
            told.append({"label": _("Named"), "value": _people(len(record.exceptions))})
            return told + [{"label": self._name(one.person), "value": _said(one)} for one in record.exceptions]
        told.append({"label": _("Who is meant"), "value": self._name(record.person)})
        told.append({"label": _("What it says"), "value": _said(record)})
        return told + [_answer(name, value) for name, value in (record.answers or {}).items()]

    def _name(self, person: UUID) -> str:
        return self.names.get(person) or _("somebody of another class or school")


def _asks(fields: Iterable[str], what: str) -> bool:
    return any(mending.place(field).split(".")[-1] == what for field in fields)


def _people(n: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", n) % {"n": n} if n else _("nobody: the whole class is well")


def _said(one: Named | Card) -> str:
    """As it came, wrong values too."""
    told = []
    if isinstance(one, Named) and one.absent:
        told.append(str(saying.ABSENT.get(one.absent, _("absent “%(word)s”") % {"word": one.absent[:20]})))
    told += saying.symptom_names(one.symptoms or ())
    told += [_("“%(word)s”") % {"word": word[:20]} for word in one.symptoms or () if not symptoms.known(word)]
    for degrees in (one.temperature, one.temperature_again):
        if degrees is not None:
            told.append(_("%(degrees)s °C") % {"degrees": f"{degrees:g}"})
    if one.seen_by_doctor:
        told.append(_("saw a doctor"))
    if one.onset_on:
        told.append(_("since %(day)s") % {"day": f"{one.onset_on:%Y-%m-%d}"})
    return _(" · ").join([*told, *([one.note] if one.note else [])]) or _("No symptoms")


def _answer(name: str, value: str | bool | int) -> dict[str, Any]:
    known, language = item(name), get_language() or "zh"
    if known is None or not known.fits(value):
        return {"label": known.label(language) if known else name[:40], "value": str(value)[:60]}
    return {"label": known.label(language), "value": known.words(value, language)}
