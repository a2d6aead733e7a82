"""What a session has proved (`people.actions.sessions` writes it): read without a query."""

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from lianfang.people import access
from lianfang.people.models import User

SHOWN, OWN = "factor", "own_factor"


def lacks_factor(session: SessionBase, user: User) -> bool:
    """A second factor is wanted of the person and was not shown in this session yet."""
    if session.get(SHOWN):
        return False
    return bool(session.get(OWN)) or (settings.SECOND_FACTOR and access.needs_two_factors(user))
