"""One unit: make it, change what is known of it, move it, close it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Substr
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs import rules
from lianfang.orgs.actions import tree
from lianfang.orgs.models import LENGTHS, Kind, SponsorLine, Tier, Unit

# What `update_unit` may change. Kind and code stay for life; place and end have verbs of their own.
FACTS = ("name", "short_name", "function", "students", "staff", "phone", "address", "valid_from", "position")
_TEXTS = ("name", "short_name", "phone", "address")


@transaction.atomic
def create_unit(
    *, by: events.Actor | None, parent: Unit | None, kind: str, code: str, name: str, now: datetime, **facts: Any
) -> Unit:
    """A new unit under ``parent`` (None: the root). ``facts`` are any of `FACTS`.

    A part of a school may leave its code blank and gets one from its parent's. Raises `Refused` with one problem per
    field that is wrong, among them a code that is taken.
    """
    tree.lock_shape(alone=False)
    if parent is not None:
        parent = Unit.objects.select_for_update().get(pk=parent.pk)
    code = rules.tidy(code)
    if not code and parent is not None and kind in rules.INNER:
        code = _free_code(parent)
    unit = Unit(kind=kind, code=code, parent=parent, **_clean(kind, {"name": name, **facts}))
    found = [*_misplaced(unit, parent), *_wrong(unit)]
    if code and Unit.objects.filter(code=code, valid_to__isnull=True).exists():
        found.append(Problem("orgs.code_taken", "code", {"code": code}))
    if found:
        raise Refused(*found)
    _place(unit, parent)
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:  # somebody made the same code in the same moment
        if "unit_code_once" not in str(error):
            raise
        raise refuse("orgs.code_taken", "code", code=code) from error
    events.record("unit.created", by=by, unit=unit, subject=unit, detail={"kind": kind, "code": code}, now=now)
    return unit


@transaction.atomic
def update_unit(*, by: events.Actor | None, unit: Unit, now: datetime, **facts: Any) -> Unit:
    """Change facts of a unit (any of `FACTS`). The event keeps old and new of each; nothing changed, no event."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.valid_to is not None:
        raise refuse("orgs.closed_already")
    before = {name: getattr(unit, name) for name in facts}
    for name, value in _clean(unit.kind, facts).items():
        setattr(unit, name, value)
    if found := _wrong(unit):
        raise Refused(*found)
    changed = {name: [before[name], getattr(unit, name)] for name in facts if before[name] != getattr(unit, name)}
    if not changed:
        return unit
    if "name" in changed:
        unit.pinyin = tree.sort_key(unit.name)
    unit.save()
    events.record("unit.changed", by=by, unit=unit, subject=unit, detail={"changed": _plain(changed)}, now=now)
    return unit


@transaction.atomic
def move_unit(*, by: events.Actor | None, unit: Unit, to: Unit, now: datetime) -> Unit:
    """Put a unit with everything below it under another one; one statement rewrites the paths of the subtree."""
    tree.lock_shape(alone=True)
    unit, to = Unit.objects.select_related("parent").get(pk=unit.pk), Unit.objects.get(pk=to.pk)
    if unit.parent_id == to.pk:
        return unit
    if to.path.startswith(unit.path):
        raise refuse("orgs.move_into_itself", "parent")
    if found := _misplaced(unit, to):
        raise Refused(*found)
    left = unit.parent.name if unit.parent else ""
    old, new = unit.path, f"{to.path}{unit.pk}."
    below = Unit.objects.filter(path__startswith=old)
    school = {} if unit.kind not in rules.INNER else {"school_id": to.school_id}
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)), **school)
    unit.parent, unit.path, unit.tier = to, new, rules.tier_of(unit.kind, to.kind)
    unit.school_id = school.get("school_id", unit.school_id)
    unit.save()
    events.record("unit.moved", by=by, unit=unit, subject=unit, detail={"from": left, "to": to.name}, now=now)
    return unit


