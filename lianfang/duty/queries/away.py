"""Who is on leave when. Stand-by is no absence: who is on it is ready to come."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import date

from lianfang.people.models import Leave, User

Away = Callable[[int, date], bool]


def away(users: Collection[int], since: date, until: date) -> Away:
    """Whether one of the users is on agreed leave on a day between the two. One query."""
    rows = Leave.objects.filter(
        user__in=users, from_on__lte=until, to_on__gte=since, agreed_at__isnull=False, refused_at=None,
        recalled_at=None, back_at=None,
    ).exclude(kind="standby") if users else Leave.objects.none()  # fmt: skip
    spans: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for user, first, last in rows.values_list("user_id", "from_on", "to_on"):
        spans[user].append((first, last))
    return lambda user, day: any(first <= day <= last for first, last in spans.get(user, ()))


def gone(users: Collection[int]) -> set[int]:
    """Those whose account is closed. One query."""
    return set(User.objects.filter(pk__in=users, is_active=False).values_list("pk", flat=True)) if users else set()
