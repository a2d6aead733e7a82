"""Clusters in words."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from lianfang.health.rules import symptoms
from lianfang.policies import diseases
from lianfang.policies.diseases.spec import Suspension
from lianfang.surveillance.models import Cluster
from lianfang.surveillance.queries.clusters import Raised
from lianfang.surveillance.rules import syndromes

TIERS: dict[int, str | Promise] = {1: _("Cluster"), 2: _("Public-health emergency")}


def language() -> str:
    return get_language() or "zh"


def title(cluster: Cluster) -> str:
    """The syndrome, or the disease that is one by itself."""
    found = syndromes.catalog().get(cluster.syndrome)
    return found.label(language()) if found else what(cluster.syndrome)


def what(code: str) -> str:
    """A disease or a symptom by its name."""
    disease = diseases.catalog().get(code)
    if disease:
        return disease.label(language())
    return next((one.label(language()) for one in symptoms.catalog() if one.code == code), code)


def chip(cluster: Cluster, now: datetime) -> dict[str, str]:
    if cluster.ended_at:
        return {"state": "done", "tone": "quiet", "label": pgettext("of a cluster", "Over")}
    if cluster.told_at:
        return {"state": "done", "tone": "done", "label": pgettext("of a cluster", "Reported")}
    if cluster.due_at <= now:
        return {"state": "late", "tone": "late", "label": gettext("Report is late")}
    return {"state": "alarm", "tone": "alarm", "label": gettext("To be reported")}


def group(row: Raised) -> str:
    return row.unit.name if row.unit else row.alarm.group


def reached(row: Raised) -> str:
    """ "3 天内 6 人，标准 5 人" """
    days = ngettext("in %(n)s day", "in %(n)s days", row.alarm.days) % {"n": row.alarm.days}
    many = ngettext("%(n)s person", "%(n)s people", row.alarm.count) % {"n": row.alarm.count}
    return gettext("%(many)s %(days)s; the rule says %(wanted)s") % {
        "many": many, "days": days, "wanted": row.alarm.wanted,
    }  # fmt: skip


def recommendation(row: Raised, rule: Suspension) -> str:
    return gettext("%(group)s: close for %(days)s days") % {"group": group(row), "days": rule.close_days}


def source(key: str) -> str:
    found = diseases.sources().get(key)
    if found is None:
        return ""
    return f"《{found.zh}》" if language().startswith("zh") else f"{found.en}, {found.issued}"
