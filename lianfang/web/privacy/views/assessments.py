"""Impact assessments (PIPL 55–56): written before a module is used, never changed, kept at least three years."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused
from lianfang.people import access
from lianfang.policies import actions, queries
from lianfang.policies.models import Assessment
from lianfang.ui.needs import needs, user_of
from lianfang.web.privacy import answers, forms, words


@needs("assessment.manage")
def listed(request: HttpRequest) -> HttpResponse:
    day = clock.today()
    rows = [
        {"row": row, "module": words.MODULES.get(row.module, row.module), "holds": row.valid_to >= day}
        for row in queries.assessments(access.scope(user_of(request), "assessment.manage", "unit__"))
    ]
    return render(request, "privacy/assessments.html", {"rows": rows})


@needs("assessment.manage")
def new(request: HttpRequest) -> HttpResponse:
    user = user_of(request)
    form = forms.AssessmentForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.assess(by=user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            answers.at_its_field(form, refused)
        else:
            messages.success(request, _("The assessment is on file."))
            return redirect("privacy:assessment", made.pk)
    return answers.page(request, form, "privacy/assessment_new.html")


@needs("assessment.manage")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    mine = Assessment.objects.filter(access.scope(user_of(request), "assessment.manage", "unit__"))
    row = get_object_or_404(mine.select_related("unit"), pk=pk)
    context = {"row": row, "module": words.MODULES.get(row.module, row.module), "holds": row.valid_to >= clock.today()}
    return render(request, "privacy/assessment.html", context)
