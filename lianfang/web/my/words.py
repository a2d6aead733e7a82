"""What self-service says about purposes, requests and ways of proving a claim."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianfang.people.models.claims import SubjectKind
from lianfang.people.rules import claims as rules

CORRECTABLE: dict[str, str | Promise] = {
    "guardian_phone": _("My own telephone number"),
    "phone": _("The child’s telephone number"),
    "address": _("Home address"),
    "name": _("The child’s name"),
    "born_on": _("The child’s birthday"),
    "document": _("Identity document"),
    "other": _("Something else"),
}


@dataclass(frozen=True)
class Question:
    """An optional purpose in words: what is asked, and what it is for."""

    title: str | Promise
    text: str | Promise


PURPOSES: dict[str, Question] = {
    "contact_second_phone": Question(
        _("A second number for less urgent calls"),
        _("The school may also call the second guardian on file about matters that are not urgent."),
    ),
    "email_reminders": Question(
        _("Reminders by e-mail"),
        _("The school may send reminders about health and attendance by e-mail as well."),
    ),
}

# What a kind of request means, as one says it to a family.
KINDS: dict[str, Question] = {
    SubjectKind.CORRECT: Question(
        _("Have something corrected"), _("A telephone number, the address or another fact is wrong or out of date.")
    ),
    SubjectKind.EXPLAIN: Question(
        _("Ask for an explanation"), _("Why something is on file, who receives it, how long it is kept.")
    ),
    SubjectKind.DELETE: Question(
        _("Ask for deletion"), _("Of what is not needed any more. What the law obliges the school to keep stays.")
    ),
    SubjectKind.COPY: Question(
        _("Ask for a copy on paper"), _("You can also take a copy here at once, without waiting.")
    ),
}

HOW: dict[str, str | Promise] = {
    "guardian_phone": _("by a guardian’s telephone number"),
    "guardian_document": _("by the child’s birthday and document"),
    "pupil_document": _("by the pupil’s own document"),
    "pupil_number": _("by the pupil’s school number"),
}


def who(how: str) -> str | Promise:
    """As what a device acts."""
    return _("Guardian") if rules.is_guardians(how) else pgettext_lazy("self-service", "Pupil")
