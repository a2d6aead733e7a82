"""What a person owes once (`obligations.models.Obligation`): by name, or by a duty they hold or stand in for."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianfang.obligations import spec
from lianfang.obligations.models import Obligation, Outcome
from lianfang.obligations.sources import Owed
from lianfang.people import access
from lianfang.people.models import User


def mine(user: User, now: datetime) -> list[Owed]:
    """What is open, and what the user has done today. Two queries."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    together = [kind.id for kind in spec.catalog().values() if kind.together]  # `checks` has one row for all of these
    rows = Obligation.objects.exclude(kind__in=together).select_related("unit")
    done = rows.filter(ended_by=user, ended_at__gte=midnight, outcome=Outcome.DONE)
    return [_row(one) for one in (*rows.filter(_asked_of(user, now), ended_at__isnull=True), *done)]


def _asked_of(user: User, now: datetime) -> Q:
    by_role: dict[str, list[str]] = defaultdict(list)
    for kind in spec.catalog().values():
        for role in () if kind.source else kind.roles:
            by_role[role].append(kind.id)
    found = Q(user=user)
    for post in access.postings(user, now.date()):
        if kinds := by_role.get(post.role):
            found |= Q(user__isnull=True, unit=post.unit_id, kind__in=kinds)
    second = [kind.id for kind in spec.catalog().values() if kind.second_person]
    return found & (~Q(kind__in=second) | Q(by__isnull=True) | ~Q(by=user))


def _row(one: Obligation) -> Owed:
    kind, language = spec.kind(one.kind), get_language() or "zh"
    what = kind.label(language)
    title = _("%(what)s: %(which)s") % {"what": what, "which": one.label} if one.label else what
    return Owed(
        one.kind, title, kind.action(language), one.url or reverse("web:home"), one.unit,
        one.due_at, done_at=one.ended_at, state="done" if one.ended_at else "due",
    )  # fmt: skip
