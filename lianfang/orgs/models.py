"""The unit tree (territorial line) and the sponsoring lines beside it."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.ids import uuid7


class Kind(models.TextChoices):
    """What a unit is. The kind decides where in the tree it may stand (`orgs.rules.PARENTS`)."""

    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    AUTHORITY = "authority", _("Authority or sponsor")
    SCHOOL = "school", _("School")
    TRAINING = "training", _("Training institution")
    CAMPUS = "campus", _("Campus")
    DEPARTMENT = "department", pgettext_lazy("of a school", "Department")
    CLASS = "class", pgettext_lazy("of a school", "Class")
    OFFICE = "office", _("Functional unit")


class Tier(models.TextChoices):
    """The step of the reporting ladder. A county directly under its province reports as a city does."""

    NATION = "nation", _("Nation")
    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    SCHOOL = "school", _("School")
    INNER = "inner", _("Inside a school")
    NONE = "none", _("Outside the ladder")


class Function(models.TextChoices):
    """What a functional unit of a school does; return forms owe their parts to functions, not to names."""

    PREVENTION = "prevention", _("Epidemic prevention office")
    STUDENTS = "students", _("Student affairs")
    PERSONNEL = "personnel", _("Personnel")
    LOGISTICS = "logistics", _("Logistics")
    SECURITY = "security", _("Security")
    CLINIC = "clinic", _("School clinic")
    ACADEMIC = "academic", _("Academic affairs")
    GENERAL = "general", _("General office")


class UnitQuerySet(models.QuerySet["Unit"]):
    def on(self, day: date) -> Self:
        """Units that exist on that day."""
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day)).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def under(self, unit: "Unit") -> Self:
        """The unit itself and everything below it in the tree."""
        return self.filter(path__startswith=unit.path)

    def reporting_to(self, unit: "Unit", day: date) -> Self:
        """Everything the unit answers for: its own subtree, and schools whose sponsor stands in that subtree.

        One condition on unit rows, so a school reached by both lines comes once.
        """
        return self.filter(Q(path__startswith=unit.path) | Q(school_id__in=sponsored_by([unit.path], day)))


class Unit(models.Model):
    """An area with its authority, a school, or a part of a school.

    ``path`` is the chain of ids from the root, each followed by a dot ("1.35.412."): a subtree is one prefix. It
    carries the C collation so that the prefix search uses the plain index under every database locale. ``students`` and
    ``staff`` are head counts; None is "not known", which is not 0.
    """

    kind = models.CharField(max_length=12, choices=Kind)
    tier = models.CharField(max_length=8, choices=Tier)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40, blank=True)
    pinyin = models.CharField(max_length=200, blank=True, db_collation="C")
    function = models.CharField(max_length=12, choices=Function, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    path = models.TextField(db_collation="C")
    school = models.ForeignKey("self", models.PROTECT, null=True, related_name="inner_units")
    students = models.PositiveIntegerField(null=True)
    staff = models.PositiveIntegerField(null=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    position = models.PositiveIntegerField(default=0)

    event_kind = "unit"

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(F("code"), condition=Q(valid_to__isnull=True), name="unit_code_once"),
            models.CheckConstraint(condition=~Q(path=""), name="unit_has_path", violation_error_message="path"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(function="") | Q(kind="office"), name="unit_function_only_for_offices"),
        )
        indexes = (
            # every scope question: a subtree is one prefix; unique because a path ends in its own id
            models.Index(F("path"), name="unit_path"),
            # the schools of an area for boards and expected filers, read from the index alone
            models.Index(
                fields=["kind", "path"], include=["id", "valid_from", "valid_to"], name="unit_schools_of_area"
            ),
            # children of a unit in their order
            models.Index(F("parent"), F("position"), F("code"), name="unit_children"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def place(self) -> str:
        """The name with that of the school around it: many schools have a class of one name. Fetch with ``school``."""
        around = self.school if self.school_id != self.pk else None
        return f"{around.label} · {self.name}" if around else self.name

    @property
    def ancestor_ids(self) -> list[int]:
        """Ids from the root to the unit itself."""
        return [int(part) for part in self.path.split(".") if part]

    def event_label(self) -> str:
        return f"{self.name} {self.code}"


# How long the texts of a unit may be: checked with a kind message before the database refuses them.
LENGTHS: dict[str, int] = {
    name: Unit._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
    for name in ("code", "name", "short_name", "phone", "address")
}


class SponsorLine(models.Model):
    """A school's second reporting line: its sponsoring authority (主管主办部门) receives what it reports."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sponsor_lines")
    sponsor = models.ForeignKey(Unit, models.PROTECT, related_name="sponsored_lines")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("unit"), F("sponsor"), condition=Q(valid_to__isnull=True), name="sponsor_line_once"
            ),
            models.CheckConstraint(condition=~Q(unit=F("sponsor")), name="sponsor_is_another_unit"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} → {self.sponsor_id}"


