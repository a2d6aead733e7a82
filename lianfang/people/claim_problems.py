"""The words for everything a claim, a code or a request about one's own data can be refused for."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLAIMS: dict[str, str | Promise] = {
    "people.claim_not_matched": _(
        "This does not fit what the school has on file. Check every field. If it is right, ask the class teacher:"
        " perhaps the file is out of date."
    ),
    "people.claim_too_often": _("Too many tries. Please wait an hour, or ask the class teacher for a personal link."),
    "people.code_unknown": _("This code is not valid any more. Ask the class teacher for the present one."),
    "people.code_not_a_class": _("Only a class has a code."),
    "people.not_assessed": _(
        "Self-service can be opened once your unit or one above it has recorded an impact assessment for it."
    ),
    "people.consent_not_yours": _(
        "Until the 14th birthday a guardian answers this question, from then on the pupil alone."
    ),
    "people.request_empty": _("Write down what this is about."),
    "people.request_waits": _("You have asked this already; the school has not answered yet."),
    "people.subject_answered": _("Somebody has answered this request already."),
    "people.subject_reason_missing": _("A refusal needs its reason in writing, in at least %(least)s characters."),
    "people.not_applicable": _("This correction has to be made in the roster by hand."),
}
