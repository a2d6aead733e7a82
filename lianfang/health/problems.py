"""The words for everything a roll or card can be refused or held for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "health.key_person_over": _("This person is no longer followed; nothing can be added."),
    "health.key_says_nothing": _(
        "Write down the temperature, or tap the symptoms. If nobody answered, use the button below."
    ),
    "health.key_class_unknown": _("Choose one of the classes."),
    "health.key_no_edition": _("No rules for key people are in force"),
    "health.key_day_ahead": _("This day has not come yet."),
    "health.key_elsewhere": _("This person does not belong to the school any more."),
    "health.key_responsible": _("This person may not look after people of the unit. Choose somebody from the list."),
    "health.key_ending": _("Choose one of the two."),
    "health.key_release_early": _(
        "The days are not over yet, or somebody was listed by mistake: say why in a few words."
    ),
    "health.day_ahead": _("The day lies in the future. Check the clock of the device."),
    "health.day_long_ago": _("The day is more than a week ago. Enter it as a correction at school."),
    "health.clock_ahead": _("The clock of the device is ahead of time. Set it and send again."),
    "health.clock_without_zone": _("The time is given without its zone."),
    "health.round_unknown": _("There is no such check. It is morning, noon or evening."),
    "health.terms_nothing": _("Decide at least one of the three: until when, whether, or on which days."),
    "health.terms_due": _("This check opens at %(opens)s. It can be asked for only after that."),
    "health.terms_past": _("A decision holds from today on, or from a day to come."),
    "health.terms_days": _("The last day lies before the first."),
    "health.terms_reason": _("Say why, in a few words."),
    "health.too_many_named": _("So many people are not in one group."),
    "health.named_twice": _("This person is named twice."),
    "health.absence_unknown": _("There is no such reason for being absent. It is ill, leave or unknown."),
    "health.symptom_unknown": _("This symptom is not in the catalogue."),
    "health.temperature_impossible": _(
        "A temperature lies between 34.0 and 43.0 degrees. Was the point left out: 36.9 rather than 369?"
    ),
    "health.onset_ahead": _("The illness cannot have begun in the future."),
    "health.answer_unknown": _("No card asks for this."),
    "health.answer_wrong": _("This is not one of the answers."),
    "health.card_says_nothing": _("Tap what is not right. If nothing of it is, use the button above: no symptoms."),
    "health.card_contradicts": _(
        "You tapped something below and then “no symptoms”. Take it back, or send the card with the button below it."
    ),
    "health.person_elsewhere": _("This person does not belong here."),
    "health.person_unknown": _("Nobody at this school is meant by this record."),
    "health.unit_closed": _("This class no longer exists on that day. Send it to the class the pupils moved to."),
    "health.unit_elsewhere": _("This class is not one you report for."),
    "health.roll_differs": _(
        "Somebody else has reported this check meanwhile, and not the same. Compare the two and decide."
    ),
    "health.roll_not_first": _("The version this one corrects is not known."),
    "health.reason_wanted": _("Say why the report is corrected."),
    "health.decided_meanwhile": _("Somebody else has decided this meanwhile. Look at what stands there now."),
    "health.absence_over": _("This absence is over. If the pupil is missing again, the next roll opens a new one."),
    "health.step_unknown": _("There is no such step, cause or place."),
    "health.seen_ahead": _("The visit to the doctor cannot lie in the future."),
    "health.record_unstorable": _("This record cannot be stored as it is. The program that sends it has to be mended."),
    "health.sender_unknown": _("This key or device is not known, or was taken back. Ask the school for a new one."),
    "health.nobody_meant": _("Nobody of your classes has this number or name on that day."),
    "health.several_meant": _("Several people have this name. Enter the school’s own number."),
    "health.hint_settled": _("Somebody has settled this hint meanwhile. What was found stands on the page."),
    "health.hint_outcome": _("Say what was found."),
    "health.hint_words": _("Say in a few words what the families or the teacher told."),
    "health.group_building": _("Choose the building whose boarders are checked together."),
    "health.group_twice": _("A group of this unit is called so already. Give it another name."),
    "health.group_backwards": _("The last day lies before the first one."),
    "health.nobody_to_chase": _("Nobody is missing who has not been asked already."),
    "health.survey_not_assessed": _(
        "Nobody has assessed what surveys of whereabouts mean for those who are asked. The security administrator does so"
        " under “Care of personal data”; then the survey can be opened."
    ),
    "health.survey_due_past": _("This time has passed. Give people at least until tomorrow."),
    "health.survey_closed": _("This survey is closed. Tell the class teacher what has changed."),
    "health.survey_answered_meanwhile": _(
        "Somebody else has answered meanwhile. Read that answer below; to correct it, send yours again."
    ),
    "health.survey_ends_before": _("It ends before it begins."),
    "health.survey_ahead": _("This day lies in the future."),
    "health.survey_area_unknown": _(
        "No place in the list is called so. Write the city or county, such as 武汉, or 境外 for other countries."
    ),
    "health.survey_area_many": _("Several places are called so. Which one: %(names)s?"),
    "health.survey_stayed_and_left": _("You say both that nobody left and that there was a stay elsewhere."),
    "health.survey_left_without_stay": _("Say at least one place where you were, and from when to when."),
    "health.survey_too_many": _("So many do not fit. Leave out what is longest ago, and call the class teacher."),
}
