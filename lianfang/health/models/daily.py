"""What is said every day about everybody: growth tables (`house.md`), partitioned by month of ``on``.

Nothing here is changed once written: a correction is another row, and which row counts is derived. `DayStatus` and
`Tally` are derived too; they are kept because boards read them a thousand times a day, and `manage.py health recount`
makes them anew.

``key`` names one sending: the eight bytes of a digest of the sender's own id. The same sending again meets its own row.
"""

from django.db import models
from django.db.models import F, Q

from lianfang.core.fields import EncryptedJSON, EncryptedText


class Roll(models.Model):
    """One version of a round of a group: who was expected, how many were not there, in a row whatever the size of the
    class. Those it names are `Check` rows with the same key. ``group_id`` 0 is the unit's own people, else a `Group`.
    ``after`` is the version it corrects; the version nobody corrects is the one that counts. ``seen_at`` is the
    sender's clock, ``at`` ours. ``by_id`` is an account, ``sender_id`` a gateway or telephone."""

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "unit_id", "group_id", "round", "key")
    school_id = models.IntegerField()
    on = models.DateField()
    unit_id = models.IntegerField()
    group_id = models.IntegerField()
    round = models.SmallIntegerField()
    key = models.BigIntegerField()
    after = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    by_id = models.IntegerField(null=True)
    sender_id = models.UUIDField(null=True)
    expected = models.SmallIntegerField()
    named = models.SmallIntegerField()
    seconds = models.SmallIntegerField(null=True)
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = (
            # one version follows another: of two corrections of the same version the second is refused and shown
            models.UniqueConstraint(
                fields=["school_id", "on", "unit_id", "group_id", "round", "after"],
                nulls_distinct=False, name="roll_one_after_another",
            ),
        )  # fmt: skip
        indexes = (
            # rolls of dormitories, workers …, beside those of classes: somebody's day depends on the groups they are in
            models.Index(F("school_id"), F("on"), name="roll_of_groups", condition=~Q(group_id=0)),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on} {self.round}"


class Check(models.Model):
    """One thing said about one person on one day. ``source`` is a `rules.sent.Source`; for a roll ``key`` is the
    roll's. ``absence`` is a `rules.status.Absence` (None: nothing said about presence), ``symptoms`` the number of
    `rules.symptoms` (None: not asked), temperatures are tenths of a degree. ``answers`` are the other items of a
    card, as far as they differ from what is usual (`rules.card`). ``after``: the card of the same person, day and
    source that this one corrects, and that counts no longer.
    A healthy card is some eighty bytes: what it does not say takes no room. The key finds one person's day; the record
    of a person over months asks for each of its days (``on = ANY``), so no second index is kept."""

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "person_id", "key")
    school_id = models.IntegerField()
    on = models.DateField()
    person_id = models.UUIDField()
    key = models.BigIntegerField()
    after = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    unit_id = models.IntegerField()
    symptoms = models.IntegerField(null=True)
    source = models.SmallIntegerField()
    round = models.SmallIntegerField()
    temperature = models.SmallIntegerField(null=True)
    temperature_again = models.SmallIntegerField(null=True)
    absence = models.SmallIntegerField(null=True)
    seen_by_doctor = models.BooleanField(null=True)
    onset_on = models.DateField(null=True)
    by_id = models.IntegerField(null=True)
    sender_id = models.UUIDField(null=True)
    answers = EncryptedJSON(null=True)
    note = EncryptedText(mask="text")

    def __str__(self) -> str:
        return str(self.on)


class DayStatus(models.Model):
    """What a person's day was (`rules.status`), for those for whom something was found that day; everybody else is well
    as far as a roll or card said so, and not known where none did."""

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "person_id")
    school_id = models.IntegerField()
    on = models.DateField()
    person_id = models.UUIDField()
    unit_id = models.IntegerField()
    status = models.SmallIntegerField()
    symptoms = models.IntegerField()
    fever = models.BooleanField()
    since = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            # findings of a class or school over days: today's list, the three-day sums of the summary sheet
            models.Index(F("school_id"), F("on"), F("unit_id"), name="day_status_of_unit"),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.status}"


class Tally(models.Model):
    """Counts of a class, and of its school (``unit_id`` = ``school_id``), for a day. ``expected`` None: not counted
    yet. ``morning``, ``noon``, ``evening``: groups whose roll came."""

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "unit_id")
    school_id = models.IntegerField()
    on = models.DateField()
    unit_id = models.IntegerField()
    expected = models.IntegerField(null=True)
    classes = models.IntegerField(null=True)
    morning = models.IntegerField()
    noon = models.IntegerField()
    evening = models.IntegerField()
    cards = models.IntegerField()
    symptomatic = models.IntegerField()
    ill = models.IntegerField()
    leave = models.IntegerField()
    unknown = models.IntegerField()
    isolated = models.IntegerField()
    fever = models.IntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            # the board of an area: one row a school
            models.Index(
                F("on"), F("school_id"), name="tally_of_schools", condition=Q(unit_id=F("school_id"))
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_id} {self.on}"


class Held(models.Model):
    """A record that came in whole and signed but breaks a rule: kept with its reasons until somebody mends or drops it.
    ``sent`` is the record as it came, sealed."""

    growth = True

    pk = models.CompositePrimaryKey("school_id", "on", "key")
    school_id = models.IntegerField()
    on = models.DateField()
    key = models.BigIntegerField()
    at = models.DateTimeField()
    unit_id = models.IntegerField()
    person_id = models.UUIDField(null=True)
    kind = models.SmallIntegerField()
    reasons = models.JSONField()
    sent = EncryptedJSON()
    by_id = models.IntegerField(null=True)
    sender_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.IntegerField(null=True)
    became = models.BigIntegerField(null=True)

    class Meta:
        indexes = (
            # what waits for somebody of a class or school
            models.Index(F("school_id"), F("unit_id"), name="held_open", condition=Q(settled_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"
