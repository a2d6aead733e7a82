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
    "cases.place_name": _("Another isolation place of the school has this name. Choose another one."),
    "cases.place_closed": _("This place has been closed. Open a new one."),
    "cases.rooms_range": _(
        "Give the first and the last room as numbers, such as 301 and 312, at most a hundred rooms."
    ),
    "cases.beds_number": _("A room has between 1 and 20 beds."),
    "cases.room_taken": _("Somebody still lies there. Move or release them first."),
    "cases.bed_missing": _("Choose a bed, or choose another place."),
    "cases.bed_taken": _("Somebody was given this bed a moment ago. Choose another one."),
    "cases.bed_cleaned": _("This bed waits for its disinfection. Choose another one, or note that it was done."),
    "cases.bed_closed": _("This bed is no longer in use. Choose another one."),
    "cases.same_bed": _("The person lies in this bed already. Choose another one."),
    "cases.isolated_already": _("This person is kept apart already. Move them instead."),
    "cases.zone_arrival": _(
        "Who comes from a risk area goes into the area for them, away from the others. If there is no other way, write down"
        " why."
    ),
    "cases.zone_risk_area": _(
        "This area is for people from risk areas alone. If there is no other way, write down why."
    ),
    "cases.counts_long_ago": _("This is more than a year ago. Check the day."),
    "cases.until_past": _("This day has passed. To end it now, release the person."),
    "cases.until_far": _("This is more than a year ahead. Check the day."),
    "cases.stay_over": _("This has ended already."),
    "cases.ending_unknown": _("Choose how it ends."),
    "cases.release_early": _(
        "The last day has not passed, or none is set. If it ends all the same, write down why and on whose word."
    ),
    "cases.observation_over": _("This person is no longer watched."),
    "cases.round_unknown": _("Choose morning or evening."),
    "cases.round_ahead": _("This round has not begun yet."),
    "cases.round_long_ago": _("Only today and yesterday can be noted."),
    "cases.before_observation": _("This was before the observation began."),
    "cases.reading_there": _("This round has been noted already. Correct it if it was wrong."),
    "cases.site_unknown": _("Choose where it was measured."),
    "cases.cleaning_due_past": _("This moment has passed. Choose a later one."),
    "cases.cleaning_over": _("Somebody has noted this already."),
    "cases.cleaning_order": _("The beginning cannot be after the end."),
    "cases.cleaning_long_before": _("This is long before the task. Check the day."),
    "cases.cleaning_how": _("Choose how it was done."),
    "cases.cleaning_uncheckable": _("It is not done yet, or somebody has looked at it already."),
    "cases.cleaning_own": _("Somebody else has to look at what you noted yourself."),
    "cases.left_long_ago": _("This is more than two weeks ago. Check the day."),
    "cases.before_leaving": _("This is before the person left."),
    "cases.contact_self": _("Nobody is a contact of themselves."),
    "cases.contact_nobody": _("Choose at least one person."),
    "cases.contact_is_case": _(
        "This person has a case of the disease already. Note on the case who infected whom instead."
    ),
    "cases.contact_name_missing": _("Write down the name."),
    "cases.contact_link": _("Choose how the two met."),
    "cases.contact_over": _("This contact is no longer followed. Nothing can be noted."),
    "cases.contact_too_early": _(
        "By the rules of the disease a contact on this day does not count. Check the day, or correct the onset first."
    ),
    "cases.exposed_meanwhile": _("Somebody has just changed this. Open the page again."),
    "cases.release_too_early": _("The days are not over yet. If the contact is released all the same, write down why."),
    "cases.link_self": _("A case cannot have infected itself."),
    "cases.link_other": _("Choose a case of the same disease and school."),
    "cases.link_circle": _(
        "This would close a circle: by other notes this case infected the other one, directly or by way of others."
    ),
    "cases.export_too_often": _("Too many lists were taken out in the last hour. Try again later."),
}
