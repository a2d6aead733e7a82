"""What stands in the navigation for whom."""

from collections.abc import Iterable
from typing import Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.cases.queries.observing import due_count as temperatures
from lianfang.core import clock
from lianfang.health.queries import surveys
from lianfang.health.queries.absences import due_count
from lianfang.notices.queries import open_count
from lianfang.people import access
from lianfang.people.models import Posting, User
from lianfang.returns import spec
from lianfang.ui.nav import NavItem
from lianfang.web.oversight.queries import DOOR, waiting_count

Place = Literal["main", "account"]


def entries(request: HttpRequest) -> Iterable[NavItem]:
    """By posting, what is used most first: the day's own work, notices, what runs at the school, lists; then the
    account menu. A phone shows four of them, a desk eight (`ui/_nav.html`)."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return
    yield NavItem(_("Today"), reverse("web:home"), "checklist")
    if access.holds(user, "roll.submit"):
        yield NavItem(_("Class checks"), reverse("health:mine"), "checkup-list")
    yield from _return(user, request.path)
    yield from _ill(user, request.path)
    yield NavItem(_("Notices"), reverse("notices:inbox"), "bell", count=open_count(user))
    yield from _emergencies(user)
    yield from _gathered(user, request.path)
    yield from _kept_apart(user, request.path)
    yield from _lists(user, request.path)
    yield from _kept(user)
    yield from _beside(user)
    yield NavItem(_("My account"), reverse("account:details"), "user", place="account")
    yield NavItem(_("How notices reach me"), reverse("notices:ways"), "bell-ringing", place="account")
    yield NavItem(_("Change password"), reverse("account:password"), "key", place="account")
    yield NavItem(_("Sign out"), reverse("account:sign_out"), "logout", place="account", post=True)


def _return(user: User, path: str) -> Iterable[NavItem]:
    """One's own return, or the board of those below."""
    form, post = next(iter(spec.catalog().values())), _main(user)
    if post is None or not access.holds(user, "board.view"):
        return
    school = post.unit.kind in form.filed_by or post.unit.school_id
    page, unit = ("returns:detail", post.unit.school_id or post.unit_id) if school else ("returns:board", post.unit_id)
    label, icon = (_("Return"), "report") if school else (_("Board"), "layout-dashboard")
    url = reverse(page, args=[form.id, clock.today(), unit])
    yield NavItem(label, url, icon, current=f"/returns/{form.id}/" in path)


def _lists(user: User, path: str) -> Iterable[NavItem]:
    """Whom one looks up, and what is decided."""
    if access.holds(user, "duty.view"):
        yield NavItem(_("On duty"), reverse("duty:home"), "phone", current=path.startswith("/duty/"))
    if access.holds(user, "analysis.decide"):
        yield NavItem(_("Daily analysis"), reverse("bulletins:home"), "gavel", current="/bulletins/" in path)
    if access.holds(user, "key_person.trace"):
        yield NavItem(_("Key people"), reverse("health:key_people"), "user-search")
    if any(access.holds(user, verb) for verb in DOOR):
        yield NavItem(_("Approvals"), reverse("oversight:desk"), "signature", count=waiting_count(user))
    if access.holds(user, "code.manage"):
        yield NavItem(_("Families"), reverse("codes:list"), "users-group")
    if access.holds(user, "person.view"):
        yield NavItem(_("Roster"), reverse("roster:home"), "address-book")
    if access.holds(user, "person.import"):
        yield NavItem(_("Import a roster"), reverse("intake:upload"), "file-import")
    if access.holds(user, "unit.view"):
        yield NavItem(_("Units"), reverse("units:tree"), "sitemap")
    if access.holds(user, "calendar.manage"):
        yield NavItem(_("School calendar"), reverse("calendar:home"), "calendar-month")


def _kept(user: User) -> Iterable[NavItem]:
    """Accounts, safeguards, the log: the work of the three administrators."""
    if access.holds(user, "gap.view"):
        yield NavItem(_("Gaps"), reverse("units:gaps"), "user-question")
    if access.holds(user, "channel.manage"):
        yield NavItem(_("Channels for messages"), reverse("notices:gateways"), "plug", place="account")
    if access.holds(user, "posting.manage"):
        yield NavItem(_("Accounts"), reverse("accounts:list"), "users")
    if access.holds(user, "posting.confirm"):
        yield NavItem(_("Second factors"), reverse("accounts:factors"), "shield-lock", place="account")
    if any(access.holds(user, verb) for verb in ("purge.decide", "purge.manage", "response.manage")):
        yield NavItem(_("Care of personal data"), reverse("privacy:desk"), "shield-lock", place=_privacy_place(user))
    if access.holds(user, "event.view"):
        place: Place = "main" if access.holds(user, "event.audit") else "account"
        yield NavItem(_("Events"), reverse("web:events"), "history", place=place)


