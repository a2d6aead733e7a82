"""What holds for a unit on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.db.models import Q, QuerySet

from lianfang.orgs.models import Unit
from lianfang.policies import diseases
from lianfang.policies.diseases import deciding
from lianfang.policies.diseases.spec import NATION, Disease, Edition, Rule, Stage
from lianfang.policies.models import Assessment, Override, Response


@dataclass(frozen=True)
class Decided:
    """An override in force: whose it is, and since when."""

    key: str
    value: str
    path: str


def in_force(unit: Unit, on: date, prefix: str) -> Mapping[str, str]:
    """key → value of every override whose key starts with ``prefix`` for this unit: nearest unit, then latest row,
    wins.
    """
    rows = _current(on, prefix).filter(unit_id__in=unit.ancestor_ids).order_by("unit__path", "at")
    return {row.key: row.value for row in rows}


def rules_of(disease: Disease, unit: Unit | None, on: date) -> Edition | None:
    """The edition of a disease's file that holds for the unit on that day, with what it or a unit above decided
    differently; without a unit as the nation says it. None where no edition holds. Two queries: the units above it, and
    the overrides."""
    values = in_force(unit, on, f"disease.{disease.id}.") if unit else {}
    return _rules(disease, _places(unit), values, on)


def as_filed(disease: Disease, unit: Unit, on: date) -> Edition | None:
    """The same as the file says it, whatever units decided: what a decision is measured by. One query."""
    return _rules(disease, _places(unit), {}, on)


def rules_by(disease: Disease, edition: str, unit: Unit, on: date) -> Edition:
    """An edition by its id, with what was decided for the unit on that day: what a case was judged by stays readable
    when another edition holds. Raises `LookupError` for one the file no longer has."""
    values, places = in_force(unit, on, f"disease.{disease.id}."), _places(unit)
    found = next((one for one in disease.editions if one.id == edition), None)
    if found is None:
        raise LookupError(edition)
    covers = partial(_covers, edition=found, places=places, on=on)
    return deciding.decided(deciding.here(found, covers), _own(values, disease))


def rulebook(unit: Unit | None, on: date) -> list[tuple[Disease, Edition | None]]:
    """The same of every disease, in two queries for all."""
    values, places = in_force(unit, on, "disease.") if unit else {}, _places(unit)
    return [(disease, _rules(disease, places, values, on)) for disease in diseases.catalog().values()]


def _rules(disease: Disease, places: list[str], values: Mapping[str, str], on: date) -> Edition | None:
    found = diseases.edition(disease, on, places)
    if found is None:
        return None
    covers = partial(_covers, edition=found, places=places, on=on)
    return deciding.decided(deciding.here(found, covers), _own(values, disease))


def _own(values: Mapping[str, str], disease: Disease) -> dict[str, str]:
    prefix = f"disease.{disease.id}."
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _places(unit: Unit | None) -> list[str]:
    """Division codes from the unit's own up to the nation's."""
    if unit is None:
        return [NATION]
    above = Unit.objects.filter(pk__in=unit.ancestor_ids).order_by("-path").values_list("code", flat=True)
    return [*(code for code in above if code != NATION), NATION]


def _covers(rule: Rule, edition: Edition, places: list[str], on: date) -> bool:
    """Whether a rule of the edition holds in one of the places on that day."""
    timely = (rule.since is None or rule.since <= on) and (rule.until is None or on <= rule.until)
    return timely and rule.jurisdiction in ("", edition.jurisdiction, *places)


def decisions(unit: Unit, prefix: str) -> list[Override]:
    """Every decision ever made with that prefix at the unit or above it, newest first (past ones stay readable)."""
    rows = Override.objects.filter(key__startswith=prefix, unit_id__in=unit.ancestor_ids).select_related("unit")
    return list(rows.order_by("-at"))


def below(unit: Unit, on: date, prefix: str) -> list[Decided]:
    """All overrides of that prefix that touch the unit's subtree, outermost first (so that later ones win)."""
    rows = (
        _current(on, prefix)
        .filter(Q(unit_id__in=unit.ancestor_ids) | Q(unit__path__startswith=unit.path))
        .select_related("unit")
        .order_by("unit__path", "at")
    )
    return [Decided(row.key, row.value, row.unit.path) for row in rows]


