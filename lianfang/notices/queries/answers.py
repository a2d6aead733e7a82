"""Reads of answers, for whoever asked."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum

from lianfang.notices.models import Answer, Delivery, Notice
from lianfang.notices.queries.telling import seen_by
from lianfang.notices.rules.questions import Question
from lianfang.orgs.models import Unit
from lianfang.people.models import Enrolment, Posting, User

# Views of the list: who has not answered stands first.
UNANSWERED, ANSWERED, LATE = "unanswered", "answered", "late"


@dataclass(frozen=True)
class Figures:
    """Of the answers to a question in numbers."""

    count: int
    total: Decimal
    mean: Decimal
    least: Decimal
    most: Decimal


def asked_by(user: User) -> QuerySet[Notice]:
    """Notices with a question that a person may see the answers to."""
    return seen_by(user).exclude(question={})


def chosen(rows: QuerySet[Delivery], only: str, question: Question) -> QuerySet[Delivery] | None:
    """Those of a view of the list: one of the three above, the code of an option, or "" for all; None: no such view."""
    if only == "":
        found = rows
    elif only == UNANSWERED:
        found = rows.filter(answered_at=None)
    elif only == ANSWERED:
        found = rows.filter(answered_at__isnull=False)
    elif only == LATE:
        found = rows.filter(answered_at__gt=F("notice__until"))
    elif only in {option.code for option in question.options}:
        later = Answer.objects.filter(delivery=OuterRef("delivery"), version__gt=OuterRef("version"))
        said = Answer.objects.filter(~Exists(later), delivery=OuterRef("pk"), choices__contains=[only])
        found = rows.filter(Exists(said))
    else:
        return None
    return found.select_related("user", "person", "notice").order_by(F("answered_at").asc(nulls_first=True), "pk")


def counts(rows: QuerySet[Delivery]) -> dict[str, int]:
    """How many stand in each view of the list."""
    late = Q(answered_at__gt=F("notice__until"))
    found = rows.aggregate(all=Count("pk"), answered=Count("answered_at"), late=Count("pk", filter=late))
    return {"": found["all"], UNANSWERED: found["all"] - found["answered"], ANSWERED: found["answered"],
            LATE: found["late"]}  # fmt: skip


def newest(deliveries: Iterable[Delivery]) -> dict[int, Answer]:
    """Delivery → the answer that counts."""
    rows = Answer.objects.filter(delivery__in=[delivery.pk for delivery in deliveries])
    return {row.delivery_id: row for row in rows.order_by("delivery", "-version").distinct("delivery")}


def by_option(rows: QuerySet[Delivery]) -> Counter[str]:
    """Option → how many chose it, by the answers that count."""
    count: Counter[str] = Counter()
    for choices, times in _counting(rows).values_list("choices").annotate(Count("pk")).order_by():
        count.update(dict.fromkeys(choices, times))
    return count


def figures(rows: QuerySet[Delivery]) -> Figures | None:
    """None as long as there is no number."""
    one = F("number")
    found = _counting(rows).aggregate(
        count=Count(one), total=Sum(one), mean=Avg(one), least=Min(one), most=Max(one)
    )  # fmt: skip
    return Figures(**found) if found["count"] else None


def places(deliveries: Collection[Delivery], day: date) -> dict[int, Unit]:
    """Delivery → the class of its pupil, or where its member of staff is posted, that day."""
    pupils = Enrolment.objects.on(day).filter(person__in=[row.person_id for row in deliveries if row.person_id])
    of_person: dict[UUID, Unit] = {row.person_id: row.unit for row in pupils.select_related("unit").order_by("-pk")}
    posts = Posting.objects.on(day).filter(user__in=[row.user_id for row in deliveries if row.user_id])
    of_user: dict[int, Unit] = {
        row.user_id: row.unit for row in posts.select_related("unit").order_by("-deputy", "-pk")
    }
    found = {
        row.pk: of_person.get(row.person_id) if row.person_id else of_user.get(row.user_id or 0) for row in deliveries
    }
    return {pk: unit for pk, unit in found.items() if unit}


def _counting(rows: QuerySet[Delivery]) -> QuerySet[Answer]:
    answers = Answer.objects.filter(delivery__in=rows.order_by().values("pk"))
    newest = answers.order_by("delivery", "-version").distinct("delivery")
    return Answer.objects.filter(pk__in=newest.values("pk"))
