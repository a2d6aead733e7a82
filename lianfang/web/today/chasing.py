"""Who may ask whoever is missing: by the chase of the kind's own room."""

from lianfang.health.queries.owed import KIND as ROLL
from lianfang.people import access
from lianfang.returns.queries.owed import RETURNS
from lianfang.web.today.missing import Opened

_VERBS = {ROLL: "notice.post", RETURNS.kind: "return.chase"}


def may(found: Opened) -> bool:
    verb = _VERBS.get(found.kind.id)
    return verb is not None and found.is_today and access.can(found.user, verb, found.unit)
