"""The door of every view. A view without one of these marks does not pass the build (closed by default)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from lianfang.people import access
from lianfang.people.models import User
from lianfang.people.queries import proofs

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def needs(*verbs: str) -> Callable[[View], View]:
    """Only for people who hold one of the verbs somewhere; *where* is asked of the row (404 outside one's scope)."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(access.holds(request.user, verb) for verb in verbs):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        door = never_cache(login_required(guarded))
        door.needs = verbs  # type: ignore[attr-defined]
        return door  # type: ignore[return-value]

    return mark


def signed_in(view: View) -> View:
    """For everybody with an account: their own things only."""
    door = never_cache(login_required(view))
    door.needs = ("signed in",)  # type: ignore[attr-defined]
    return door


def public(view: View) -> View:
    """For everybody, on purpose: sign-in, health probe, language."""
    view.needs = ("public",)  # type: ignore[attr-defined]
    return view


def has_proved(request: HttpRequest) -> bool:
    """False on the one page that opens to the password alone (`people.middleware.ALARM`), for whom more is wanted."""
    return not proofs.lacks_factor(request.session, user_of(request))


def user_of(request: HttpRequest) -> User:
    """The signed-in user. Raises PermissionDenied where a guarded view was somehow reached without one."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
