"""Where each room's addresses begin."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from lianfang.notices.urls import everybody

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("lianfang.web.urls")),
    path("today/", include("lianfang.web.today.urls")),
    path("account/", include("lianfang.web.account.urls")),
    path("accounts/letters/", include("lianfang.web.letters.urls")),
    path("accounts/", include("lianfang.web.accounts.urls")),
    path("units/", include("lianfang.web.units.urls")),
    path("calendar/", include("lianfang.web.calendar.urls")),
    path("duties/", include("lianfang.web.duties.urls")),
    path("oversight/", include("lianfang.web.oversight.urls")),
    path("my/", include("lianfang.web.my.urls")),
    path("codes/", include("lianfang.web.codes.urls")),
    path("roster/import/", include("lianfang.web.intake.urls")),
    path("roster/", include("lianfang.web.roster.urls")),
    path("rules/", include("lianfang.web.rulebook.urls")),
    path("privacy/", include("lianfang.web.privacy.urls")),
    path("notices/", include("lianfang.notices.urls")),
    path("open/", include((everybody, "open"))),
    path("health/", include("lianfang.health.urls")),
    path("cases/", include("lianfang.cases.urls")),
    path("clusters/", include("lianfang.surveillance.urls")),
    path("returns/", include("lianfang.returns.urls")),
    path("duty/", include("lianfang.duty.urls")),
    path("bulletins/", include("lianfang.bulletins.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("ui/", include("lianfang.ui.urls")))

handler400 = "lianfang.web.failures.bad_request"
handler403 = "lianfang.web.failures.forbidden"
handler404 = "lianfang.web.failures.not_found"
handler500 = "lianfang.web.failures.broken"
