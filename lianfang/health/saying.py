"""Rolls in words: what is reported, what somebody is named for, what differs between two versions."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianfang.health.rules import symptoms
from lianfang.health.rules.sent import Named
from lianfang.health.rules.sheets import PARTS, Counts
from lianfang.health.rules.status import Status

# The page's script puts the same sentence together from these, so each is a whole phrase with its number.
PART_WORDS: dict[str, str | Promise] = {
    "expected": _("%(n)s expected"),
    "ill": _("%(n)s absent through illness"),
    "leave": _("%(n)s on leave"),
    "unknown": _("%(n)s absent, reason not known"),
    "symptoms": _("%(n)s with symptoms"),
    "noted": _("%(n)s with a remark"),
    "well": _("the other %(n)s are well"),
    "all": _("all are well"),
    "comma": pgettext_lazy("between two parts of a sentence", ", "),
    "stop": pgettext_lazy("end of a sentence", "."),
}
ABSENT: dict[str, str | Promise] = {
    "ill": _("Absent, ill"),
    "leave": _("On leave, not ill"),
    "unknown": _("Absent, reason not known"),
}
BEFORE: dict[int, str | Promise] = {
    Status.ILL: _("Absent, ill"),
    Status.SYMPTOMATIC: _("With symptoms"),
    Status.LEAVE: _("On leave, not ill"),
    Status.UNKNOWN: _("Absent, reason not known"),
    Status.ISOLATED: _("In isolation"),
}


def sentence(counts: Counts) -> str:
    """ "应到 45，因病缺勤 1，有症状 2，其余 42 人正常。" """
    told = [str(PART_WORDS["expected"]) % {"n": counts.expected}]
    told += [str(PART_WORDS[part]) % {"n": counts.parts[part]} for part in PARTS if counts.parts[part]]
    rest = PART_WORDS["well" if counts.parts.total() else "all"]
    told.append(str(rest) % {"n": counts.well})
    return str(PART_WORDS["comma"]).join(told) + str(PART_WORDS["stop"])


def one(named: Named) -> str:
    """What a roll says of somebody, in one line; empty for who is well."""
    told = [str(ABSENT[named.absent])] if named.absent else []
    told += symptom_names(named.symptoms)
    if named.temperature is not None:
        told.append(gettext("%(degrees)s °C") % {"degrees": f"{named.temperature:.1f}"})
    if named.temperature_again is not None:
        told.append(gettext("again %(degrees)s °C") % {"degrees": f"{named.temperature_again:.1f}"})
    if named.seen_by_doctor:
        told.append(gettext("saw a doctor"))
    if named.onset_on:
        told.append(gettext("since %(day)s") % {"day": _short(named.onset_on)})
    if named.note:
        told.append(named.note)
    return gettext(" · ").join(told)


def _short(on: date) -> str:
    return date_format(on, pgettext("date format", "j M"))


def symptom_names(codes: Iterable[str]) -> list[str]:
    chosen = {*codes}
    return [found.label(get_language() or "zh") for found in symptoms.catalog() if found.code in chosen]


def differences(old: Sequence[Named], new: Sequence[Named], names: Mapping[UUID, str]) -> list[dict[str, str]]:
    """Rows of a difference table: who, what the old and the new version say. Those of whom both say the same are left
    out; who has left the class since is told without a name."""
    before, after = ({named.person: one(named) for named in version} for version in (old, new))
    well = gettext("well")
    return [
        {
            "label": names.get(person, gettext("somebody who has left since")),
            "old": before.get(person) or well,
            "new": after.get(person) or well,
        }
        for person in {**before, **after}
        if before.get(person) != after.get(person)
    ]
