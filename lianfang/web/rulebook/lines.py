"""An edition as lines in words: what a rule is about, what it says, where it comes from. Pages and the difference of
two editions are made of the same lines, so neither can say what the other does not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lianfang.policies import diseases
from lianfang.policies.diseases.spec import (
    Contacts,
    Edition,
    Isolation,
    Rule,
    Stage,
    Suspension,
    Suspicion,
    Threshold,
)
from lianfang.ui import return_words
from lianfang.web.rulebook import wording as w


@dataclass(frozen=True)
class Line:
    """``key`` is the same in every edition for what takes the same place. ``since`` and ``until`` only where they are
    not the edition's own."""

    part: str
    key: str
    what: str
    says: str
    note: str
    source: str
    sure: bool
    since: date | None = None
    until: date | None = None


PARTS: dict[str, Promise] = {
    "law": gettext_lazy("By law"),
    "suspicion": gettext_lazy("When to suspect it"),
    "clocks": gettext_lazy("When to report"),
    "thresholds": gettext_lazy("When it is a cluster or an emergency"),
    "course": gettext_lazy("Incubation and infectious period"),
    "isolation": gettext_lazy("Isolation"),
    "contacts": gettext_lazy("Whoever was near a case"),
    "returning": gettext_lazy("Return to class"),
    "suspension": gettext_lazy("Suspension of classes that may be recommended"),
    "stages": gettext_lazy("What a response level switches on"),
}


def lines(edition: Edition, language: str) -> list[Line]:
    return [
        Line(
            key.partition(".")[0], key, str(what), says, rule.note(language), source(rule.source, language),
            rule.is_sure, rule.since, rule.until,
        )
        for key, what, says, rule in _rules(edition, language)
    ]  # fmt: skip


def source(key: str, language: str) -> str:
    """The title of a source with its number; in English with the year or day, since numbers are Chinese words."""
    found = diseases.sources()[key]
    if language.startswith("zh"):
        return " ".join(filter(None, (f"《{found.zh}》", found.number)))
    return f"{found.en}, {found.issued}"


_Row = tuple[str, str | Promise, str, Rule]


def _rules(one: Edition, language: str) -> Iterator[_Row]:
    yield "law.category", _("Category"), _law(one, language), one.law
    for number, suspicion in enumerate(one.suspicion):
        yield f"suspicion.{number}", _("Whoever has"), _suspicion(suspicion, language), suspicion
    for clock in one.clocks:
        yield f"clocks.{clock.of}", w.CLOCKS[clock.of], _within(clock.minutes), clock
    for row in one.thresholds:
        yield f"thresholds.{row.id}", w.TIERS[row.tier], threshold(row), row
    if one.incubation:
        span = one.incubation
        says = _("%(least)s to %(most)s days") % {"least": span.least, "most": span.most}
        usual = " · " + _("mostly %(n)s") % {"n": span.usual} if span.usual else ""
        yield "course.incubation", _("From infection to onset"), says + usual, span
    if one.infectious:
        span_of = one.infectious
        yield "course.infectious", _("Infectious period"), _infectious(span_of.before, span_of.after), span_of
    for isolated in one.isolation:
        yield f"isolation.{isolated.of}", w.OF[isolated.of], _isolation(isolated), isolated
    if one.contacts:
        yield "contacts.all", _("Contacts of a case"), _contacts(one.contacts), one.contacts
    for way in one.returning:
        for condition in way.conditions:
            key = f"returning.{way.when or 'all'}.{condition.type}.{condition.sign}"
            yield key, str(return_words.WHENS[way.when]), return_words.condition(condition, language), condition
    for number, closing in enumerate(one.suspension):
        yield f"suspension.{closing.group}.{number}", w.GROUPS[closing.group], _suspension(closing), closing
    for stage in one.stages:
        yield f"stages.{stage.level}", level_words(stage.level), stage_words(stage), stage


def _law(one: Edition, language: str) -> str:
    found = [str(w.CATEGORIES[one.law.category])]
    if one.law.as_a:
        found.append(_("measures of class A"))
    name = one.law.notified_as if language.startswith("zh") else one.law.notified_as_en
    if name:
        found.append(_("notified as %(name)s") % {"name": name})
    return " · ".join(found)


