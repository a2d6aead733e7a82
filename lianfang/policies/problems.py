"""The words for what a response or an assessment can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "policies.response_ahead": _("A response begins today or began before. Enter a day that is not ahead."),
    "policies.disease_unknown": _("There are no rules of this disease. Choose one of the list."),
    "policies.rule_unknown": _("This number is not one that can be decided. Choose one of the list."),
    "policies.rule_bounds": _("Enter a number from %(least)s to %(most)s."),
    "policies.rule_past": _("A decision holds from today or a later day; what was before stays as it was."),
    "policies.rule_days": _("The last day lies before the first one."),
    "policies.rule_reason": _("Write why, so that schools can follow it."),
    "policies.response_runs": _("A response named “%(name)s” runs here already."),
    "policies.response_over": _("This response has ended already."),
    "policies.response_last_day": _("The last day lies between the first day (%(first)s) and today."),
    "policies.assessment_short": _("Write at least %(least)s characters, so that somebody else can follow it."),
    "policies.assessment_term": _("The assessment holds until a day after today, at most three years ahead."),
}
