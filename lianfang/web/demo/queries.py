"""What the demo has made so far."""

from django.db.models import QuerySet

from lianfang.cases.models import Case
from lianfang.orgs.models import Unit
from lianfang.surveillance.models import Cluster


def cases(school: Unit, disease: str) -> QuerySet[Case]:
    return Case.objects.filter(school=school, disease=disease).select_related("person", "unit", "school")


def clusters(school: Unit) -> QuerySet[Cluster]:
    """Those that run."""
    return Cluster.objects.running().filter(school=school)
