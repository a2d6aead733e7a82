"""Who answers at school, department and class, with the telephone (校、系、班 三级联系网络)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.people import access, rules
from lianfang.people.actions import postings
from lianfang.people.queries.duties import contact_net
from lianfang.ui.needs import needs, user_of
from lianfang.web.opening import open_unit
from lianfang.web.units import sheets

PAGE = 100


@needs("unit.view")
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever may see the whole school sees its net; telephones are those of the duty."""
    school = _school(request, pk)
    page = Paginator(contact_net(school, clock.today()), PAGE).get_page(request.GET.get("page"))
    return render(
        request, "units/contacts.html", {"unit": school, "page": page, "rows": [row_of(unit) for unit in page]}
    )


@needs("unit.view")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole net as a spreadsheet; who took it away is on record."""
    school = _school(request, pk)
    rows = [row_of(unit) for unit in contact_net(school, clock.today())]
    postings.contacts_exported(by=user_of(request), unit=school, lines=len(rows), now=clock.now())
    name = _("contacts-%(unit)s-%(day)s.xlsx") % {"unit": school.code, "day": clock.today()}
    return sheets.answer(sheets.contact_list(rows), name)


def row_of(unit: Unit) -> dict[str, Any]:
    """A unit of the net, how deep it stands, and who answers there in the order of `rules.NET`."""
    order = rules.NET[unit.kind]
    held = [post for post in getattr(unit, "answering", []) if post.role in order]
    held.sort(key=lambda post: (order.index(post.role), post.deputy, post.pk))
    people = [{"post": post, "label": access.ROLES[post.role].label} for post in held]
    return {"unit": unit, "people": people, "asked": bool(rules.REQUIRED.get(unit.kind))}


def _school(request: HttpRequest, pk: int) -> Unit:
    unit = open_unit(request, pk, "unit.view")
    if unit.school_id != unit.pk:
        raise Http404
    return unit
