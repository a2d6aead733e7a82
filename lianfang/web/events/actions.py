"""What follows from the log itself: a broken chain is told at once."""

from django.urls import reverse

from lianfang.core import clock
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.web.events import queries


def broken(event: Event) -> None:
    """The security administrators and auditors of the whole learn that the audit chain does not hold."""
    day = clock.today()
    top = queries.top_units()
    people = access.holders([unit.pk for unit in top], ("security_admin", "auditor"), day)
    if not people:
        return
    root: Unit = min(top, key=lambda unit: unit.path.count("."))
    notices.post(
        by=None, unit=root, to={post.user_id for post in people}, key=f"audit.broken {event.pk}", kind="audit.broken",
        url=reverse("web:events") + "?what=audit.", to_confirm=True, now=clock.now(),
    )  # fmt: skip
