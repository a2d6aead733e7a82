"""Which devices see a child, and signing them out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianfang.core import clock
from lianfang.people.actions import claiming
from lianfang.people.models import Claim, Device
from lianfang.people.queries import claims
from lianfang.web.my import words
from lianfang.web.my.views.door import drop, of_claim, of_device


@of_claim
def devices(request: HttpRequest, claim: Claim) -> HttpResponse:
    """Every device that sees this child; one's own can be signed out, those of others the class teacher ends."""
    rows = [
        {
            "claim": other, "who": words.who(other.how), "this": other.device_id == claim.device_id,
            "own": claims.is_own(claim, other), "new": other.at > claim.at,
        }
        for other in claims.claims_on(claim.person, clock.now())
    ]  # fmt: skip
    return render(request, "my/devices.html", {"claim": claim, "rows": rows})


@require_POST
@of_claim
def let_go(request: HttpRequest, claim: Claim, other: UUID) -> HttpResponse:
    """One device of one's own sees this child no longer."""
    found = claims.claims_on(claim.person, clock.now()).filter(pk=other).first()
    if found is None or not claims.is_own(claim, found):
        raise Http404
    claiming.let_go(claim=found, mine=claim, now=clock.now())
    messages.success(request, _("The device has been signed out."))
    return redirect("my:home") if found.pk == claim.pk else redirect("my:devices", claim.pk)


@require_POST
@of_device
def sign_out(request: HttpRequest, device: Device) -> HttpResponse:
    """This device stands for nobody any more."""
    claiming.sign_out(device=device, now=clock.now())
    messages.success(request, _("This device has been signed out. Nothing of it is left here."))
    return drop(redirect("my:enter"))
