"""Asking a key person how they are, day by day; what is found goes the way every finding goes."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from lianfang.core import clock, events
from lianfang.core.clock import ZONE
from lianfang.core.problems import refuse
from lianfang.health.actions import cards
from lianfang.health.actions.carding import TOLD
from lianfang.health.models import FollowUp, KeyPerson
from lianfang.health.queries import key_people as queries
from lianfang.health.queries import limits, seats
from lianfang.health.rules import following, sent, symptoms
from lianfang.health.rules.following import Asked
from lianfang.health.rules.parcels import Author, CardIn, Seat
from lianfang.health.rules.sent import Source
from lianfang.health.rules.status import has_fever
from lianfang.notices import actions as notices
from lianfang.obligations.actions import singles
from lianfang.people import access
from lianfang.people.models import User


@transaction.atomic
def follow_up(*, by: User, row: KeyPerson, asked: Asked, now: datetime) -> FollowUp:
    """What somebody said when they were asked. A fever or symptom becomes a finding of the day, as from a card, and
    class teacher and doctor are told. Raises `Refused` for an impossible temperature, and once it is over."""
    row = KeyPerson.objects.select_for_update(of=("self",)).select_related("unit").get(pk=row.pk)
    if (known := FollowUp.objects.filter(pk=asked.id, key_person=row).first()) is not None:
        return known
    if row.ended_on is not None:
        raise refuse("health.key_person_over")
    card = sent.Card(
        id=asked.id, person=row.person_id, temperature=asked.temperature, symptoms=list(asked.symptoms), note=asked.note
    )
    for flaw in sent.flaws(card, now):
        raise refuse(flaw.code, flaw.field.partition(".")[0])
    made = FollowUp.objects.create(
        id=asked.id, key_person=row, at=now, by_id=by.pk, by_name=by.name, reached=asked.reached,
        temperature=sent.tenths(asked.temperature) if asked.reached else None,
        symptoms=symptoms.packed(asked.symptoms) if asked.reached else None, place=asked.place or None,
        note=asked.note or None,
    )  # fmt: skip
    if asked.reached:
        rule = queries.edition_of(row).asking(row.category, row.rule)
        row.due_at = following.next_due(rule.times, now.astimezone(ZONE))
        row.save(update_fields=["due_at"])
        over = following.release_due(row.until, clock.day_of(row.due_at))  # after the days release is proposed instead
        singles.move(key=following.owed(row.pk), due_at=None if over else row.due_at, now=now)
        if is_finding(row, made):
            _found(row, card, by, now)
    events.record("key_person.followed", by=by, unit=row.unit, subject=row, now=now)
    return made


def is_finding(row: KeyPerson, made: FollowUp) -> bool:
    hot = has_fever(made.temperature, None, limits.fever(row.school_id, made.at.astimezone(ZONE).date()))
    return hot or bool(made.symptoms)


def _found(row: KeyPerson, card: sent.Card, by: User, now: datetime) -> None:
    on = now.astimezone(ZONE).date()
    seat = seats.of_people([row.person_id], on, row.school_id).get(row.person_id, Seat(row.school_id, row.unit_id))
    cards.take([CardIn(card, seat, on, Author(by_id=by.pk), Source.TRACING)], now=now)
    held = access.holders(row.unit.ancestor_ids, TOLD, on)
    notices.post(
        by=None, unit=row.unit, to={post.user_id for post in held} - {by.pk}, kind="key_person.ill",
        key=f"key person ill {on} {row.person_id}", params={"unit": row.unit.label},
        url=reverse("health:key_person", args=[row.pk]), now=now,
    )  # fmt: skip
