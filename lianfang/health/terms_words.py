"""What was decided about checks, in words."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.health.rules import plan
from lianfang.policies.models import Override
from lianfang.policies.queries import Running

Words = dict[str, str | Promise]

WHEN: Words = {
    "always": pgettext_lazy("when a check is held", "Always"),
    "response": _("While an emergency response runs"),
    "never": pgettext_lazy("when a check is held", "Not at all"),
}
DAYS: Words = {
    "school_days": _("School days"),
    "workdays": _("Workdays"),
    "every_day": pgettext_lazy("days of a check", "Every day"),
}
_TERMS: Words = {"due": _("To be reported until"), "when": _("Held"), "calendar": _("On which days")}


def rounds(decided: dict[str, str]) -> list[dict[str, Any]]:
    """The checks as they are held, with what the file says where a unit has decided something else."""
    language = get_language() or "zh"
    return [
        {"label": one.label(language), "opens": one.opens, "source": one.source,
         "rows": _rows(one, plan.in_force(one, decided), plan.in_force(one, {}))}
        for one in plan.catalog().rounds
    ]  # fmt: skip


def _rows(one: plan.PlannedRound, terms: plan.Terms, usual: plan.Terms) -> list[dict[str, Any]]:
    mine, file = plan.overrides(one, terms), plan.overrides(one, usual)
    return [
        {"label": _TERMS[_name(key)], "value": _value(key, value), "usual": _value(key, file[key]),
         "is_own": value != file[key]}
        for key, value in mine.items()
    ]  # fmt: skip


def running(responses: Iterable[Running]) -> list[dict[str, Any]]:
    """Responses that run, with the checks that are held because of them."""
    language = get_language() or "zh"
    return [
        {"name": one.response.name, "unit": one.response.unit, "since": one.response.from_on,
         "checks": [row.label(language) for row in plan.catalog().rounds if one.asks(row.code)]}
        for one in responses
    ]  # fmt: skip


def decision(row: Override) -> dict[str, Any]:
    """A line of what was decided. A key of another kind ("checks.fever") stands as it is."""
    name, code = _name(row.key), row.key.split(".")[1]
    label = next((one.label(get_language() or "zh") for one in plan.catalog().rounds if one.code == code), row.key)
    return {"row": row, "round": label, "term": _TERMS.get(name, ""), "value": _value(row.key, row.value)}


def _name(key: str) -> str:
    return key.rpartition(".")[2]


def _value(key: str, value: str) -> str | Promise:
    return {"when": WHEN, "calendar": DAYS}.get(_name(key), {}).get(value, value)
