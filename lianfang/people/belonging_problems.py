"""The words for what a change of the roster can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROSTER: dict[str, str | Promise] = {
    "people.person_name_missing": _("The name is missing."),
    "people.person_name_long": _("The name is too long; at most 60 characters."),
    "people.born_later": _("The birthday lies in the future."),
    "people.born_long_ago": _("Nobody here was born before 1900. Please check the year."),
    "people.belongs_elsewhere": _("Somebody cannot belong to “%(unit)s” as this; choose another unit."),
    "people.unit_over": _("%(unit)s has been closed; nobody can be put there any more."),
    "people.person_perhaps_there": _(
        "Somebody with this name and birthday is on the roster of your units already (%(units)s). "
        "If it is another person, tick the box and save again."
    ),
    "people.number_here": _("This number belongs to %(name)s (%(unit)s). Two people never share a number."),
    "people.number_elsewhere": _(
        "Somebody with this number is registered at another school. Compare with the document; "
        "if it is right, ask that school."
    ),
    "people.number_elsewhere_same": _(
        "This person is registered at another school already. If the pupil has come to you, "
        "tick the box to take over the record, and save again. That school is told of it."
    ),
    "people.document_twice": _("There is a document of this kind already. End it first."),
    "people.already_belongs": _("The person belongs to this school as this already, at %(unit)s."),
    "people.belonging_over": _("This belonging has ended already."),
    "people.moves_before_start": _("The move cannot lie before the day on which it began (%(from_on)s)."),
    "people.moves_nowhere": _("The person is there already."),
    "people.ends_before_it_began": _("It cannot end before it began (%(from_on)s)."),
    "people.ending_unknown": _("Choose why it ends."),
    "people.away_order": _("The last day of the leave lies before its first."),
    "people.away_before_start": _("The leave cannot begin before the person came (%(from_on)s)."),
    "people.not_away": _("This person is not on leave."),
    "people.away_already": _("This person is on leave already."),
    "people.already_marked": _("The person is in this group already."),
    "people.guardian_phone_missing": _("Enter a telephone number, so that somebody can be reached."),
    "people.guardian_already": _("This guardian stands there already."),
    "people.household_there": _("There is a household “%(label)s” already."),
    "people.household_label_missing": _("The household needs a name, such as building and flat."),
    "people.member_already": _("This person lives there already."),
    "people.nobody_chosen": _("Choose at least one person."),
    "people.person_purged": _("The data of this person have been destroyed; nothing can be entered any more."),
    "people.person_merged": _("This record was merged into another one; change that one."),
    "people.merge_self": _("Choose two different records."),
    "people.merge_numbers": _(
        "The records have two different numbers of the same kind (%(kind)s). Either these are two people, "
        "or one number is wrong: end the wrong document first."
    ),
    "people.merge_undone": _("This merge has been undone already."),
    "people.merge_undo_blocked": _(
        "It cannot be undone any more: what belonged to the record is in use elsewhere. Enter the person anew."
    ),
    "people.reveal_reason": _("Choose a reason."),
    "people.reveal_words": _("Say in a few words what for."),
    "people.reveal_names": _("Leave the name out: reasons are kept longer than the person’s data."),
    "people.nothing_to_show": _("Nothing is known here any more."),
    "people.purpose_short": _("Say what the list is for (at least %(least)s characters). It is on every sheet."),
    "people.columns_none": _("Choose at least one column."),
    "people.export_needs_agreement": _(
        "More than %(most)s people, or telephone numbers in full, need the agreement of a second person first."
    ),
    "people.export_other_terms": _("What was agreed was another list. Ask again for this one."),
    "people.export_too_often": _("Too many lists were taken out within an hour. Try again later."),
}
