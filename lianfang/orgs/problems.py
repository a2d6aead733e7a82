"""The words for everything a unit can be refused for, on its page or in a spreadsheet."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "orgs.code_missing": _("The code is missing."),
    "orgs.code_not_division": _("“%(code)s” is no code of an area. Area codes have six digits, such as 430100."),
    "orgs.code_characters": _(
        "“%(code)s” holds characters that a code cannot have. Use digits, letters, dot, hyphen and underscore."
    ),
    "orgs.code_not_school": _(
        "“%(code)s” is no code of a school: it has %(length)s digits, a school's code has 10. Leading "
        "zeros may have been lost in the spreadsheet."
    ),
    "orgs.code_school_parts": _(
        "“%(code)s” is no code of a school: its first two digits name the type of school, the next two the province."
    ),
    "orgs.code_not_credit": _(
        "“%(code)s” is no unified social credit code: its check digits do not fit. Compare with the certificate."
    ),
    "orgs.code_damaged": _(
        "The spreadsheet keeps this code as the number %(value)s and has lost digits of it. Set the "
        "column to text and enter the code again."
    ),
    "orgs.code_taken": _("The code %(code)s already belongs to another unit."),
    "orgs.code_elsewhere": _(
        "The code %(code)s belongs to a unit that is not below %(under)s. Whoever looks after that unit can change it."
    ),
    "orgs.code_twice": _("The code %(code)s stands in the file more than once (first in row %(first)s)."),
    "orgs.name_missing": _("The name is missing."),
    "orgs.text_too_long": _("%(length)s characters are too many; at most %(most)s. Shorten the text."),
    "orgs.kind_unknown": _("“%(value)s” is no kind of unit. Use one of these: %(known)s."),
    "orgs.kind_missing": _("The kind of unit is missing, and the code does not tell it."),
    "orgs.kind_differs": _(
        "The unit with the code %(code)s is of the kind “%(present)s”, the file says “%(given)s”. A unit "
        "does not change its kind."
    ),
    "orgs.function_unknown": _("“%(value)s” is no function of a functional unit. Use one of these: %(known)s."),
    "orgs.function_not_here": _("Only functional units have a function."),
    "orgs.parent_unknown": _("There is no unit “%(parent)s” below %(under)s, neither in the system nor in the file."),
    "orgs.parent_ambiguous": _("Several units are called “%(parent)s”. Give the code of the superior unit instead."),
    "orgs.parent_circle": _("This unit is its own superior by way of other rows of the file."),
    "orgs.parent_wrong_kind": _("A unit of the kind “%(kind)s” cannot stand below one of the kind “%(parent_kind)s”."),
    "orgs.parent_differs": _(
        "This unit stands below %(present)s; the file says %(given)s. An import does not move units; move"
        " it on its own page."
    ),
    "orgs.parent_closed": _("%(parent)s has been closed and takes no new units."),
    "orgs.root_kind": _("A unit of the kind “%(kind)s” needs a superior unit."),
    "orgs.sponsor_unknown": _(
        "There is no unit “%(sponsor)s” that could be a sponsor. Import the sponsor first, or give its code."
    ),
    "orgs.sponsor_ambiguous": _("Several units are called “%(sponsor)s”. Give the code of the sponsor instead."),
    "orgs.sponsor_not_school": _("Only schools and training institutions have a sponsor."),
    "orgs.sponsor_wrong_kind": _("%(sponsor)s cannot be a sponsor: only areas and authorities can."),
    "orgs.sponsor_already": _("%(sponsor)s already is a sponsor of this unit."),
    "orgs.sponsor_is_superior": _("%(sponsor)s is a superior of this unit already and receives what it reports."),
    "orgs.sponsorship_ended": _("This reporting line has ended already."),
    "orgs.count_not_a_number": _("“%(value)s” is not a whole number. Enter digits only, such as 0 or 1200."),
    "orgs.count_negative": _("A number of people cannot be below zero (%(value)s)."),
    "orgs.count_absurd": _(
        "%(value)s is too large for the people of one unit. Check whether something else was entered here."
    ),
    "orgs.date_unreadable": _("“%(value)s” is no date. Write it like 2020-01-28."),
    "orgs.date_future": _("The unit cannot be closed before it was founded (%(founded)s)."),
    "orgs.formula_error": _(
        "The cell holds a formula or an error of the spreadsheet program (%(value)s). Enter the value itself."
    ),
    "orgs.closed_already": _("This unit has been closed already."),
    "orgs.children_open": _("%(count)s units below this one are still open. Close or move them first."),
    "orgs.still_sponsors": _("This unit still sponsors %(count)s schools. End those reporting lines first."),
    "orgs.move_into_itself": _("A unit cannot be moved below itself."),
    "orgs.file_empty": _("The file has no rows below its heading."),
    "orgs.heading_missing": _(
        "No heading row was found. One of the first rows must hold at least the headings “%(code)s” (code) and "
        "“%(name)s” (name)."
    ),
    "orgs.heading_twice": _("The heading “%(heading)s” stands in the file twice."),
    "orgs.changed_meanwhile": _(
        "Units were changed since the file was checked, and it no longer fits. Check it again."
    ),
    "orgs.group_name_missing": _("Give the group a name."),
    "orgs.group_name_taken": _("This unit already has a group “%(name)s”."),
    "orgs.group_over": _("This group has been dissolved."),
    "orgs.group_ends_before_start": _("The group cannot end before it was formed."),
    "orgs.calendar_not_here": _("Calendars are kept by areas and schools. For a part of a school, use an exemption."),
    "orgs.calendar_far": _("This day is more than three years away. Check the year."),
    "orgs.calendar_last_day": _("Give the last day."),
    "orgs.calendar_order": _("The last day lies before the first (%(first)s)."),
    "orgs.calendar_long": _("An entry covers at most %(most)s days. Check the year."),
    "orgs.calendar_name": _("Give it a name, such as “Spring term 2020”."),
    "orgs.calendar_weekdays": _("Choose at least one day of the week."),
    "orgs.calendar_decided_by": _(
        "Name the government that decided it: classes are suspended by a county government or one above it."
    ),
    "orgs.calendar_reason": _("Say why: whoever reads this later has to understand it."),
    "orgs.calendar_overlaps": _("These days overlap with “%(name)s” (%(first)s to %(last)s). End that term first."),
    "orgs.calendar_twice": _("There already is such an entry for these days."),
    "orgs.calendar_over": _("This entry is over already."),
    "orgs.calendar_past": _("What is past stays as it was. The earliest last day is %(earliest)s."),
    "orgs.calendar_not_longer": _("The entry ends on %(last)s anyway. Give an earlier day."),
    "orgs.calendar_end_why": _("Say why it ends."),
}