class GroupKind(models.TextChoices):
    LEADING = "leading", _("Leading group")
    COORDINATION = "coordination", _("Coordination")
    GUIDANCE = "guidance", _("Prevention and control guidance")
    LOGISTICS = "logistics", _("Supplies and logistics")
    PUBLICITY = "publicity", _("Information and education")
    SUPERVISION = "supervision", _("Supervision")
    OTHER = "other", _("Other working group")


class Group(models.Model):
    """A leading or working group of a unit (领导小组, 工作专班) and its task. Members stand in `people`."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="groups")
    kind = models.CharField(max_length=12, choices=GroupKind)
    name = models.CharField(max_length=60)
    task = models.TextField(blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    event_kind = "group"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("unit"), F("name"), condition=Q(to_on__isnull=True), name="group_name_once"),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name


class EntryKind(models.TextChoices):
    """What an entry of a calendar says; how they combine is `orgs.rules.calendar`."""

    TERM = "term", pgettext_lazy("of a school year", "Term")
    HOLIDAY = "holiday", pgettext_lazy("of schools", "Holiday")
    SCHOOL_DAY = "school_day", _("Make-up school day")
    SUSPENSION = "suspension", _("Suspension of classes")
    WEEKDAYS = "weekdays", _("Days of the week that are taught")


class CalendarEntry(models.Model):
    """An entry of a unit's school calendar, for it and every school below it. A new decision is a new row; ending one
    is a fact: from ``ended_on`` + 1 it holds no more, and what it was until then stays.

    ``to_on`` None: until further notice. ``weekdays``: the digits of ISO days of the week ("123456"). ``decided_by``
    names the government that suspends classes (《传染病防治法》第六十三条: county or above); the system never does.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="calendar_entries")
    kind = models.CharField(max_length=12, choices=EntryKind)
    name = models.CharField(max_length=60, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    weekdays = models.CharField(max_length=7, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by_id = models.BigIntegerField(null=True)
    ended_by_name = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    event_kind = "calendar"

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="calendar_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=False) | Q(kind__in=("suspension", "weekdays")), name="calendar_last_day"
            ),
            models.CheckConstraint(
                condition=~Q(kind="suspension") | (~Q(decided_by="") & ~Q(reason="")), name="calendar_suspended_by"
            ),
            models.CheckConstraint(condition=Q(weekdays="") ^ Q(kind="weekdays"), name="calendar_weekdays"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) ^ Q(ended_at__isnull=False), name="calendar_end_says_when"
            ),
        )
        indexes = (
            # the entries of a unit and of those above it
            models.Index(F("unit"), F("from_on"), name="calendar_of_unit"),
            # what holds anywhere on a day: rows that may still reach it
            models.Index(F("to_on"), F("from_on"), name="calendar_on_day"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.from_on}"

    def event_label(self) -> str:
        return f"{self.kind} {self.from_on}"

    @property
    def last_on(self) -> date | None:
        """The last day it holds; None: until further notice. Before ``from_on``: it never held."""
        ends = [day for day in (self.to_on, self.ended_on) if day is not None]
        return min(ends, default=None)


class KeptList(models.Model):
    """A list of units that was read and checked and waits for somebody to apply it. ``lines`` are its rows as
    `orgs.queries.sheet.lines_of` gives them; ``done`` says what applying it did."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    under = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    lines = models.JSONField()
    by_id = models.BigIntegerField()
    at = models.DateTimeField()
    done = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.name


def sponsored_by(paths: list[str], day: date) -> models.QuerySet[SponsorLine, int]:
    """Ids of the schools whose sponsor stands under one of the paths on that day (for use as a subquery)."""
    at = Q()
    for path in paths:
        at |= Q(sponsor__path__startswith=path)
    if not paths:
        return SponsorLine.objects.none().values_list("unit_id", flat=True)
    return (
        SponsorLine.objects.filter(at)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .values_list("unit_id", flat=True)
    )
