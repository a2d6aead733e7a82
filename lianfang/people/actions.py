"""Accounts, and the postings that give them their rights."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.formats import date_format

from lianfang.core import events
from lianfang.core.problems import Problem, Refused, refuse
from lianfang.orgs.models import Kind, Unit
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
) -> User:
    """A new account, as yet without rights. ``password=None``: nobody can sign in until one is set.

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
    user.save(force_insert=True)
    events.record("account.created", by=by, unit=None, subject=user, now=now)
    return user


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
        events.record("account.changed", by=by, unit=None, subject=user, detail={"fields": changed}, now=now)
    return user


@transaction.atomic
def change_password(*, by: User, password: str, now: datetime) -> None:
    """One's own password. Raises `Refused` for a weak one."""
    if found := _weak(password, by):
        raise Refused(*found)
    by.set_password(password)
    by.must_change_password = False
    by.save(update_fields=["password", "must_change_password"])
    events.record("account.password_changed", by=by, unit=None, subject=by, now=now)


@transaction.atomic
def set_language(*, by: User, language: str) -> None:
    by.language = language
    by.save(update_fields=["language"])


@transaction.atomic
def signed_in(*, by: User, now: datetime) -> None:
    by.last_login = now
    by.save(update_fields=["last_login"])
    events.record("account.signed_in", by=by, unit=None, subject=by, now=now)


@transaction.atomic
def appoint(
    *, by: User | None, user: User, unit: Unit, role: str, title: str, deputy: bool, from_on: date, now: datetime
) -> Posting:
    """Give a person a duty at a unit from that day on.

    Raises `Refused` when units of that kind do not have the duty, the unit is closed, or the person holds it already.
    """
    if role not in access.ROLES:
        raise refuse("people.role_unknown", "role", role=role)
    label = access.ROLES[role].label
    if not rules.may_hold(role, unit.kind):
        raise refuse("people.role_not_here", "role", kind=Kind(unit.kind).label, role=label)
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
