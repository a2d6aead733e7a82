"""What the room knows about people goes with them. That something was reported stays: it names nobody."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from lianfang.cases.models import (
    Case,
    CaseLink,
    CaseStep,
    Certificate,
    Contact,
    ContactNote,
    Emergency,
    Observation,
    PlanRun,
    PlanStep,
    Statement,
    Stay,
    StayDecision,
    Transfer,
    TransferNote,
)
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
    counts.empty(CaseLink.objects.filter(Q(source__in=cases) | Q(target__in=cases)), basis=None)
    met = Contact.objects.filter(Q(person__in=people) | Q(case__in=cases, person__isnull=True))
    counts.empty(ContactNote.objects.filter(contact__in=met), said=None)
    counts.empty(met, person=None, outsider=None, phone=None)
    counts.empty(cases, person=None)
    counts.delete(Observation.objects.filter(person__in=people))
    stays = Stay.objects.filter(person__in=people)
    counts.empty(StayDecision.objects.filter(stay__in=stays), basis=None)
    counts.empty(stays, person=None, words=None, zone_reason=None, ending_words=None)
    transfers = Transfer.objects.filter(person__in=people)
    counts.empty(TransferNote.objects.filter(transfer__in=transfers), words=None)
    counts.empty(transfers, person=None, hospital=None, with_whom=None, words=None)
