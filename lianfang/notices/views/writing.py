"""Writing a notice: whom, what, check, sent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.core.problems import Refused, texts
from lianfang.notices import asking
from lianfang.notices.actions import delivering
from lianfang.notices.forms import telling as forms
from lianfang.notices.queries import audience as queries
from lianfang.notices.queries.audience_words import WAYS
from lianfang.notices.rules import audience as rules
from lianfang.notices.views.collecting import Extras, extras
from lianfang.people import access
from lianfang.ui.needs import needs, user_of

REJECTED = 422
VERBS = (queries.POST, queries.FAMILY)


@needs(*VERBS)
def write(request: HttpRequest) -> HttpResponse:
    """Whom, then the form; by POST with what was typed, when the check page leads back to it."""
    user, how = user_of(request), request.GET.get("how", "")
    offered = forms.ways(user)
    if request.method != "POST" and how not in offered and len(offered) > 1:
        return render(request, "notices/whom.html", {"ways": [(way, *WAYS[way]) for way in offered]})
    form = forms.WriteForm(user, request.POST or None, how=how)
    return _form(request, form, extras(request, by=user, now=clock.now()), status=200)


@needs(*VERBS)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Before anybody is told: the notice as it will be read, and how many it goes to."""
    user = user_of(request)
    form, more = forms.WriteForm(user, request.POST, request.FILES), extras(request, by=user, now=clock.now())
    people = _people(form)
    if not (more.is_valid() and people):
        return _form(request, form, more)
    return _checked(request, form, more, len(people) if isinstance(people, tuple) else people, str(uuid7()))


@needs(*VERBS)
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    user, now = user_of(request), clock.now()
    form, more, key = (
        forms.WriteForm(user, request.POST),
        extras(request, by=user, now=now),
        forms.KeyForm(request.POST),
    )
    people = _people(form)
    if not (more.is_valid() and people and key.is_valid()):
        return _form(request, form, more)
    count = len(people) if isinstance(people, tuple) else people
    if count > forms.MANY and _digits(key.cleaned_data["number"]) != str(count):
        wrong = _("Type the number of people exactly as it stands above.")
        return _checked(request, form, more, count, str(key.cleaned_data["key"]), wrong)
    try:
        notice = delivering.send(**_sending(form, more), ids=people if isinstance(people, tuple) else (), now=now,
                                 key=f"written {user.pk} {key.cleaned_data['key']}")  # fmt: skip
    except Refused as refused:
        form.add_error(None, " ".join(texts(refused.problems)))
        return _form(request, form, more)
    _told(request, notice.recipients, done=notice.complete_at is not None)
    return redirect("notices:sent_one", notice.pk)


def _sending(form: forms.WriteForm, more: Extras) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "by": form.user, "unit": data["sender"], "audience": form.audience, "title": data["title"],
        "body": data["body"], "to_confirm": data["to_confirm"], "until": data["until"], "question": more.asks,
        "files": [row.pk for row in more.files.kept],
    }  # fmt: skip


def _form(request: HttpRequest, form: forms.WriteForm, more: Extras, status: int = REJECTED) -> HttpResponse:
    context = {
        "form": form, "extras": more, "way": WAYS[form.way], "several_ways": len(form.ways) > 1,
        "whom": [form[name] for name in ("sender", "units", "whole", "roles", "groups", "names", "file")
                 if name in form.fields],
    }  # fmt: skip
    return render(request, "notices/write.html", context, status=status)


def _checked(
    request: HttpRequest, form: forms.WriteForm, more: Extras, people: int, key: str, wrong: str = ""
) -> HttpResponse:
    data, question = form.cleaned_data, more.question.question
    context = {
        "data": data, "people": people, "key": key, "way": WAYS[form.way], "matched": form.matched,
        "roles": [access.ROLES[name].label for name in data.get("roles", ())],
        "groups": queries.offered_groups(form.user).filter(pk__in=data.get("groups", ())),
        "families": form.audience.of_pupils, "many": people > forms.MANY, "wrong": wrong,
        "asked": asking.preview(question) if question else None, "files": [
            {"name": file.name, "size": file.size, "url": reverse("notices:file", args=[file.pk])}
            for file in more.files.kept
        ],
        "hidden": form.typed() + more.typed(),
    }  # fmt: skip
    return render(request, "notices/check.html", context, status=REJECTED if wrong else 200)


def _people(form: forms.WriteForm) -> "int | tuple[int, ...] | tuple[UUID, ...]":
    """How many the valid form reaches, or whom its list names; nobody, with the reason at its field, when it is not
    valid or nobody is there."""
    if not form.is_valid():
        return 0
    if form.matched is not None:
        if not form.matched.ids:
            form.add_error("names", _("None of these lines names exactly one person at your units."))
        return form.matched.ids
    count = queries.chosen(form.audience, by=form.user, day=clock.today()).count()
    if not count:
        field, words = _NOBODY[form.way]
        form.add_error(field, str(words))
    return count


_NOBODY = {
    rules.DUTIES: ("roles", gettext_lazy("Nobody else holds these duties at these units, so nobody would be told.")),
    rules.STAFF: ("units", gettext_lazy("Nobody else has a duty at these units, so nobody would be told.")),
    rules.GROUPS: ("groups", gettext_lazy("Nobody else works in these groups, so nobody would be told.")),
    rules.FAMILIES: ("units", gettext_lazy("No pupil is on the roster of these units, so nobody would be told.")),
}


def _told(request: HttpRequest, count: int, *, done: bool) -> None:
    if done:
        words = ngettext("The notice went to %(count)s person.", "The notice went to %(count)s people.", count)
    else:
        words = _("The notice is on its way to %(count)s people.")
    messages.success(request, words % {"count": count})


def _digits(typed: str) -> str:
    """The number without what groups its digits; full-width ones are understood."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal()) if not set(typed) - _GROUPED else ""


_GROUPED = set("0123456789０１２３４５６７８９ ,，.")
