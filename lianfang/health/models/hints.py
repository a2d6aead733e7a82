"""Hints that reports may not be what was seen (不谎报): a question for the doctor of the school, not a finding."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.fields import EncryptedText
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class HintState(models.TextChoices):
    """The last two settle it."""

    OPEN = "open", _("To be looked at")
    CALLED_BACK = "called_back", _("Families were called")
    EXPLAINED = "explained", _("Has an ordinary reason")
    CONFIRMED = "confirmed", _("Was not as reported")


class Hint(models.Model):
    """What a detector of `rules.hints` found about the reports of a class (or, where many classes share it, of the
    school) on the day ``on``. ``kind`` is a `rules.hints.Kind`. ``basis`` holds numbers only: the figures of the page
    and ``bars``, pairs of numbers to draw. It names neither pupils nor who reported."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    on = models.DateField()
    kind = models.CharField(max_length=12)
    basis = models.JSONField()
    state = models.CharField(max_length=12, choices=HintState, default=HintState.OPEN)
    at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    outcome = EncryptedText(mask="text")

    event_kind = "hint"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("unit"), F("on"), F("kind"), name="hint_once"),
            models.CheckConstraint(
                condition=Q(state=HintState.OPEN) | Q(looked_at__isnull=False, by_id__isnull=False),
                name="hint_looked_at_by_somebody",
            ),
        )  # fmt: skip
        indexes = (
            # what a school still has to look at; and what rests, when the next day is looked through
            models.Index(F("school"), F("on"), name="hint_of_school"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"

    def event_label(self) -> str:
        return ""

    @property
    def is_settled(self) -> bool:
        return self.state in (HintState.EXPLAINED, HintState.CONFIRMED)
