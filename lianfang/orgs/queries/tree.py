"""Reads of the unit tree."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from lianfang.orgs import rules
from lianfang.orgs.models import Kind, SponsorLine, Unit, UnitQuerySet


def ancestors(unit: Unit) -> list[Unit]:
    """From the root down to the unit itself."""
    rows = Unit.objects.in_bulk(unit.ancestor_ids)
    return [rows[pk] for pk in unit.ancestor_ids if pk in rows]


def sponsors_of(unit: Unit, on: date) -> list[Unit]:
    """The sponsoring authorities of the school the unit is or belongs to."""
    return [line.sponsor for line in sponsor_lines(unit, on)]


def sponsor_lines(unit: Unit, on: date) -> list[SponsorLine]:
    """The reporting lines of the school to its sponsors on that day, with the sponsors."""
    if unit.school_id is None:
        return []
    return list(
        SponsorLine.objects.filter(unit_id=unit.school_id)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("sponsor")
        .order_by("pk")
    )


def root() -> Unit | None:
    return Unit.objects.filter(parent__isnull=True, valid_to__isnull=True).order_by("pk").first()


def by_code(code: str) -> Unit | None:
    """The open unit with this code."""
    return Unit.objects.filter(code=rules.tidy(code), valid_to__isnull=True).first()


def by_codes(codes: Iterable[str]) -> Mapping[str, Unit]:
    """Open units by code; codes that no open unit has are left out."""
    return {unit.code: unit for unit in Unit.objects.filter(code__in=list(codes), valid_to__isnull=True)}


def search(units: UnitQuerySet, words: str) -> UnitQuerySet:
    """Those of the units whose name, code, pinyin ("changsha…") or pinyin initials ("css…") fit."""
    words = rules.tidy(words)
    latin = words.lower().replace(" ", "")
    fits = Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__startswith=words.upper())
    if latin.isascii() and latin.isalpha():
        fits |= Q(pinyin__startswith=latin) | Q(pinyin__contains=" " + latin)
    return units.filter(fits).order_by("path")


def named(units: UnitQuerySet, typed: str, most: int = 20) -> list[Unit]:
    """What a typed name or code can mean: the exact one, else what `search` finds. Before the name may stand that of
    its school or of the unit above, behind it the code. They come with their school and superior, by which people
    tell units of one name apart.
    """
    typed = rules.tidy(typed)
    if not typed:
        return []
    units = units.select_related("school", "parent")
    exact = list(units.filter(code=typed.split()[-1])[:2])
    exact = exact or list(units.filter(Q(name=typed) | Q(short_name=typed)).order_by("path")[:most])
    if not exact and " " in typed:
        exact = list(units.filter(_inside(*typed.rsplit(" ", 1))).order_by("path")[:most])
    return exact or list(search(units, typed)[:most])


def _inside(above: str, name: str) -> Q:
    """Units of this name in a school, or right below a unit, of that name."""
    over = Q(school__name=above) | Q(school__short_name=above) | Q(parent__name=above) | Q(parent__short_name=above)
    return (Q(name=name) | Q(short_name=name)) & over


def children(unit: Unit, on: date) -> UnitQuerySet:
    """The units right below on that day, in their order."""
    return Unit.objects.on(on).filter(parent=unit).order_by("position", "code")


def below(unit: Unit, among: UnitQuerySet, on: date) -> UnitQuerySet:
    """The units right below one and the schools it sponsors, as far as they are ``among`` these; each with ``lower``,
    the number of units right below it."""
    lower = Unit.objects.on(on).filter(parent=OuterRef("pk")).order_by().values("parent").annotate(n=Count("pk"))
    return (
        among.on(on)
        .filter(Q(parent=unit) | Q(pk__in=schools_sponsored(unit, on).order_by().values("pk")))
        .annotate(lower=Coalesce(Subquery(lower.values("n")), 0))
        .order_by("position", "code")
    )


def kinds_below(unit: Unit, on: date) -> dict[Kind, int]:
    """How many units of each kind exist under the unit on that day, itself left out; in the order of the ladder."""
    rows = Unit.objects.on(on).under(unit).exclude(pk=unit.pk).values_list("kind").annotate(number=Count("pk"))
    found = dict(rows.order_by())
    return {kind: found[kind] for kind in Kind if kind in found}


def schools_sponsored(unit: Unit, on: date) -> UnitQuerySet:
    """Schools whose reporting line leads to this very unit on that day."""
    lines = (
        SponsorLine.objects.filter(sponsor=unit)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    )
    return Unit.objects.on(on).filter(pk__in=lines.values("unit_id")).order_by("code")