def _emergencies(user: User) -> Iterable[NavItem]:
    """One tap from every page for whoever works at a school; superiors find the list of theirs in the bar."""
    if access.holds(user, "emergency.report"):
        yield NavItem(_("Emergency report"), reverse("cases:report"), "urgent", place="urgent")
    elif access.holds(user, "emergency.view"):
        yield NavItem(_("Emergencies"), reverse("cases:emergencies"), "urgent")


_ISOLATION = ("/cases/isolation/", "/cases/transfers/")
_BESIDE_CASES = (
    "/cases/emergencies/", "/cases/back/", "/cases/plans/", "/cases/temperatures/", "/cases/cleaning/",
    "/cases/asked/", *_ISOLATION,
)  # fmt: skip


def _on_board(path: str) -> bool:
    return path.startswith(("/health/board/", "/health/findings/", "/health/summary/"))


def _on_cases(path: str) -> bool:
    return path.startswith("/cases/") and not path.startswith(_BESIDE_CASES)


def _ill(user: User, path: str) -> Iterable[NavItem]:
    """Whoever is missed or ill."""
    if access.holds(user, "absence.trace"):
        count = due_count(user, clock.now())
        yield NavItem(_("Absent pupils"), reverse("health:absences"), "user-question", count=count)
    if access.holds(user, "case.view"):
        label = pgettext_lazy("of illness", "Cases")
        yield NavItem(label, reverse("cases:cases"), "stethoscope", current=_on_cases(path))
    elif access.holds(user, "clearance.view"):
        yield NavItem(_("Who may come back"), reverse("cases:clearances"), "door-enter")


def _gathered(user: User, path: str) -> Iterable[NavItem]:
    """What many findings say together."""
    if access.holds(user, "cluster.view"):
        yield NavItem(_("Clusters"), reverse("surveillance:clusters"), "alert-triangle")
    if access.holds(user, "plan.view"):
        current = "/plans/" in path
        yield NavItem(_("Emergency plan"), reverse("cases:plans"), "list-check", place="account", current=current)
    if access.holds(user, "health.board"):
        yield NavItem(_("Check board"), reverse("health:boards"), "heartbeat", current=_on_board(path))


def _kept_apart(user: User, path: str) -> Iterable[NavItem]:
    if access.holds(user, "isolation.view"):
        yield NavItem(
            _("Isolation"), reverse("cases:isolation"), "bed", current=path.startswith(_ISOLATION)
        )  # fmt: skip
    if access.holds(user, "observation.take"):
        yield NavItem(
            _("Temperatures"), reverse("cases:observations"), "temperature",
            count=temperatures(user, clock.now()), current=path.startswith("/cases/temperatures/"),
        )  # fmt: skip
        yield NavItem(_("To be asked today"), reverse("cases:contacts_today"), "clipboard-check", place="account")
    if access.holds(user, "cleaning.do"):
        yield NavItem(_("Disinfection"), reverse("cases:cleaning"), "spray", place="account")


def _privacy_place(user: User) -> Place:
    """Before the eyes of those whose work it is; the rest find it in the account menu."""
    return "main" if access.holds(user, "purge.manage") else "account"


def _beside(user: User) -> Iterable[NavItem]:
    """What one does beside reports, in the account menu."""
    if any(access.holds(user, verb) for verb in (surveys.NAMES, surveys.COUNTS, surveys.OPENS)):
        yield NavItem(_("Surveys of whereabouts"), reverse("health:surveys"), "map-search", place="account")
    if user.person_id:
        yield NavItem(
            _("My health card"), reverse("health:card", args=[user.person_id]), "clipboard-heart", place="account"
        )
    if access.postings(user):
        yield NavItem(_("Disease rules"), reverse("rulebook:diseases"), "virus-search", place="account")
    if access.holds(user, "hint.view"):
        yield NavItem(_("Reports to verify"), reverse("health:hints"), "bulb", place="account")
    if access.holds(user, "unit.view") and not access.holds(user, "calendar.manage"):
        yield NavItem(_("School calendar"), reverse("calendar:home"), "calendar-month", place="account")
    yield NavItem(_("Absences"), reverse("duties:leaves"), "calendar-off", place="account")
    if access.holds(user, "area.visit"):
        yield NavItem(_("Units I answer for"), reverse("duties:areas"), "map-pin", place="account")
    if any(access.holds(user, verb) for verb in ("grant.ask", "break_glass", "grant.watch")):
        yield NavItem(_("Access beyond the duty"), reverse("oversight:grants"), "lock-open", place="account")


def acting_unit(request: HttpRequest) -> Any:
    """The unit of the posting the person mainly acts for."""
    user = getattr(request, "user", None)
    post = _main(user) if isinstance(user, User) else None
    return post.unit if post else None


def _main(user: User) -> Posting | None:
    """One's own duties before those one stands in for, then the highest unit: a city liaison who also files for a
    school works at the city's desk."""
    posts = access.postings(user)
    return min(
        posts,
        key=lambda post: (post.user_id != user.pk, post.deputy, post.unit.path.count("."), post.pk),
        default=None,
    )
