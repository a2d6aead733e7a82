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
    "cases.disease_unknown": _("There are no rules for this disease here today. Choose another one."),
    "cases.day_ahead": _("This day or time has not come yet. Check it."),
    "cases.before_onset": _("This is before the day of onset. Check this day, or correct the onset first."),
    "cases.before_recovery": _("This is before the recovery. Check the day."),
    "cases.onset_after_report": _("The onset cannot be after the day on which the case was opened."),
    "cases.onset_long_ago": _("This is more than two years before the report. Check the year."),
    "cases.onset_after_others": _(
        "Something else that was noted lies before this day: a diagnosis, a treatment, the end of the symptoms. Correct that"
        " first."
    ),
    "cases.sample_unknown": _("Choose the sample this result is of."),
    "cases.result_before_sample": _("The result cannot be older than the sample."),
    "cases.closed": _("This case is closed. Open it again before you add something."),
    "cases.open_already": _("This case is open."),
    "cases.another_open": _("Another case of the same person and disease is open. Go on there."),
    "cases.basis_missing": _("Write down why."),
    "cases.end_uncorrected": _("How a case ended is not corrected: open the case again."),
    "cases.return_too_early": _(
        "By the rules it is too early, or something is missing. If the person comes back all the same, write down why and on"
        " whose word."
    ),
    "cases.proof_unfit": _("This file cannot be kept. Take a photo of the certificate, or choose a PDF up to 10 MB."),
    "cases.proof_kind": _("A certificate is a PDF or a picture. Choose another file."),
    "cases.plan_unknown": _("Choose a plan."),
    "cases.plan_emergency": _("This emergency is over or of another school. Choose one that runs, or a drill."),
    "cases.plan_over": _("This plan has been closed. Nothing can be added."),
    "cases.plan_step_ahead": _("This moment has not come yet. Check it."),
    "cases.plan_step_before": _("This is before the plan was begun. Check the time."),
    "cases.plan_reason_missing": _("Write down why it does not apply here."),
    "cases.plan_words_missing": _("Write down at least a few words."),
    "cases.plan_left_over": _("Some steps were not done. Write down why, and what is to change."),
}
