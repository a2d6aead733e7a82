"""Cases that a rule opens by itself: of those who are known to have been exposed to a disease and now have its signs.

Of everybody else the rules only make a suggestion to the school doctor (ADR 24).
"""

import logging
from datetime import datetime
from uuid import UUID, uuid5

from django.urls import reverse

from lianfang.cases.actions.cases import suspect
from lianfang.cases.models import Case, Origin
from lianfang.cases.queries import suspicions as queries
from lianfang.cases.queries.suspicions import Fallen
from lianfang.cases.rules import suspecting
from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.notices import actions as notices
from lianfang.people import access
from lianfang.policies import queries as policies

logger = logging.getLogger(__name__)
_NAMES = UUID("8a5f7c1e-6a2b-4a36-9d0c-7f0e6a0f2a11")


def consider(*, now: datetime) -> int:
    """Open the cases; how many. Doing it again opens none twice: the key is made of person, disease and day."""
    on, opened = clock.day_of(now), 0
    for one in queries.fallen_ill(on):
        seen = queries.seen(one.day, None, one.met)
        for thought in suspecting.thoughts(policies.rulebook(one.school, on), seen):
            if thought.rule.exposed:
                opened += _open(one, thought.disease.id, now)
    return opened


def _open(one: Fallen, disease: str, now: datetime) -> bool:
    on = clock.day_of(now)
    key = uuid5(_NAMES, f"{one.person.pk} {disease} {on}")
    if Case.objects.filter(key=key).exists():
        return False
    try:
        case = suspect(
            by=None, person=one.person, school=one.school, unit=one.unit, disease=disease, origin=Origin.CHECK,
            onset_on=on, basis="", key=key, now=now,
        )  # fmt: skip
    except Refused as refused:
        logger.warning("a case could not be opened by rule: %s", refused)
        return False
    if case.key != key:
        return False
    notices.post(
        by=None, unit=one.school,
        to=[post.user_id for post in access.holders([one.school.pk], ["doctor"], on)], key=f"case:{case.pk}", now=now,
        channels=("app", "sms"), urgent=True, kind="case.opened", params={"school": one.school.label},
        url=reverse("cases:case", args=[case.pk]),
    )  # fmt: skip
    return True
