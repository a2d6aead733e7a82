"""Who was allowed what beyond their posting, who agreed, who answers for which units, and what is to be destroyed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lianfang.core.ids import uuid7
from lianfang.orgs.models import Group, Unit
from lianfang.people.models.accounts import User
from lianfang.people.models.roster import Person
from lianfang.policies.models import Response


class GroupMember(models.Model):
    """Somebody works in a leading or working group; ``head`` leads it."""

    group = models.ForeignKey(Group, models.PROTECT, related_name="members")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    head = models.BooleanField(default=False)
    task = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    event_kind = "group_member"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("group"), F("user"), condition=Q(to_on__isnull=True), name="group_member_once"),
        )

    def __str__(self) -> str:
        return f"{self.group_id} {self.user_id}"

    def event_label(self) -> str:
        return ""


class AreaAssignment(models.Model):
    """A leader answers for a unit (分包包干)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assigned")
    task = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

    event_kind = "area_assignment"

    class Meta:
        constraints = (
            models.UniqueConstraint(F("user"), F("unit"), condition=Q(to_on__isnull=True), name="area_assigned_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.unit_id}"

    def event_label(self) -> str:
        return ""


class AreaVisit(models.Model):
    """A line of the ledger of visits: what was found, and until when and whether it was put right."""

    assignment = models.ForeignKey(AreaAssignment, models.PROTECT, related_name="visits")
    on = models.DateField()
    found = models.TextField()
    problem = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True)
    settled_on = models.DateField(null=True)
    settled_note = models.CharField(max_length=200, blank=True)
    by_id = models.BigIntegerField()
    at = models.DateTimeField()

    event_kind = "area_visit"

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.on}"

    def event_label(self) -> str:
        return ""


class RequestKind(models.TextChoices):
    """What needs the agreement of a second person (minors regulation Art. 36)."""

    EXPORT = "export", _("Export of personal data")
    VIEW = "view", _("Look at records outside one's units")
    PURGE = "purge", _("Destruction of personal data")


class Request(models.Model):
    """Asked by one person, decided by others; good until ``until`` and, where it is used up, once. ``subject`` is what
    it is about (a class, a run), ``detail`` its terms; neither holds anything personal. ``needed`` people
    must agree."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=RequestKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    needed = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    event_kind = "request"

    class Meta:
        indexes = (
            # what waits for an approver of a unit
            models.Index(F("unit"), F("at").desc(), name="request_of_unit"),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return self.kind


class Decision(models.Model):
    """One person's answer to a request. Never by who asked; one answer a person."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="decisions")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(F("request"), F("by"), name="decision_once"),)

    def __str__(self) -> str:
        return f"{self.request_id} {self.agreed}"


class Grant(models.Model):
    """Rights beyond one's posting for a limited time at a unit and below: after an agreed request, or taken at once in
    an emergency ("break glass") with a reason, told to the responsible people, and reviewed afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    verbs = models.CharField(max_length=200)
    emergency = models.BooleanField()
    reason = models.CharField(max_length=300)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="grants")
    from_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    justified = models.BooleanField(null=True)
    review = models.CharField(max_length=300, blank=True)

    event_kind = "grant"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("from_at")), name="grant_has_an_end"),
            models.CheckConstraint(
                condition=Q(emergency=True) | Q(request__isnull=False), name="grant_was_agreed_or_taken"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
        )
        indexes = (
            # the rights of whoever asks for a page
            models.Index(F("user"), F("until"), name="grant_of_user"),
        )

    def __str__(self) -> str:
        return self.verbs

    def event_label(self) -> str:
        return self.verbs


class PurgeRun(models.Model):
    """A list of what is to be destroyed, agreed by two people, and its certificate. ``why`` is "response" (an emergency
    ended), "retention" (the time is up) or "request" (the person asked); ``tally`` counts by table before,
    ``certificate`` after."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    response = models.ForeignKey(Response, models.PROTECT, null=True, related_name="+")
    person_id = models.UUIDField(null=True)
    why = models.CharField(max_length=12)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+")
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    tally = models.JSONField(default=dict)
    certificate = models.JSONField(default=dict)

    event_kind = "purge"

    def __str__(self) -> str:
        return self.why

    def event_label(self) -> str:
        return self.why


class PurgeCount(models.Model):
    """What one room destroyed in a run: a line of the certificate."""

    run = models.ForeignKey(PurgeRun, models.PROTECT, related_name="counts")
    table = models.CharField(max_length=80)
    destroyed = models.PositiveIntegerField(default=0)
    anonymised = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(F("run"), F("table"), name="purge_count_once"),)

    def __str__(self) -> str:
        return self.table


class Hold(models.Model):
    """A person's or unit's data are kept from destruction as evidence, after an assessment and until a day (G02)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="holds")
    reason = models.CharField(max_length=200)
    assessment = models.TextField()
    from_on = models.DateField()
    to_on = models.DateField()
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=60)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by_id = models.BigIntegerField(null=True)

    event_kind = "hold"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="hold_dates_in_order"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(assessment=""), name="hold_is_assessed"),
        )

    def __str__(self) -> str:
        return self.reason

    def event_label(self) -> str:
        return ""
