"""Users and the postings that give them their rights."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from lianfang.orgs.models import Unit


class UserManager(BaseUserManager["User"]):
    """Only looks up; accounts are made by `people.actions`."""


class User(AbstractBaseUser):
    """Somebody who signs in, by user name or telephone number. Rights come from postings alone; nobody is a
    superuser.
    """

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    must_change_password = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    event_kind = "user"

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        indexes = (
            # sign-in by telephone number
            models.Index(F("phone"), name="user_phone"),
        )

    def __str__(self) -> str:
        return self.name

    def event_label(self) -> str:
        return self.name


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: date) -> Self:
        """Postings that hold on that day, of people who may still sign in."""
        return self.filter(user__is_active=True, from_on__lte=day).filter(Q(to_on__isnull=True) | Q(to_on__gte=day))


class Posting(models.Model):
    """A person holds a role at a unit for a time. ``role`` is a key of `people.access.ROLES`.

    ``deputy`` stands in for the holder and has the same rights; lists show the holder first.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="postings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="postings")
    role = models.CharField(max_length=20)
    title = models.CharField(max_length=60, blank=True)
    deputy = models.BooleanField(default=False)
    from_on = models.DateField()
    to_on = models.DateField(null=True)

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
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.unit_id}"

    def event_label(self) -> str:
        return f"{self.role}"