def _suspicion(row: Suspicion, language: str) -> str:
    found = [w.symptom(code, language) for code in row.all]
    if row.any:
        named = _(", ").join(w.symptom(code, language) for code in row.any)
        several = len(row.any) > 1
        words = _("one of %(list)s") if row.least == 1 else _("at least %(n)s of %(list)s")
        found.append(words % {"n": row.least, "list": named} if several else named)
    if row.temperature:
        found.append(_("at least %(degrees)s ℃") % {"degrees": f"{row.temperature / 10:.1f}"})
    if row.lasting:
        found.append(ngettext("for %(n)s day", "for %(n)s days", row.lasting) % {"n": row.lasting})
    if row.exposed:
        found.append(_("after contact or a stay in a risk area"))
    return _(" and ").join(found)


def _within(minutes: int) -> str:
    if minutes == 0:
        return _("at once")
    if minutes % 60:
        return ngettext("within %(n)s minute", "within %(n)s minutes", minutes) % {"n": minutes}
    return ngettext("within %(n)s hour", "within %(n)s hours", minutes // 60) % {"n": minutes // 60}


def threshold(row: Threshold) -> str:
    """How many of whom, where and within how many days, and when to report it."""
    where = _(" or ").join(str(w.GROUPS[group]) for group in row.groups)
    days = _term() if row.term else ngettext("in %(n)s day", "in %(n)s days", row.days) % {"n": row.days}
    values = {"where": where, "n": row.cases, "whom": w.COUNTED[row.of], "days": days, "within": _within(row.minutes)}
    return _("%(where)s: %(n)s %(whom)s or more %(days)s — report %(within)s") % values


def _term() -> str:
    return _("in one school term")


def _infectious(before: int, after: int | None) -> str:
    start = ngettext("from %(n)s day before onset", "from %(n)s days before onset", before) % {"n": before}
    if before == 0:
        start = _("from onset")
    if after is None:
        return start + " " + _("until the conditions of return are met")
    return start + " " + ngettext("to %(n)s day after", "to %(n)s days after", after) % {"n": after}


def _isolation(row: Isolation) -> str:
    days = ngettext("%(n)s day", "%(n)s days", row.days) % {"n": row.days} if row.days else _("until return is allowed")
    return f"{w.PLACES[row.place]} · {days}"


def _contacts(row: Contacts) -> str:
    found = [
        ngettext("looked for from %(n)s day before onset", "looked for from %(n)s days before onset", row.back)
        % {"n": row.back},
        ngettext("followed for %(n)s day", "followed for %(n)s days", row.days) % {"n": row.days},
        _(", ").join(str(w.LINKS[link]) for link in row.links),
    ]
    if row.temperatures:
        found.append(
            ngettext("%(n)s temperature a day", "%(n)s temperatures a day", row.temperatures) % {"n": row.temperatures}
        )
    if row.away:
        found.append(_("kept away from school"))
    return " · ".join(found)


def _suspension(row: Suspension) -> str:
    days = ngettext("in %(n)s day", "in %(n)s days", row.days) % {"n": row.days}
    many = ngettext("%(n)s case", "%(n)s cases", row.cases) % {"n": row.cases}
    if row.percent:
        many = _("%(n)s %% of the class ill") % {"n": row.percent}
    closed = ngettext("closed for %(n)s day", "closed for %(n)s days", row.close_days) % {"n": row.close_days}
    return _("%(many)s %(days)s: %(closed)s") % {"many": many, "days": days, "closed": closed}


def level_words(level: int) -> str:
    return _("Peacetime") if level == 0 else _("Level %(level)s") % {"level": "ⅠⅡⅢⅣ"[level - 1]}


def stage_words(row: Stage) -> str:
    """What a level switches on."""
    found = [_("checks: %(rounds)s") % {"rounds": _(", ").join(str(w.ROUNDS[one]) for one in row.rounds)}]
    if row.card:
        found.append(_("health cards are asked for"))
    if row.arrivals_days:
        found.append(
            ngettext("%(n)s day apart after arrival", "%(n)s days apart after arrival", row.arrivals_days)
            % {"n": row.arrivals_days}
        )
    return " · ".join(found)
