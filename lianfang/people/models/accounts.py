"""Users and the postings that give them their rights."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from lianfang.core.fields import BlindIndex, EncryptedJSON, EncryptedText, indexed
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit


class UserManager(BaseUserManager["User"]):
    """Only looks up; accounts are made by `people.actions`."""


class User(AbstractBaseUser):
    """Somebody who signs in, by user name or telephone number. Rights come from postings alone; nobody is a superuser.
    ``person`` is the same human being on the roster of a school, where known.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    phone = EncryptedText(mask="phone")
    phone_index = BlindIndex(of="phone", use="phone")
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    password_set_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    person = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="accounts")

    event_kind = "user"

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = (indexed("phone", name="user_phone_indexed"),)
        indexes = (
            # sign-in by telephone number
            models.Index(F("phone_index"), name="user_phone", condition=Q(phone_index__isnull=False)),
            # the closed accounts, few among all, left out where the duties of very many units are counted
            models.Index(F("id"), name="user_closed", condition=Q(is_active=False)),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name

    @property
    def work_phone(self) -> str:
        """The telephone in full, for those who have to reach a duty holder; "" when none is known."""
        return self.phone.open() if self.phone else ""


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: date) -> Self:
        """Postings that hold on that day, of people who may still sign in, at units that are not closed yet. One that
        opens personal data holds only once the security administrator has confirmed it."""
        return self.filter(user__is_active=True, from_on__lte=day, confirmed_at__isnull=False).filter(
            Q(to_on__isnull=True) | Q(to_on__gte=day), Q(unit__valid_to__isnull=True) | Q(unit__valid_to__gte=day)
        )

    def counted_on(self, day: date) -> Self:
        """As `on`, said so that very many are counted fast: the few closed accounts are left out, instead of every
        account being looked at; whether the unit is closed, whoever asks for units has asked already."""
        closed = User.objects.filter(is_active=False)
        held = self.filter(from_on__lte=day, confirmed_at__isnull=False).exclude(user__in=closed)
        return held.filter(Q(to_on__isnull=True) | Q(to_on__gte=day))

    def waiting(self, day: date) -> Self:
        """Postings that the security administrator has neither confirmed nor rejected, and that are not over."""
        unanswered = self.filter(confirmed_at__isnull=True, confirmed_by__isnull=True)
        return unanswered.filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


class Posting(models.Model):
    """A person holds a role at a unit for a time. ``role`` is a key of `people.access.ROLES`.

    ``deputy`` stands in for the holder and has the same rights; lists show the holder first. ``confirmed_at`` is empty
    while a posting that opens personal data waits for the security administrator (三员分立); with ``confirmed_by`` set
    all the same, that person rejected it or took it back.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings")
    role = models.CharField(max_length=20)
    title = models.CharField(max_length=60, blank=True)
    deputy = models.BooleanField(default=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    event_kind = "posting"

    objects = PostingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("user"), F("unit"), F("role"), condition=Q(to_on__isnull=True), name="posting_held_once"
            ),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")), name="posting_dates_in_order"
            ),
        )
        indexes = (
            # who is liaison (…) of these units: boards, gap lists, notices by duty
            models.Index(F("unit"), F("role"), name="posting_of_unit"),
            # what waits for the security administrator: few rows among all
            models.Index(F("unit"), name="posting_waiting", condition=Q(confirmed_at__isnull=True)),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"

    def event_label(self) -> str:
        return f"{self.role}"


class PasswordUsed(models.Model):
    """The hash of a former password, so that it is not chosen again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="former_passwords")
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class Letters(models.Model):
    """Accounts opened together, with a letter for each that holds its one-time password.

    ``rows`` is what was read and checked: class, name and telephone of each (`people.actions.letters.Row`). A password
    follows from this row's id and its place (`people.queries.one_time`), and stands nowhere. ``done`` counts rows
    worked off, so that the job goes on where it stopped. When the letters have been shown, ``rows`` is emptied.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    rows = EncryptedJSON()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)

    event_kind = "letters"

    class Meta:
        indexes = (
            # what somebody prepared, newest first
            models.Index(F("by"), F("at").desc(), name="letters_of_admin"),
        )

    def __str__(self) -> str:
        return str(self.id)

    def event_label(self) -> str:
        return ""


class Leave(models.Model):
    """A member of staff is away or on stand-by (请假, 报备, 待命): reported before, agreed by a superior, with somebody
    who stands in and acts with the same postings meanwhile. ``recalled_at``: called back from holiday."""

    user = models.ForeignKey(User, models.PROTECT, related_name="leaves")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    from_on = models.DateField()
    to_on = models.DateField()
    where = EncryptedText(mask="address")
    reason = models.CharField(max_length=200)
    stand_in = models.ForeignKey(User, models.PROTECT, null=True, related_name="stands_in")
    at = models.DateTimeField()
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    recalled_at = models.DateTimeField(null=True)
    recalled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    back_at = models.DateTimeField(null=True)

    event_kind = "leave"

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="leave_dates_in_order"),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("user")), name="leave_stand_in_is_another"
            ),
        )

    def __str__(self) -> str:
        return self.kind

    def event_label(self) -> str:
        return self.kind
