"""Who holds which account and which duty; opening, changing and closing them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from lianfang.core import clock, problems
from lianfang.core.ids import uuid7
from lianfang.core.problems import Refused
from lianfang.people import access, actions, queries
from lianfang.people.actions import factors as factor_actions
from lianfang.people.models import Posting, User
from lianfang.ui.needs import needs, user_of
from lianfang.web.accounts import forms, slips
from lianfang.web.roster import typed

PAGE = 50
REJECTED = 422


@needs("posting.manage")
def people(request: HttpRequest) -> HttpResponse:
    """People with a posting in my units, 50 a page; filters stay in the address, what is searched in the session."""
    if request.method == "POST":
        return _kept(request)
    if "all" in request.GET:
        typed.keep(request, typed.ACCOUNTS, "")
    admin, state = user_of(request), request.GET.get("state", "")
    sought = {"q": typed.words_for(request, typed.ACCOUNTS)}
    form = forms.FilterForm(admin, {**request.GET.dict(), **sought})
    if state not in queries.STATES:
        raise Http404
    valid = form.is_valid()
    data = form.cleaned_data
    rows = queries.accounts(
        admin, clock.today(), words=data.get("q", ""), role=data.get("role", ""), unit=data.get("unit"), state=state
    )
    page = Paginator(rows if valid else rows.none(), PAGE).get_page(request.GET.get("page"))
    filtered = any(sought.values()) or any(request.GET.get(name) for name in ("role", "unit"))
    context = {"form": form, "page": page, "rows": [_row(user) for user in page], "state": state}
    return render(request, "accounts/list.html", {**context, "filtered": filtered, "tabs": _tabs(request, state)})


@needs("posting.manage")
@sensitive_variables("password")
def new(request: HttpRequest) -> HttpResponse:
    """An account with its first posting; the next page shows the one-time password."""
    admin = user_of(request)
    unit = access.units_for(admin, "posting.manage").filter(pk=_number(request.GET.get("unit"))).first()
    form = forms.AccountForm(admin, request.POST or None, initial={"key": uuid7(), "unit": unit})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        password = slips.one_time(key, admin)
        try:
            user = actions.open_account(
                by=admin, password=password, now=clock.now(), **form.account(), **form.posting()
            ).user
        except Refused as refused:
            found = queries.account(form.cleaned_data["username"])
            if found is None or not slips.is_waiting(found, password):
                return _rejected(request, "accounts/new.html", form, refused)
            user = found
        slips.lay(request, user, key)
        return redirect("accounts:slip", user.pk)
    return _answer(request, "accounts/new.html", {"form": form})


@needs("posting.manage")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: how to reach them, what they hold in my units, what I can do about it."""
    admin, day = user_of(request), clock.today()
    user = _visible(request, pk)
    posts = [_duty(post) for post in queries.postings_of(user) if access.can(admin, "posting.manage", post.unit)]
    reason = queries.hands_off(admin, user, day)
    context = {
        "person": user,
        "held": [post for post in posts if post["to_on"] is None or post["to_on"] >= day],
        "over": [post for post in posts if post["to_on"] is not None and post["to_on"] < day],
        "reason": problems.text(reason) if reason else "",
        "factor": queries.has_factor(user),
        "resets": queries.in_hands_of(admin, day).filter(pk=pk).exists(),
    }
    return render(request, "accounts/detail.html", context)


