"""Where people were: a survey, and what each said to it (假期行踪摸排)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.core.fields import EncryptedJSON
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import Person


class Whom(models.TextChoices):
    STUDENTS = "students", _("Students")
    STAFF = "staff", _("Staff and workers")
    BOTH = "both", _("Students, staff and workers")


class Survey(models.Model):
    """A unit asks everybody below it where they were between two days. ``closed_at``: nobody answers any more. Who has
    not answered is derived from the roster; nothing is written for them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=60)
    whom = models.CharField(max_length=10, choices=Whom)
    from_on = models.DateField()
    to_on = models.DateField()
    due_at = models.DateTimeField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    event_kind = "survey"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="survey_days_in_order"),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.title

    def event_label(self) -> str:
        return self.title


class AnswerSource(models.TextChoices):
    """Who filled the answer in."""

    DEVICE = "device", pgettext_lazy("who answered a survey", "The family or student, by telephone or computer")
    OWN = "own", pgettext_lazy("who answered a survey", "In person, with an account")
    TELEPHONE = "telephone", pgettext_lazy("who answered a survey", "Asked by telephone")


class Answer(models.Model):
    """One version of what a person said. Never changed: a correction is another row, ``after`` the one it corrects; the
    version nobody corrects is the one that counts. ``unit`` is where the person belonged then. ``away``: was not all
    the time in the area of the school. ``facts`` is a `rules.whereabouts.Whereabouts`; read with `queries.surveys`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    school = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    after = models.OneToOneField("self", models.CASCADE, null=True, related_name="next")
    source = models.CharField(max_length=10, choices=AnswerSource)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=60, blank=True)
    device_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    away = models.BooleanField()
    facts = EncryptedJSON()

    event_kind = "answer"

    class Meta:
        constraints = (
            # one first version a person; it also says who has answered at all
            models.UniqueConstraint(
                F("survey"), F("person"), condition=Q(after__isnull=True), name="answer_first_once"
            ),
        )  # fmt: skip
        indexes = (
            # what a person ever said, and whether it is there when a roster is counted
            models.Index(F("person"), F("at"), name="answer_of_person"),
            # how many of a school have answered
            models.Index(F("school"), F("survey"), name="answer_of_school"),
        )

    def __str__(self) -> str:
        return str(self.at)

    def event_label(self) -> str:
        return ""
