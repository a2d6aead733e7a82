"""Whom a case can have infected, how they are followed, and who may have infected whom.

What is known of a contact is said in `ContactNote` rows, which are never changed. The columns of `Contact` that can
change follow from them by a pure rule (`rules.following`) and stand here for lists.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.cases import Case
from lianfang.core.fields import EncryptedJSON, EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class ContactLevel(models.TextChoices):
    CLOSE = "close", pgettext_lazy("a contact", "Close")
    GENERAL = "general", pgettext_lazy("a contact", "General")


class ContactState(models.TextChoices):
    FOLLOWED = "followed", pgettext_lazy("a contact", "Followed")
    RELEASED = "released", pgettext_lazy("a contact", "Released")
    CASE = "case", pgettext_lazy("a contact", "Fell ill")
    LOST = "lost", pgettext_lazy("a contact", "Cannot be reached")
    REMOVED = "removed", pgettext_lazy("a contact", "Was no contact")


class ContactQuerySet(models.QuerySet["Contact"]):
    def followed(self) -> Self:
        """Those somebody has to ask: also who was thought to have the disease and has not, and who cannot be reached.
        Nobody follows the contacts of a case that turned out to be something else."""
        stands = Q(state__in=("followed", "lost")) | Q(state="case", became__certainty="excluded")
        return self.filter(stands).exclude(case__certainty="excluded").exclude(case__ended="merged")


class Contact(models.Model):
    """A person of the school, or somebody from outside (``outsider``, ``phone``). ``unit`` is the class that the person
    belongs to, the school for somebody from outside. ``links`` are those of `rules.following`, the nearest first.
    ``until``: the last day of being followed, None where the rules name no number. ``became``: the case that the
    contact fell ill with. ``person`` is emptied when the person's data are destroyed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="contacts")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    outsider = EncryptedText(mask="name")
    phone = EncryptedText(mask="phone")
    links = models.JSONField(default=list)
    level = models.CharField(max_length=8, choices=ContactLevel)
    last_on = models.DateField()
    until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=ContactState, default=ContactState.FOLLOWED)
    noted_on = models.DateField(null=True)
    ill_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    became = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="came_from")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "contact"

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(F("case"), F("person"), name="contact_once"),
            models.CheckConstraint(condition=Q(became__isnull=True) | ~Q(became=F("case")), name="contact_not_itself"),
        )
        indexes = (
            # whom a class has to ask today
            models.Index(F("unit"), F("until"), name="contact_followed", condition=Q(ended_at__isnull=True)),
        )

    def __str__(self) -> str:
        return self.state

    def event_label(self) -> str:
        return ""


class ContactNote(models.Model):
    """One thing that was said about a contact. ``kind`` is a word of `rules.following`; ``said`` what it says as that
    rule reads it. ``by`` None: a rule. ``key`` is made by whoever says it: the same key for one contact is one note."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=10)
    said = EncryptedJSON(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField()

    event_kind = "contact_note"

    class Meta:
        constraints = (models.UniqueConstraint(F("contact"), F("key"), name="contact_note_once"),)

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return ""


class LinkStrength(models.TextChoices):
    """How far somebody believes that one infected the other."""

    PROBABLE = "probable", pgettext_lazy("one case infected another", "Probable")
    POSSIBLE = "possible", pgettext_lazy("one case infected another", "Possible")


class CaseLink(models.Model):
    """``source`` may have infected ``target``, as somebody noted by hand. What is taken back stays, with who did."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Case, models.CASCADE, related_name="infected")
    target = models.ForeignKey(Case, models.CASCADE, related_name="infected_by")
    strength = models.CharField(max_length=10, choices=LinkStrength)
    basis = EncryptedText(mask="text")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    key = models.UUIDField(unique=True)

    event_kind = "case_link"

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("source"), F("target"), condition=Q(ended_at__isnull=True), name="case_link_once"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="case_link_of_two"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.strength

    def event_label(self) -> str:
        return ""
