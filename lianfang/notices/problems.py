"""The words for everything that notices, their channels and addresses can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "notices.not_yours": _("You may not write to these units or groups any more. Choose again whom you write to."),
    "notices.nobody": _("This reaches nobody. Choose again whom you write to."),
    "notices.withdrawn_unconfirmed": _("The sender has withdrawn this notice. There is nothing left to confirm."),
    "notices.setting_missing": _("Please fill in this field."),
    "notices.address_refused": _(
        "This address cannot be used. It begins with https://; others only in a network that the operator has named."
    ),
    "notices.no_channel": _("Your unit has not set up this way yet. Ask its administrator."),
    "notices.address_wrong": _("This address is not complete. Check it and try again."),
    "notices.codes_many": _("Enough codes for now. Try again in an hour."),
    "notices.code_not_sent": _("No code could be sent there. Check the address; if it is right, try again later."),
    "notices.code_wrong": _("This code is not right or too old. Check it, or have a new one sent."),
    "notices.question_kind": _("Choose how the question is answered."),
    "notices.question_blank": _("Write the question."),
    "notices.question_bounds": _("The largest number is below the smallest."),
    "notices.options_count": _("Between %(fewest)s and %(most)s answers, one a line; there are %(count)s."),
    "notices.option_long": _("An answer may have %(most)s characters; “%(option)s…” is longer."),
    "notices.option_twice": _("“%(option)s” stands there twice."),
    "notices.text_long": _("At most %(most)s characters; there are %(count)s."),
    "notices.answer_missing": _("Please answer the question."),
    "notices.choice_none": _("Choose an answer."),
    "notices.choice_one": _("Choose one answer only."),
    "notices.choice_unknown": _("This answer is not among those to choose from. Choose again."),
    "notices.number_wrong": _("Type a number with at most two decimals, such as 12 or 36.5."),
    "notices.number_small": _("At least %(least)s."),
    "notices.number_large": _("At most %(most)s."),
    "notices.answered_meanwhile": _(
        "This was answered on another device in the meantime. Look at both answers, then send the one that is right."
    ),
    "notices.withdrawn": _("The sender has withdrawn this notice; it takes no answers any more."),
    "notices.file_empty": _("“%(name)s” is empty."),
    "notices.file_large": _("“%(name)s” has %(size)s MB. A file may have %(most)s MB."),
    "notices.file_kind": _(
        "“%(name)s” cannot be sent. Send PDF, PNG, JPEG, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), text or CSV."
    ),
    "notices.file_mismatch": _("What is in “%(name)s” is not what its ending says. Save it anew from its program."),
    "notices.file_office": _(
        "“%(name)s” is in an old format of Office. Save it as .docx, .xlsx or .pptx, or as PDF, and choose it again."
    ),
    "notices.file_locked": _("“%(name)s” is locked with a password. Save it without one and choose it again."),
    "notices.file_macros": _("“%(name)s” holds macros. Save it without them and choose it again."),
    "notices.file_broken": _("“%(name)s” is damaged. Save it anew from its program and choose it again."),
    "notices.files_many": _("A notice takes %(most)s files; there are %(count)s."),
    "notices.files_often": _("That were many files within an hour. Try again later."),
    "notices.files_gone": _("A file is not there any more: files wait for a day. Choose it again."),
    "notices.unit_closed": _("This unit has been dissolved. Write in the name of another."),
    "notices.own_edition": _("You wrote this yourself. A second person has to publish it."),
    "notices.edition_waits": _("A correction waits already. It has to be published or turned back first."),
    "notices.edition_decided": _("Somebody has published or turned this back in the meantime."),
    "notices.announcement_withdrawn": _("This has been withdrawn. Write a new one instead."),
    "notices.export_often": _("That were many lists within an hour. Try again later."),
}
