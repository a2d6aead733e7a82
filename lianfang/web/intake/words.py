"""How the import of rosters names columns and shows what stands in them: sealed kinds of values only masked."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core import masks, problems
from lianfang.people.models.families import Relation
from lianfang.people.models.intake import Plan
from lianfang.people.models.roster import Belonging, Document, LodgingKind, Sex

FIELDS: Mapping[str, str | Promise] = {
    "name": pgettext_lazy("person", "Name"),
    "former_name": _("Former name"),
    "kind": _("Kind of document"),
    "number": _("Document number"),
    "passport": _("Passport number"),
    "student_number": _("National student number"),
    "school_number": _("School number"),
    "sex": _("Sex"),
    "born_on": _("Birthday"),
    "nationality": _("Nationality"),
    "grade": _("Grade"),
    "class": _("Class"),
    "department": _("Department or office"),
    "as_a": _("Belongs as"),
    "title": _("Title"),
    "phone": _("Telephone"),
    "address": _("Home address"),
    "place": _("Present place (during a response)"),
    "lodging": _("Lodging"),
    "boards": _("Boards (yes or no)"),
    "dormitory": _("Dormitory room"),
    "building": _("Building"),
    "entrance": _("Entrance"),
    "room": _("Room"),
    "bed": _("Bed"),
    "enrolled_on": _("Enrolled on"),
    "guardian1_name": _("First guardian’s name"),
    "guardian1_phone": _("First guardian’s telephone"),
    "guardian1_relation": _("First guardian’s relation"),
    "guardian2_name": _("Second guardian’s name"),
    "guardian2_phone": _("Second guardian’s telephone"),
    "guardian2_relation": _("Second guardian’s relation"),
    "father_name": _("Father’s name"),
    "father_phone": _("Father’s telephone"),
    "mother_name": _("Mother’s name"),
    "mother_phone": _("Mother’s telephone"),
    "school": _("School"),
    "state": _("On the rolls or gone"),
    "guardians": _("Guardians"),
    "unit": _("Class or unit"),
}
# What the preview shows of a line beside name and class, in this order.
SHOWN = ("number", "school_number", "sex", "phone")
_MASKED = {
    "number": masks.identity, "student_number": masks.identity, "phone": masks.phone, "address": masks.address,
    "place": masks.address, "former_name": masks.name,
}  # fmt: skip
_LABELS: Mapping[str, Mapping[Any, Any]] = {
    "sex": dict(Sex.choices),
    "as_a": dict(Belonging.choices),
    "kind": dict(Document.choices),
    "lodging": dict(LodgingKind.choices),
}
PLANS = (Plan.ERROR, Plan.JOIN, Plan.MOVE, Plan.CHANGE, Plan.LEAVE, Plan.SAME)


def label(name: str) -> str:
    if name.startswith("document."):
        return str(dict(Document.choices)[name.removeprefix("document.")])
    return str(FIELDS.get(name, name))


def shown(name: str, value: Any, units: Mapping[int, str]) -> str:
    """A value as the preview may show it."""
    if value in (None, ""):
        return ""
    if name.startswith("document."):
        return masks.identity(str(value))
    if name == "lodging" and isinstance(value, dict):
        parts = [value.get(part, "") for part in ("building", "room", "bed")]
        return " ".join(filter(None, [str(_LABELS["lodging"].get(value.get("lodging"), "")), *parts]))
    if name == "guardians":
        return "、".join(_guardian(one) for one in value)
    if name == "unit":
        return units.get(value, "")
    if name in _LABELS:
        return str(_LABELS[name].get(value, value))
    return _MASKED[name](str(value)) if name in _MASKED else str(value)


def _guardian(one: Mapping[str, str]) -> str:
    relation = str(dict(Relation.choices).get(one["relation"], "")) if one["relation"] else ""
    phone = masks.phone(one["phone"]) if one["phone"] else ""
    return " ".join(filter(None, [masks.name(one["name"]) if one["name"] else "", relation, phone]))


def told(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A stored problem in words, with the name of its column."""
    text = problems.text(problem["code"], **problem["params"])
    return {
        "label": label(problem["field"]) if problem["field"] else "",
        "text": text,
        "wrong": problem["severity"] == "error",
    }