@transaction.atomic
def close_unit(*, by: events.Actor | None, unit: Unit, on: date, now: datetime) -> Unit:
    """The unit exists for the last time on that day. Its own reporting lines to sponsors end with it.

    Raises `Refused` while units below it are open or it still sponsors schools.
    """
    tree.lock_shape(alone=True)
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    if unit.valid_to is not None:
        raise refuse("orgs.closed_already")
    if unit.valid_from and on < unit.valid_from:
        raise refuse("orgs.date_future", "on", founded=date_format(unit.valid_from, "DATE_FORMAT"))
    later = Q(valid_to__isnull=True) | Q(valid_to__gt=on)
    if open_below := Unit.objects.under(unit).filter(later).exclude(pk=unit.pk).count():
        raise refuse("orgs.children_open", count=open_below)
    if sponsored := SponsorLine.objects.filter(later, sponsor=unit).count():
        raise refuse("orgs.still_sponsors", count=sponsored)
    unit.valid_to = on
    unit.save()
    lines = SponsorLine.objects.filter(unit=unit, valid_to__isnull=True)
    lines.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on)).update(valid_to=on)
    events.record("unit.closed", by=by, unit=unit, subject=unit, detail={"on": on.isoformat()}, now=now)
    return unit


def _clean(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"not facts of a unit: {', '.join(sorted(unknown))}")
    return {name: rules.tidy(value or "") if name in _TEXTS else value for name, value in facts.items()}


def _place(unit: Unit, parent: Unit | None) -> None:
    """Key, path, tier, school and sort key of a unit about to be written."""
    unit.pk = tree.next_ids(1)[0]
    unit.path = f"{parent.path if parent else ''}{unit.pk}."
    unit.tier = Tier(rules.tier_of(unit.kind, parent.kind if parent else None))
    unit.school_id = unit.pk if unit.kind in rules.SCHOOLS else parent.school_id if parent else None
    unit.pinyin = tree.sort_key(unit.name)


def _free_code(parent: Unit) -> str:
    """The next code under a parent that no unit, open or closed, ever had."""
    taken = Unit.objects.filter(parent=parent).count()
    while Unit.objects.filter(code=rules.inner_code(parent.code, taken)).exists():
        taken += 1
    return rules.inner_code(parent.code, taken)


def _misplaced(unit: Unit, parent: Unit | None) -> list[Problem]:
    if parent is not None and parent.valid_to is not None:
        return [Problem("orgs.parent_closed", "parent", {"parent": parent.name})]
    if rules.may_stand_under(unit.kind, parent.kind if parent else None):
        return []
    if parent is None:
        return [Problem("orgs.root_kind", "kind", {"kind": Kind(unit.kind).label})]
    labels = {"kind": Kind(unit.kind).label, "parent_kind": Kind(parent.kind).label}
    return [Problem("orgs.parent_wrong_kind", "kind", labels)]


def _wrong(unit: Unit) -> list[Problem]:
    """What is wrong with the fields themselves."""
    found = []
    if code := rules.wrong_code(unit.kind, unit.code):
        found.append(Problem(code, "code", {"code": unit.code, "length": len(unit.code)}))
    if not unit.name:
        found.append(Problem("orgs.name_missing", "name"))
    for name in _TEXTS:
        most, length = LENGTHS[name], len(getattr(unit, name))
        if length > most:
            found.append(Problem("orgs.text_too_long", name, {"length": length, "most": most}))
    for name in ("students", "staff"):
        value = getattr(unit, name)
        if value is not None and (code := rules.wrong_count(value)):
            found.append(Problem(code, name, {"value": value}))
    if unit.function and unit.kind != Kind.OFFICE:
        found.append(Problem("orgs.function_not_here", "function"))
    return found


def _plain(changed: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Old and new values as JSON holds them."""
    return {
        name: [value.isoformat() if isinstance(value, date) else value for value in pair]
        for name, pair in changed.items()
    }
