"""The board of a school or a part of it: its classes one by one, and the groups that are checked beside them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q

from lianfang.health.models import Group, Roll, Tally
from lianfang.health.queries import limits
from lianfang.health.rules import plan
from lianfang.health.rules.boards import FINDINGS
from lianfang.health.rules.plan import Wanted
from lianfang.health.rules.sent import ROUNDS
from lianfang.obligations.models import Exemption
from lianfang.obligations.queries import grants
from lianfang.orgs.models import Kind, Unit
from lianfang.orgs.queries import calendar
from lianfang.orgs.rules.calendar import Day as CalendarDay
from lianfang.people import access
from lianfang.people.models import Posting, User

TEACHERS = ("class_teacher", "counsellor")


@dataclass(frozen=True)
class Row:
    """A class, or a group (``group``) of ``unit``. ``expected`` None: not counted yet. ``came`` holds the first report
    of each round by its number."""

    unit: Unit
    expected: int | None
    tally: Tally | None = None
    group: Group | None = None
    came: dict[int, datetime] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """As it stands in an address (`addresses.PlaceConverter`)."""
        return f"{self.unit.pk}-{self.group.pk}" if self.group else str(self.unit.pk)

    @property
    def label(self) -> str:
        return self.group.label if self.group else self.unit.label

    @property
    def heard(self) -> bool:
        """Whether anything was said about the day, by a roll or a card."""
        return bool(self.came) or bool(self.tally and self.tally.cards)

    @property
    def owes(self) -> bool:
        """Nobody is called where nobody belongs."""
        return self.group is not None or self.expected is None or self.expected > 0

    def reported(self, code: str) -> bool:
        return int(ROUNDS[code]) in self.came

    def count(self, name: str) -> int:
        return getattr(self.tally, name) if self.tally else 0


@dataclass
class Day:
    """What the board of a school stands on."""

    unit: Unit
    on: date
    classes: list[Row]
    groups: list[Row]
    granted: dict[str, list[Exemption]] = field(default_factory=dict)

    @cached_property
    def decided(self) -> dict[str, str]:
        return dict(limits.decided(self.unit.school_id or self.unit.pk, self.on))

    @cached_property
    def asked_for(self) -> frozenset[str]:
        """The rounds that a response which runs asks for."""
        return limits.asked_for(self.unit, self.on)

    def planned(self, kind: str = "class") -> list[Wanted]:
        """The rounds that groups of that kind owe."""
        running = calendar.running(self.unit, self.on)
        return plan.wanted(self.decided, asked=self.asked_for, running=running, kind=kind)

    @property
    def off(self) -> CalendarDay | None:
        """Why the day asks nothing of the classes, where it is no school day; None where checks were owed."""
        found = calendar.day(self.unit, self.on)
        return None if found.taught or self.planned() else found

    def let_off(self, row: Row, code: str) -> str:
        """Why a class that has not reported owes nothing of the round; blank where it does."""
        if row.reported(code):
            return ""
        if code not in self.granted:
            self.granted[code] = grants.let_off(self.unit, plan.OBLIGATION, code, self.on)
        near = [one.reason for one in self.granted[code] if one.unit_id in row.unit.ancestor_ids]
        return near[-1] if near else ""

    def owing(self, code: str) -> list[Row]:
        """Classes, then groups, of whom the round is expected."""
        return [row for row in self.asked(code) if not self.let_off(row, code)]

    def asked(self, code: str) -> list[Row]:
        """The same, as if nobody had been let off."""
        kinds = {kind for kind in {"class", *(row.group.kind for row in self.groups if row.group)}
                 if code in {one.round.code for one in self.planned(kind)}}  # fmt: skip
        classes = [row for row in self.classes if row.owes] if "class" in kinds else []
        return [*classes, *(row for row in self.groups if row.group and row.group.kind in kinds)]

    def only_groups(self, code: str) -> bool:
        """Whether no class owes the round."""
        return code not in {one.round.code for one in self.planned()}

    def total(self, name: str) -> int:
        """A count of `Tally` over the classes."""
        return sum(row.count(name) for row in self.classes)

    @property
    def counts(self) -> dict[str, int]:
        return {name: self.total(name) for name in FINDINGS}


def day(unit: Unit, on: date) -> Day:
    """Four queries, whatever the number of classes. ``unit`` is a school or inside one."""
    school = unit.school_id or unit.pk
    came: dict[tuple[int, int], dict[int, datetime]] = {}
    firsts = Roll.objects.filter(school_id=school, on=on, after=None)
    for place, group, number, at in firsts.values_list("unit_id", "group_id", "round", "at"):
        came.setdefault((place, group), {})[number] = at
    tallies = {row.unit_id: row for row in Tally.objects.filter(school_id=school, on=on)}
    units = Unit.objects.on(on).filter(school_id=school, kind=Kind.CLASS, path__startswith=unit.path)
    classes = [
        Row(one, tallies[one.pk].expected if one.pk in tallies else None, tallies.get(one.pk),
            came=came.get((one.pk, 0), {}))
        for one in units.select_related("parent").order_by("parent__path", "position", "code")
    ]  # fmt: skip
    standing = Q(to_on__isnull=True) | Q(to_on__gte=on)
    groups = Group.objects.filter(standing, unit__path__startswith=unit.path, from_on__lte=on).select_related("unit")
    beside = [Row(one.unit, None, group=one, came=came.get((one.unit_id, one.pk), {})) for one in groups]
    return Day(unit, on, classes, sorted(beside, key=lambda row: row.group.label if row.group else ""))


def teachers(rows: Iterable[Row], on: date) -> dict[str, User]:
    """Whom to call about each, by `Row.key`: the class teacher, else who counsels the class or its department; of a
    group who counsels its unit. One query."""
    rows = list(rows)
    above = {unit for row in rows for unit in row.unit.ancestor_ids}
    held: dict[int, list[Posting]] = {}
    for post in access.holders(above, TEACHERS, on):
        held.setdefault(post.unit_id, []).append(post)
    found = {}
    for row in rows:
        near = [post for unit in reversed(row.unit.ancestor_ids) for post in held.get(unit, ())]
        nearest = min(near, key=lambda post: (-post.unit.path.count("."), TEACHERS.index(post.role)), default=None)
        if nearest is not None:
            found[row.key] = nearest.user
    return found
