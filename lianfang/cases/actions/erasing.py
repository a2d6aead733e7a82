"""What the room knows about people goes with them. That something was reported stays: it names nobody."""

from collections.abc import Sequence
from uuid import UUID

from lianfang.cases.models import Case, CaseStep, Certificate, Emergency, PlanRun, PlanStep, Statement
from lianfang.people.actions.erasing import Counts


def erase(people: Sequence[UUID], counts: Counts) -> None:
    """The link to the person, and the words that were written about them."""
    about = Emergency.objects.filter(person__in=people)
    counts.empty(Statement.objects.filter(emergency__in=about), words=None, place=None)
    runs = PlanRun.objects.filter(emergency__in=about)
    counts.empty(PlanStep.objects.filter(run__in=runs), result=None)
    counts.empty(runs, went_well=None, to_change=None)
    counts.empty(about, person=None)
    cases = Case.objects.filter(person__in=people)
    counts.delete(Certificate.objects.filter(step__case__in=cases))
    counts.empty(CaseStep.objects.filter(case__in=cases), said=None, basis=None)
    counts.empty(cases, person=None)
