"""Accounts: made, changed, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from axes.utils import reset as open_sign_in
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people import rules
from lianfang.people.actions import devices, lockout
from lianfang.people.actions.postings import appoint, rest
from lianfang.people.models import PasswordUsed, Posting, User
from lianfang.people.queries import home_of

_BATCH = 2_000


@dataclass(frozen=True)
class NewAccount:
    """One account of many. ``encoded`` is a password already hashed (`django.contrib.auth.hashers.make_password`)."""

    username: str
    name: str
    phone: str
    encoded: str


@transaction.atomic
def create_account(
    *,
    by: User | None,
    username: str,
    name: str,
    phone: str,
    email: str,
    password: str | None,
    must_change: bool,
    now: datetime,
    unit: Unit | None = None,
) -> User:
    """A new account, as yet without rights. ``password=None``: nobody can sign in until one is set. ``unit`` is the one
    in whose activity list this stands.

    Raises `Refused` with one problem per field that is wrong.
    """
    user = User(username=rules.tidy(username), must_change_password=must_change)
    user.name, user.phone, user.email = rules.tidy(name), rules.tidy(phone), email.strip()
    found = [*_wrong(user), *(_weak(password, user) if password is not None else ())]
    if not rules.username_fits(user.username):
        found.append(Problem("people.username_characters", "username"))
    elif User.objects.filter(username=user.username).exists():
        found.append(Problem("people.username_taken", "username", {"username": user.username}))
    if found:
        raise Refused(*found)
    user.set_password(password)
    user.password_set_at = now if password is not None else None
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:  # somebody took the name since we looked
        raise refuse("people.username_taken", "username", username=user.username) from None
    events.record("account.created", by=by, unit=unit, subject=user, now=now)
    return user


@transaction.atomic
def open_account(
    *, by: User, username: str, name: str, phone: str, email: str, password: str,
    unit: Unit, role: str, title: str, deputy: bool, from_on: date, to_on: date | None = None, now: datetime,
) -> Posting:  # fmt: skip
    """A new account with its first posting and a password to be changed at the first sign-in: both or neither."""
    user = create_account(
        by=by, username=username, name=name, phone=phone, email=email, password=password, must_change=True,
        unit=unit, now=now,
    )  # fmt: skip
    return appoint(
        by=by, user=user, unit=unit, role=role, title=title, deputy=deputy, from_on=from_on, to_on=to_on, now=now
    )  # fmt: skip


@transaction.atomic
def create_accounts(*, by: User | None, rows: Sequence[NewAccount], now: datetime) -> list[User]:
    """Many accounts at once, told by one event. The rows are the program's own and not checked as typed ones are."""
    users = [User(username=row.username, name=row.name, phone=row.phone, password=row.encoded) for row in rows]
    User.objects.bulk_create(users, batch_size=_BATCH)
    events.record("account.many_created", by=by, unit=None, detail={"accounts": len(users)}, now=now)
    return users


@transaction.atomic
def update_account(*, by: User, user: User, name: str, phone: str, email: str, now: datetime) -> User:
    """Change name, telephone and e-mail. The event names the fields, not what stands in them."""
    before = {"name": user.name, "work_phone": user.work_phone, "email": user.email}
    user.name, user.phone, user.email = rules.tidy(name), rules.tidy(phone), email.strip()
    if found := _wrong(user):
        raise Refused(*found)
    changed = [field for field, value in before.items() if getattr(user, field) != value]
    if changed:
        user.save(update_fields=["name", "phone", "phone_index", "email"])
        fields = ["phone" if field == "work_phone" else field for field in changed]
        events.record("account.changed", by=by, unit=home_of(user), subject=user, detail={"fields": fields}, now=now)
    return user


@transaction.atomic
def change_password(*, by: User, password: str, now: datetime, session: str = "") -> None:
    """One's own password. Whoever else is signed in with the old one is out; ``session`` is the key of the one in which
    it is changed. Raises `Refused` for a weak one."""
    if found := _weak(password, by):
        raise Refused(*found)
    _set_password(by, password, must_change=False, now=now)
    devices.end(user=by, keep=session)
    events.record("account.password_changed", by=by, unit=home_of(by), subject=by, now=now)


@transaction.atomic
def reset_password(*, by: User | None, user: User, password: str, now: datetime) -> None:
    """A new one-time password: whoever is signed in with the old one is out, and a resting sign-in opens again. Duties
    that open personal data rest until they are confirmed once more, unless the operator sets it: whoever knows the
    one-time password must not read records with it.

    Setting the password that is still waiting for its first use changes nothing (a form sent twice).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.must_change_password and user.check_password(password):
        return
    _set_password(user, password, must_change=True, now=now)
    devices.end(user=user)
    open_sign_in(username=lockout.digest(user.username))
    home = home_of(user)
    resting = rest(by=by, user=user, now=now) if by is not None else 0
    told = {"resting": resting} if resting else {}
    events.record("account.password_reset", by=by, unit=home, subject=user, detail=told, now=now)


@transaction.atomic
def deactivate(*, by: User, user: User, now: datetime) -> None:
    """Nobody signs in with the account any more; its duties count as unfilled. Doing so twice changes nothing."""
    home = home_of(user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        devices.end(user=user)
        events.record("account.deactivated", by=by, unit=home, subject=user, now=now)


@transaction.atomic
def activate(*, by: User, user: User, now: datetime) -> None:
    """The account is open again, with the duties that have not ended."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        events.record("account.activated", by=by, unit=home_of(user), subject=user, now=now)


@transaction.atomic
def set_language(*, by: User, language: str) -> None:
    by.language = language
    by.save(update_fields=["language"])


def _set_password(user: User, password: str, *, must_change: bool, now: datetime) -> None:
    """The former one is remembered, as far back as the rules look."""
    if user.has_usable_password():
        PasswordUsed.objects.create(user=user, encoded=user.password, at=now)
        kept = PasswordUsed.objects.filter(user=user).order_by("-at", "-pk")[: settings.PASSWORDS_KEPT]
        PasswordUsed.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    user.set_password(password)
    user.must_change_password, user.password_set_at = must_change, now
    user.save(update_fields=["password", "must_change_password", "password_set_at"])


def _wrong(user: User) -> list[Problem]:
    found = []
    if not user.name:
        found.append(Problem("people.name_missing", "name"))
    if user.phone and not rules.phone_fits(user.work_phone):
        found.append(Problem("people.phone_characters", "phone"))
    try:
        if user.email:
            validate_email(user.email)
    except ValidationError:
        found.append(Problem("people.email_wrong", "email"))
    return found


def _weak(password: str, user: User) -> list[Problem]:
    """What the password rules of the settings object to; their codes are those of `people.problems`."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem(f"people.{found.code}", "password") for found in error.error_list]
    return []