@needs("posting.manage")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    user = _touchable(request, pk)
    initial = {name: getattr(user, name) for name in forms.PERSON}
    form = forms.PersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.update_account(by=user_of(request), user=user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return _rejected(request, "accounts/change.html", form, refused, person=_visible(request, pk))
        messages.success(request, _("The details have been saved."))
        return redirect("accounts:detail", pk)
    return _answer(request, "accounts/change.html", {"form": form, "person": user})


@needs("posting.manage")
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """A further duty for somebody who has an account."""
    admin, user = user_of(request), _touchable(request, pk)
    form = forms.PostingForm(admin, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.appoint(by=admin, user=user, now=clock.now(), **form.posting())
        except Refused as refused:
            return _rejected(request, "accounts/appoint.html", form, refused, person=user)
        said = _("%(name)s has been appointed.")
        if made.confirmed_at is None:
            said = _("%(name)s has been appointed. The duty holds once the security administrator has confirmed it.")
        messages.success(request, said % {"name": user.name})
        return redirect("accounts:detail", pk)
    return _answer(request, "accounts/appoint.html", {"form": form, "person": user})


@needs("posting.manage")
def dismiss(request: HttpRequest, pk: int, posting: int) -> HttpResponse:
    """End a duty with a day; the person keeps the account."""
    user = _touchable(request, pk)
    post = get_object_or_404(Posting.objects.select_related("unit"), pk=posting, user=user)
    form = forms.DismissForm(request.POST or None, initial={"to_on": clock.today()})
    context = {"person": user, "post": _duty(post)}
    if request.method == "POST" and form.is_valid():
        try:
            actions.dismiss(by=user_of(request), posting=post, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            return _rejected(request, "accounts/dismiss.html", form, refused, **context)
        messages.success(request, _("The duty ends with that day."))
        return redirect("accounts:detail", pk)
    return _answer(request, "accounts/dismiss.html", {"form": form, **context})


@needs("posting.manage")
@sensitive_variables("password")
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A new one-time password; the old one and everything signed in with it end."""
    admin, user = user_of(request), _touchable(request, pk)
    form = forms.KeyForm(request.POST or None, initial={"key": uuid7()})
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        actions.reset_password(by=admin, user=user, password=slips.one_time(key, admin), now=clock.now())
        slips.lay(request, user, key)
        return redirect("accounts:slip", pk)
    guarded = queries.opens_records(user, clock.today())
    return _answer(request, "accounts/reset.html", {"form": form, "person": user, "guarded": guarded})


@needs("posting.manage")
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    user = _touchable(request, pk)
    if request.method == "POST":
        actions.deactivate(by=user_of(request), user=user, now=clock.now())
        messages.success(request, _("The account is closed. Nobody can sign in with it."))
        return redirect("accounts:detail", pk)
    return render(request, "accounts/deactivate.html", {"person": user})


@needs("posting.manage")
@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    actions.activate(by=user_of(request), user=_touchable(request, pk), now=clock.now())
    messages.success(request, _("The account is open again."))
    return redirect("accounts:detail", pk)


@needs("posting.manage")
@sensitive_variables("password")
def slip(request: HttpRequest, pk: int) -> HttpResponse:
    """The one-time password, once, on a sheet to print and hand over."""
    user = _touchable(request, pk)
    password = slips.take(request, user, user_of(request))
    if password is None:
        return render(request, "accounts/slip_gone.html", {"person": user})
    held = [_duty(post) for post in queries.postings_of(user) if post.to_on is None]
    context = {"person": user, "password": password, "held": held, "address": request.build_absolute_uri("/")}
    return render(request, "accounts/slip.html", context)


@needs("posting.confirm")
def factors(request: HttpRequest) -> HttpResponse:
    """The security administrator names somebody who lost the telephone."""
    form = forms.FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        there = queries.in_hands_of(user_of(request), clock.today())
        found = there.filter(username=form.cleaned_data["username"]).first()
        if found:
            return redirect("accounts:factors_reset", found.pk)
        form.add_error("username", _("Nobody with this user name holds a duty in your units that opens personal data."))
    return _answer(request, "accounts/factors.html", {"form": form})


@needs("posting.manage", "posting.confirm")
def factors_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody lost the telephone and the recovery codes: the second factor is set up anew at the next sign-in."""
    admin = user_of(request)
    user = get_object_or_404(queries.in_hands_of(admin, clock.today()), pk=pk)
    manages = access.holds(admin, "posting.manage")
    if request.method == "POST":
        factor_actions.reset(by=admin, user=user, now=clock.now())
        messages.success(request, _("The second factor has been reset. It is set up anew at the next sign-in."))
        return redirect("accounts:detail", pk) if manages else redirect("accounts:factors")
    context = {"person": user, "manages": manages, "has_factor": queries.has_factor(user)}
    return render(request, "accounts/factors_reset.html", context)


def _kept(request: HttpRequest) -> HttpResponse:
    """What was typed is kept, sealed; the other filters go on in the address."""
    typed.keep(request, typed.ACCOUNTS, request.POST.get("q", "").strip()[:60])
    kept = {name: request.POST[name] for name in ("state", "unit", "role") if request.POST.get(name)}
    return redirect(f"{reverse('accounts:list')}{'?' if kept else ''}{urlencode(kept)}")


def _visible(request: HttpRequest, pk: int) -> User:
    """Somebody who holds or held a posting in my units."""
    mine = access.scope(user_of(request), "posting.manage", "unit__")
    return get_object_or_404(User.objects.filter(pk__in=Posting.objects.filter(mine, user=pk).values("user")))


def _touchable(request: HttpRequest, pk: int) -> User:
    user = _visible(request, pk)
    if queries.hands_off(user_of(request), user, clock.today()):
        raise Http404
    return user


def _answer(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    return render(request, template, dict(context), status=REJECTED if context["form"].errors else 200)


def _rejected(
    request: HttpRequest, template: str, form: django_forms.Form, refused: Refused, **context: Any
) -> HttpResponse:
    """The page again with what was typed; each problem at its field."""
    for problem in refused.problems:
        form.add_error(problem.cell if problem.cell in form.fields else None, problem.text)
    return _answer(request, template, {"form": form, **context})


def _row(user: User) -> dict[str, Any]:
    duties: list[Posting] = getattr(user, "duties", [])
    return {"person": user, "duties": [_duty(post) for post in duties]}


def _duty(post: Posting) -> dict[str, Any]:
    label = access.ROLES[post.role].label if post.role in access.ROLES else post.role
    unconfirmed = post.confirmed_at is None
    return {"pk": post.pk, "label": label, "unit": post.unit, "title": post.title, "deputy": post.deputy,
            "from_on": post.from_on, "to_on": post.to_on, "open": post.to_on is None or post.to_on > clock.today(),
            "waits": unconfirmed and post.confirmed_by_id is None,
            "rejected": unconfirmed and post.confirmed_by_id is not None}  # fmt: skip


def _tabs(request: HttpRequest, state: str) -> list[dict[str, Any]]:
    base = reverse("accounts:list")
    kept = request.GET.copy()
    kept.pop("page", None)
    rows = []
    for name, label in (("", _("Acting")), ("resting", _("Not acting"))):
        kept["state"] = name
        rows.append({"label": label, "url": f"{base}?{kept.urlencode()}", "current": name == state})
    return rows


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
