"""The words for everything an emergency report can be refused for. There are few: a report is never made hard."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "cases.unit_elsewhere": _("Choose a class or place of the school."),
    "cases.discovered_ahead": _("This moment has not come yet. Choose when it was discovered."),
    "cases.discovered_long_ago": _("This is more than two months ago. Check the date."),
    "cases.since_ahead": _("This moment has not come yet. Choose when the first one fell ill."),
    "cases.not_a_recipient": _("This report does not wait for your confirmation."),
    "cases.told_already": _("This call has been noted already."),
    "cases.told_outside_only": _("Whoever has an account confirms in the system."),
    "cases.told_before": _("The call cannot be before the discovery or after now."),
    "cases.whom_missing": _("Write down who took the call: a name, or a duty and an extension."),
    "cases.over": _("The final report has been made. You can still correct it."),
    "cases.outcome_missing": _("Choose how it ended."),
    "cases.says_nothing": _("Write down what is new: a number, symptoms or a few words."),
    "cases.corrected_already": _("Somebody has corrected this already. Correct the newest version."),
    "cases.not_alike": _("These two reports cannot be joined: another school, another kind, or one of them is over."),
    "cases.contact_meanwhile": _("Somebody has saved these contacts at the same moment. Look at them and save again."),
    "cases.contact_words": _("A contact needs a name and a telephone number."),
}
