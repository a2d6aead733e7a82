"""The words for everything an account or a posting can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "people.username_taken": _("The user name %(username)s is taken. Choose another one."),
    "people.username_characters": _("A user name has 2 to 60 letters, digits, dots, hyphens or underscores."),
    "people.name_missing": _("The name is missing."),
    "people.phone_characters": _(
        "A telephone number has 5 to 20 digits, spaces and hyphens only, such as 0731-8888 0000."
    ),
    "people.email_wrong": _("This is no e-mail address."),
    "people.password_too_short": _("The password is too short; it needs at least 10 characters."),
    "people.password_too_common": _("This password is on the list of common passwords. Choose another one."),
    "people.password_entirely_numeric": _("The password cannot be digits only."),
    "people.password_too_similar": _("The password is too much like the user name, the name or the telephone number."),
    "people.password_too_plain": _(
        "Use three of these: capitals, small letters, digits, other signs. Or make it 16 signs or longer."
    ),
    "people.password_used": _("This password was used before. Choose a new one."),
    "people.code_wrong": _("This code is not right. Type the six digits that the app shows now."),
    "people.last_factor": _("Your duty needs a second factor. Set up another one before you remove this one."),
    "people.letters_columns": _(
        "The columns cannot be told. The first line has to say: class (班级), name (姓名), mobile number (手机号)."
    ),
    "people.letters_many": _("At most %(most)s lines at a time. Divide the list."),
    "people.letters_empty": _("There is no line with a name in it."),
    "people.letters_class_unknown": _("No class of this name or code at the chosen unit. Check the spelling."),
    "people.letters_class_twice": _("Several classes have this name. Add the column class code (班级代码)."),
    "people.place_in_response": _("Where somebody is now is gathered only while an emergency response runs."),
    "people.letters_phone": _("This is no mobile number of eleven digits."),
    "people.letters_phone_shared": _(
        "Several accounts have this number. Appoint the teacher on the page of the account."
    ),
    "people.letters_other_name": _("An account or another line with this number has another name. Check both."),
    "people.letters_closed": _("The account with this number has been closed. Open it again first."),
    "people.letters_shown": _("These letters have been shown already, or are not ready yet."),
    "people.role_unknown": _("There is no duty “%(role)s”."),
    "people.role_not_here": _("A unit of the kind “%(kind)s” does not have the duty “%(role)s”."),
    "people.unit_closed": _("%(unit)s has been closed; nobody can be appointed there any more."),
    "people.already_appointed": _("%(name)s already holds this duty at %(unit)s."),
    "people.already_dismissed": _("This duty has ended already."),
    "people.auditor_apart": _(
        "Auditors and security administrators watch the unit administrators, so these do not appoint or change them. "
        "The operator of the installation appoints them; a security administrator also those of units below."
    ),
    "people.own_account": _("Your own duties and account are looked after by another administrator."),
    "people.posted_elsewhere": _(
        "This person also holds a duty outside your units. The administrator above both units can change the account."
    ),
    "people.nothing_held": _(
        "This person holds no duty in your units. The administrator of the present unit can change the account."
    ),
    "people.ends_before_start": _("A duty cannot end before it began (%(from_on)s)."),
    "people.reason_short": _("Give the reason in at least %(least)s characters: what happened, and what you need."),
    "people.hours_wrong": _("Choose between 1 and %(most)s hours."),
    "people.request_not_yours": _("Somebody else has to decide this: nobody agrees to what they asked for themselves."),
    "people.request_answered": _("You have answered this request already. Somebody else has to agree as well."),
    "people.request_over": _("This request has been decided or its time is over. If it is still needed, ask again."),
    "people.request_not_agreed": _("Nobody has agreed to this yet."),
    "people.refusal_reason_missing": _("Say why you refuse, so that the person knows what to do."),
    "people.grant_not_yours": _("Only the holder or the security administrator of the unit can do this."),
    "people.grant_reviewed": _("This has been reviewed already."),
    "people.review_missing": _("Write down what you found."),
    "people.administrators_apart": _(
        "%(name)s is already one of the three administrators (unit, security, audit). Nobody is two of them at once: "
        "end the other duty first, or choose somebody else."
    ),
    "people.own_posting": _("Nobody confirms their own duty. Another security administrator has to do it."),
    "people.not_waiting": _("This duty no longer waits for confirmation."),
    "people.rejection_reason_missing": _("Say why you reject it, so that the administrator knows what to change."),
    "people.posting_not_yours": _("The security administrator of this unit or one above it decides this."),
    "people.member_already": _("%(name)s is in this group already."),
    "people.area_already": _("%(name)s answers for %(unit)s already."),
    "people.area_not_yours": _("Only the person who answers for the unit writes this ledger."),
    "people.visit_day": _("The day must lie between the beginning of the assignment and today."),
    "people.visit_empty": _("Write down what you found, even if all was in order."),
    "people.visit_due": _("A problem needs a day until which it is to be put right, not before the visit."),
    "people.visit_settled": _("There is nothing to settle here, or it has been settled already."),
    "people.visit_note_missing": _("Say how it was put right."),
    "people.leave_days": _("Check the days: the last one is not before the first, not over yet, and within a year."),
    "people.leave_reason_missing": _("Give the reason of the absence."),
    "people.leave_overlaps": _("You have already reported an absence for some of these days."),
    "people.leave_not_yours": _(
        "A superior who is neither the absent person nor the one standing in decides about this."
    ),
    "people.leave_answered": _("This absence has been answered already."),
    "people.recall_reason_missing": _("Say why everybody is called back; it stands in the notice."),
    "people.stand_in_self": _("Choose somebody else to stand in for you."),
    "people.stand_in_no_duty": _("%(name)s holds no duty at present and so cannot stand in."),
    "people.stand_in_apart": _("%(name)s is an administrator or auditor; these stand in for nobody."),
}
