"""The words for everything a return can be refused for: what happened, what it means, what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "returns.blank": _("Enter a number. Write 0 if there is nobody; choose “To be verified” if it is not known yet."),
    "returns.not_a_number": _("“%(value)s” is not a whole number. Enter digits only, such as 0 or 3."),
    "returns.negative": _("A number of people cannot be below zero (%(value)s)."),
    "returns.absurd": _("%(value)s is too large for a number of people. Check whether something else was typed here."),
    "returns.more_than_whole": _("%(value)s is more than the total of %(whole)s it is part of."),
    "returns.more_than_people": _(
        "%(value)s is more than the %(people)s people this unit has. Check the number, or the head count of the unit."
    ),
    "returns.too_long": _("%(length)s characters are too many; at most %(most)s. Shorten the text."),
    "returns.text_missing": _("This field must be filled in."),
    "returns.text_needed": _(
        "There are cases above zero or to be verified: say in short how they are treated (sex, age, present place, treatment; no names)."
    ),
    "returns.why_missing": _(
        "The system says %(said)s. Say in a few words, without names, why the return says something else."
    ),
    "returns.future": _("%(day)s has not come yet. A return can be filed for today or an earlier day."),
    "returns.not_assigned": _("This form is not required of this unit on %(day)s."),
    "returns.closed": _(
        "%(day)s was closed on %(closed)s and takes no more submissions. What you typed is still on this page. Ask the liaison of %(superior)s to reopen the day."
    ),
    "returns.changed_meanwhile": _(
        "%(who)s submitted version %(number)s while you were typing. What you typed is still here; compare and submit again."
    ),
    "returns.draft_changed": _(
        "%(who)s saved this draft at the same time. Your entries are still here, theirs stand beside them; check and save again."
    ),
    "returns.not_submitted": _("There is nothing to sign yet: no version has been submitted."),
    "returns.already_complete": _("This version already carries all its signatures."),
    "returns.superseded": _(
        "Version %(number)s was submitted in the meantime. Look at the new version before you sign."
    ),
    "returns.not_your_step": _("The signature that is due now (%(step)s) is not yours to give."),
    "returns.self_sign": _("You alone filled in this return. By the rule for this form somebody else must sign it."),
    "returns.same_signer": _(
        "You already gave the signature before this one. Important information is signed by two people."
    ),
    "returns.turned_back": _("This version was returned for correction and can no longer be signed."),
    "returns.reason_missing": _("Say why, in a few words. Whoever corrects the return reads it."),
    "returns.not_returnable": _("A return in the state “%(state)s” cannot be sent back."),
    "returns.gathers_nothing": _("No return below this unit has been signed yet, so there is nothing to gather."),
    "returns.sums_changed": _(
        "The figures changed while you were reading: %(count)s returns were signed or revised. The table now shows the new figures; check and sign again."
    ),
    "returns.not_a_gatherer": _("This unit does not gather this form."),
    "returns.term_wrong": _("“%(value)s” is no time of day. Write it like 15:00."),
    "returns.not_reopenable": _("%(day)s is still open; it need not be reopened."),
    "returns.sheet_empty": _("The spreadsheet holds no row with a school. Nothing was changed."),
    "returns.sheet_heading": _(
        "The heading row of the official table was not found. Download the blank template and fill that one in."
    ),
    "returns.sheet_column": _(
        "The column “%(column)s” is missing or stands elsewhere. Use the blank template unchanged."
    ),
    "returns.sheet_unknown_unit": _(
        "“%(value)s” is no school you report for. Write the name or code as in the system."
    ),
    "returns.sheet_duplicate": _("This school already stands in row %(row)s. Keep one of the two rows."),
    "returns.sheet_formula": _("This cell holds a formula. Enter the number itself."),
    "returns.sheet_day": _("The report date %(value)s is not %(day)s, the day you are importing for."),
    "returns.sheet_unreadable": _(
        "“%(value)s” could not be read as staff and students. Write for example “%(example)s”."
    ),
    "returns.sheet_column_twice": _("The heading “%(column)s” stands twice. Keep one of the two columns."),
    "returns.sheet_unit_missing": _("This row has entries but no school. Write the school under “%(column)s”."),
    "returns.sheet_unit_ambiguous": _(
        "Several schools you report for are named “%(value)s”. Write the code of the school instead."
    ),
    "returns.sheet_blank": _(
        "Something is missing here. Write 0 if there is nobody and “%(unverified)s” if it is not known yet, for example “%(example)s”."
    ),
    "returns.sheet_split": _(
        "“%(value)s” does not say who is counted. Write students and staff apart, for example “%(example)s”."
    ),
    "returns.sheet_here": _(
        "“%(value)s” does not fit: %(here)s at school and %(away)s elsewhere do not make %(whole)s."
    ),
    "returns.sheet_day_unreadable": _("“%(value)s” could not be read as a date. Write for example %(example)s."),
    "returns.sheet_total": _(
        "The total row says “%(value)s”, but the rows add up to “%(sum)s”. Check that no row is missing; the total itself is not imported."
    ),
}
