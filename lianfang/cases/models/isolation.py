"""Where people are kept apart, and who was there from when to when.

A stay is one row for each place somebody lay in: who moves to another bed, home or to a hospital gets the next row,
which knows the one before (``after``). Until when it lasts is said in `StayDecision` rows, the newest holds; what the
rules said on the first day stands in the stay itself.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from lianfang.cases.models.cases import Case
from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class PlaceKind(models.TextChoices):
    """What an isolation place is."""

    ROOM = "room", pgettext_lazy("isolation place", "Isolation rooms of the school")
    DORMITORY = "dormitory", pgettext_lazy("isolation place", "Floor of a dormitory")
    HOTEL = "hotel", pgettext_lazy("isolation place", "Hired hotel")
    OTHER = "other", pgettext_lazy("isolation place", "Another place")


class Zone(models.TextChoices):
    """People from risk areas are kept away from everybody else, the ill included."""

    GENERAL = "general", pgettext_lazy("isolation zone", "General area")
    RISK_AREA = "risk_area", pgettext_lazy("isolation zone", "Area for people from risk areas")


class Why(models.TextChoices):
    """Why somebody is kept apart; the first three are those of `policies` (`Isolation.of`)."""

    SUSPECTED = "suspected", pgettext_lazy("reason of isolation", "Suspected")
    CASE = "case", pgettext_lazy("reason of isolation", "Is ill with it")
    CONTACT = "contact", pgettext_lazy("reason of isolation", "Was near a case")
    ARRIVAL = "arrival", pgettext_lazy("reason of isolation", "Comes from a risk area")


class Where(models.TextChoices):
    BED = "bed", pgettext_lazy("where isolated", "In a bed of the school")
    HOME = "home", pgettext_lazy("where isolated", "At home")
    HOSPITAL = "hospital", pgettext_lazy("where isolated", "In a hospital")


class Leaving(models.TextChoices):
    """How a stay ended; blank while it lasts."""

    RELEASED = "released", pgettext_lazy("how isolation ended", "Released")
    MOVED = "moved", pgettext_lazy("how isolation ended", "Moved to another place")
    HOSPITAL = "hospital", pgettext_lazy("how isolation ended", "Taken to a hospital")
    MISTAKE = "mistake", pgettext_lazy("how isolation ended", "Entered by mistake")


class IsolationPlace(models.Model):
    """``where`` says where it is, in words. A place that was closed takes nobody any more and stays to be read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=PlaceKind)
    zone = models.CharField(max_length=10, choices=Zone)
    where = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)

    event_kind = "isolation_place"

    class Meta:
        constraints = (
            # the places of a school are told apart by name; also its list
            models.UniqueConstraint(
                F("school"), F("name"), condition=Q(closed_at__isnull=True), name="isolation_place_name_once"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name


class Bed(models.Model):
    """One bed of a room. Rooms are a word on their beds: nothing else is known of them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(IsolationPlace, models.PROTECT, related_name="beds")
    room = models.CharField(max_length=20)
    number = models.PositiveSmallIntegerField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("place"), F("room"), F("number"), condition=Q(closed_at__isnull=True), name="bed_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.room}-{self.number}"


class Stay(models.Model):
    """``unit``: what the person belonged to at its beginning. ``counts_from``: the day 0 of its days (last contact,
    arrival, the first day); ``days``, ``source``, ``sure`` what the rules of ``disease`` in ``edition`` said then, days
    None where the conditions of return are the end. ``until`` the last day that was decided, made anew from the
    decisions. ``words``: which hospital, with whom at home."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="stays")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="stays")
    after = models.OneToOneField("self", models.PROTECT, null=True, related_name="before")
    why = models.CharField(max_length=10, choices=Why)
    where = models.CharField(max_length=10, choices=Where)
    bed = models.ForeignKey(Bed, models.PROTECT, null=True, related_name="stays")
    zone_reason = EncryptedText(mask="text")
    words = EncryptedText(mask="text")
    disease = models.CharField(max_length=40)
    edition = models.CharField(max_length=60, blank=True)
    counts_from = models.DateField()
    days = models.PositiveSmallIntegerField(null=True)
    source = models.CharField(max_length=40, blank=True)
    sure = models.BooleanField(default=True)
    until = models.DateField(null=True)
    began_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ending = models.CharField(max_length=10, choices=Leaving, blank=True)
    ending_words = EncryptedText(mask="text")
    key = models.UUIDField(unique=True)

    event_kind = "stay"

    class Meta:
        constraints = (
            # a bed is given once at a time
            models.UniqueConstraint(
                F("bed"), condition=Q(ended_at__isnull=True, bed__isnull=False), name="stay_bed_once"
            ),
            # and nobody is in two places
            models.UniqueConstraint(
                F("person"), condition=Q(ended_at__isnull=True, person__isnull=False), name="stay_person_once"
            ),
            models.CheckConstraint(
                condition=Q(where="bed", bed__isnull=False) | ~Q(where="bed") & Q(bed__isnull=True),
                name="stay_bed_where_it_is",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ending="") | Q(ended_at__gte=F("began_at")) & ~Q(ending=""),
                name="stay_ends_for_a_reason",
            ),
        )
        indexes = (
            # who is kept apart at a school now
            models.Index(F("school"), F("began_at"), name="stay_running", condition=Q(ended_at__isnull=True)),
            # who was, newest first
            models.Index(F("school"), F("ended_at"), name="stay_over", condition=Q(ended_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"{self.why} {self.where}"

    def event_label(self) -> str:
        return ""


class StayDecision(models.Model):
    """Another last day than the rules say, decided by somebody, and why. Never changed; the newest one holds.
    ``until`` None: the rules hold again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="decisions")
    until = models.DateField(null=True)
    basis = EncryptedText(mask="text")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)

    class Meta:
        indexes = (
            # those of a stay in their order
            models.Index(F("stay"), F("at"), name="stay_decision_of_stay"),
        )

    def __str__(self) -> str:
        return str(self.until)