def everywhere(on: date, prefix: str) -> list[Decided]:
    """All overrides of that prefix in force anywhere, outermost first (so that later ones win)."""
    rows = _current(on, prefix).select_related("unit").order_by("unit__path", "at")
    return [Decided(row.key, row.value, row.unit.path) for row in rows]


def assessed(module: str, unit: Unit, day: date) -> bool:
    """Whether an impact assessment of the module, made at the unit or above it, holds on that day (control F09)."""
    return Assessment.objects.filter(module=module, unit_id__in=unit.ancestor_ids, valid_to__gte=day).exists()


@dataclass(frozen=True)
class Running:
    """A response that runs, and what the file of its disease switches on at its level where it was begun. None: it
    names no disease, or the rules in force say nothing of this level."""

    response: Response
    stage: Stage | None

    def asks(self, check: str) -> bool:
        """Whether a check (morning, noon, evening) is held because of it: all of them where no file says otherwise."""
        return self.stage is None or check in self.stage.rounds


def mode(unit: Unit, day: date) -> Response | None:
    """The emergency response that runs for the unit on that day, the gravest one if several do; None in peacetime."""
    return _gravest(_running(day).filter(unit_id__in=unit.ancestor_ids)).first()


def running(unit: Unit, on: date) -> list[Running]:
    """All that run for the unit, the gravest first. One query; a second one where a disease is named."""
    return _with_stages(_running(on).filter(unit_id__in=unit.ancestor_ids), on)


def running_near(unit: Unit, on: date) -> list[Running]:
    """Those that touch its subtree: run at the unit, above it or below it."""
    return _with_stages(_running(on).filter(Q(unit_id__in=unit.ancestor_ids) | Q(unit__path__startswith=unit.path)), on)


def level(unit: Unit, on: date, disease: str) -> int:
    """Of the gravest response that runs for the unit and is to this disease, or names none; 0 in peacetime."""
    rows = _running(on).filter(unit_id__in=unit.ancestor_ids, disease__in=("", disease))
    found: int | None = _gravest(rows).values_list("level", flat=True).first()
    return found or 0


def _gravest(rows: QuerySet[Response]) -> QuerySet[Response]:
    return rows.select_related("unit").order_by("level", "from_on", "pk")


def stages(rows: Iterable[Response], on: date) -> dict[int, Stage | None]:
    """What each switches on (`Running.stage`); one query where any names a disease."""
    found = list(rows)
    above = {pk for row in found if row.disease for pk in row.unit.ancestor_ids}
    codes = dict(Unit.objects.filter(pk__in=above).values_list("pk", "code")) if above else {}
    return {row.pk: _stage(row, codes, on) for row in found}


def _with_stages(rows: QuerySet[Response], on: date) -> list[Running]:
    found = list(_gravest(rows))
    switched = stages(found, on)
    return [Running(row, switched[row.pk]) for row in found]


def _stage(row: Response, codes: Mapping[int, str], on: date) -> Stage | None:
    disease = diseases.catalog().get(row.disease)
    places = [*(codes[pk] for pk in reversed(row.unit.ancestor_ids) if codes[pk] != NATION), NATION] if disease else []
    edition = diseases.edition(disease, on, places) if disease else None
    if edition is None:
        return None
    covers = partial(_covers, edition=edition, places=places, on=on)
    return next((one for one in edition.stages if one.level == row.level and covers(one)), None)


def response(pk: str) -> Response:
    """One response with its unit, for those who act on its events."""
    return Response.objects.select_related("unit").get(pk=pk)


def responses(units: Q, day: date) -> list[Response]:
    """Responses at the units of a condition on "unit__": what runs first, then the past, newest first."""
    rows = list(Response.objects.filter(units).select_related("unit").order_by("-from_on", "-pk"))
    return sorted(rows, key=lambda row: row.to_on is not None and row.to_on < day)


def assessments(units: Q) -> list[Assessment]:
    """Impact assessments at the units of a condition on "unit__", newest first; past ones stay readable."""
    return list(Assessment.objects.filter(units).select_related("unit").order_by("-at", "-pk"))


def _running(day: date) -> QuerySet[Response]:
    return Response.objects.filter(from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


def _current(on: date, prefix: str) -> QuerySet[Override]:
    return Override.objects.filter(key__startswith=prefix, from_on__lte=on).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=on)
    )
