"""Accounts, and the postings that give them their rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from axes.utils import reset as open_sign_in
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.models import Posting, User

_BATCH = 2_000


@dataclass(frozen=True)
class NewAccount:
    """One account of many. ``encoded`` is a password already hashed (`django.contrib.auth.hashers.make_password`)."""

    username: str
    name: str
    phone: str
    encoded: str


@dataclass(frozen=True)
class NewPosting:
    """One posting of many."""

    user: User
    unit: Unit
    role: str
    title: str = ""
    deputy: bool = False


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
    unit: Unit, role: str, title: str, deputy: bool, from_on: date, now: datetime,
) -> Posting:  # fmt: skip
    """A new account with its first posting and a password to be changed at the first sign-in: both or neither."""
    user = create_account(
        by=by, username=username, name=name, phone=phone, email=email, password=password, must_change=True,
        unit=unit, now=now,
    )  # fmt: skip
    return appoint(by=by, user=user, unit=unit, role=role, title=title, deputy=deputy, from_on=from_on, now=now)


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
    before = {"name": user.name, "phone": user.phone, "email": user.email}
    user.name, user.phone, user.email = rules.tidy(name), rules.tidy(phone), email.strip()
    if found := _wrong(user):
        raise Refused(*found)
    changed = [field for field, value in before.items() if getattr(user, field) != value]
    if changed:
        user.save(update_fields=changed)
        events.record("account.changed", by=by, unit=_home(user), subject=user, detail={"fields": changed}, now=now)
    return user


@transaction.atomic
def change_password(*, by: User, password: str, now: datetime) -> None:
    """One's own password. Raises `Refused` for a weak one."""
    if found := _weak(password, by):
        raise Refused(*found)
    by.set_password(password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])
    events.record("account.password_changed", by=by, unit=_home(by), subject=by, now=now)


@transaction.atomic
def reset_password(*, by: User | None, user: User, password: str, now: datetime) -> None:
    """A new one-time password: whoever is signed in with the old one is out, and a resting sign-in opens again.

    Setting the password that is still waiting for its first use changes nothing (a form sent twice).
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.must_change_password and user.check_password(password):
        return
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    open_sign_in(username=user.username)
    events.record("account.password_reset", by=by, unit=_home(user), subject=user, now=now)


@transaction.atomic
def deactivate(*, by: User, user: User, now: datetime) -> None:
    """Nobody signs in with the account any more; its duties count as unfilled. Doing so twice changes nothing."""
    home = _home(user)
    if User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        events.record("account.deactivated", by=by, unit=home, subject=user, now=now)


@transaction.atomic
def activate(*, by: User, user: User, now: datetime) -> None:
    """The account is open again, with the duties that have not ended."""
    if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        events.record("account.activated", by=by, unit=_home(user), subject=user, now=now)


@transaction.atomic
def set_language(*, by: User, language: str) -> None:
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def signed_in(*, by: User, now: datetime) -> None:
    by.last_login = now
    by.save(update_fields=["last_login"])
    events.record("account.signed_in", by=by, unit=_home(by), subject=by, now=now)


@transaction.atomic
def appoint(
    *, by: User | None, user: User, unit: Unit, role: str, title: str, deputy: bool, from_on: date, now: datetime
) -> Posting:
    """Give a person a duty at a unit from that day on.

    Raises `Refused` when units of that kind do not have the duty, the unit is closed, or the person holds it already.
    """
    if role not in access.ROLES:
        raise refuse("people.role_unknown", "role", role=role)
    if by is not None and role in rules.APART:
        raise refuse("people.auditor_apart", "role")
    label = access.ROLES[role].label
    if not rules.may_hold(role, unit.kind):
        raise refuse("people.role_not_here", "role", kind=unit.get_kind_display(), role=label)
    if unit.valid_to is not None and unit.valid_to < from_on:
        raise refuse("people.unit_closed", "unit", unit=unit.name)
    User.objects.select_for_update().get(pk=user.pk)  # two appointments at once: the second one sees the first
    if Posting.objects.filter(user=user, unit=unit, role=role, to_on__isnull=True).exists():
        raise refuse("people.already_appointed", "user", name=user.name, unit=unit.name)
    post = Posting.objects.create(user=user, unit=unit, role=role, title=title.strip(), deputy=deputy, from_on=from_on)
    vars(user).pop("_postings", None)  # rights are kept on the user object for a request (people.access)
    events.record("posting.appointed", by=by, unit=unit, subject=post, detail={"user": user.pk, "role": role}, now=now)
    return post


@transaction.atomic
def appoint_all(*, by: User | None, rows: Sequence[NewPosting], from_on: date, now: datetime) -> list[Posting]:
    """Many postings at once, told by one event. The rows are the program's own; a role that does not fit is a bug."""
    wrong = [row for row in rows if not rules.may_hold(row.role, row.unit.kind)]
    if wrong:
        raise ValueError(f"{wrong[0].role} cannot be held at a {wrong[0].unit.kind}")
    posts = [
        Posting(user=row.user, unit=row.unit, role=row.role, title=row.title, deputy=row.deputy, from_on=from_on)
        for row in rows
    ]
    Posting.objects.bulk_create(posts, batch_size=_BATCH)
    events.record("posting.many_appointed", by=by, unit=None, detail={"postings": len(posts)}, now=now)
    return posts


@transaction.atomic
def dismiss(*, by: User | None, posting: Posting, to_on: date, now: datetime) -> Posting:
    """The duty ends with that day, which is its last."""
    posting = Posting.objects.select_for_update(of=("self",)).select_related("unit", "user").get(pk=posting.pk)
    if posting.to_on is not None:
        raise refuse("people.already_dismissed")
    if to_on < posting.from_on:
        raise refuse("people.ends_before_start", "to_on", from_on=date_format(posting.from_on, "DATE_FORMAT"))
    posting.to_on = to_on
    posting.save(update_fields=["to_on"])
    detail = {"user": posting.user_id, "role": posting.role, "to_on": to_on.isoformat()}
    events.record("posting.dismissed", by=by, unit=posting.unit, subject=posting, detail=detail, now=now)
    return posting


def _home(user: User) -> Unit | None:
    """The unit in whose activity list the doings of an account stand: that of its newest duty."""
    post = (
        Posting.objects.filter(user=user)
        .select_related("unit")
        .order_by(F("to_on").desc(nulls_first=True), "deputy", "pk")
        .first()
    )
    return post.unit if post else None


def _wrong(user: User) -> list[Problem]:
    found = []
    if not user.name:
        found.append(Problem("people.name_missing", "name"))
    if user.phone and not rules.phone_fits(user.phone):
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
