"""Who was taken to a hospital, for those who may see cases."""

from django.db.models import QuerySet

from lianfang.cases.models import Transfer
from lianfang.cases.queries.isolation import NAMES
from lianfang.people import access
from lianfang.people.models import User


def visible(user: User, verb: str = NAMES) -> QuerySet[Transfer]:
    rows = Transfer.objects.filter(access.scope(user, verb, "unit__"))
    return rows.select_related("person", "unit", "school", "stay", "by")
