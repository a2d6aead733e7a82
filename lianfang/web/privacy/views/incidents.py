"""When data were leaked, tampered with or lost: the two texts that have to be sent (control H06)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianfang.core import clock
from lianfang.people.actions import incidents as actions
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms, words


@needs("request.decide")
def incident(request: HttpRequest) -> HttpResponse:
    """Filled in, it becomes a report to the authority and a notice to those concerned; what was typed is not stored."""
    user = user_of(request)
    form = forms.IncidentForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        event = actions.report(
            by=user, unit=data["unit"], happened=data["happened"], kinds=data["kinds"], people=data["people"],
            now=clock.now(),
        )  # fmt: skip
        told = {
            "happened": [words.HAPPENED[one] for one in data["happened"]],
            "kinds": [words.KINDS[one] for one in data["kinds"]],
        }
        return render(request, "privacy/incident_sheet.html", {**data, **told, "event": event})
    return answers.page(request, form, "privacy/incident.html")
