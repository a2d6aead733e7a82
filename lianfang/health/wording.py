"""Words of the notices that the room sends."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "key_person.given": (
        _("%(unit)s: somebody is followed, and you look after them"),
        _("The page says how often to ask and what to write down."),
    ),
    "key_person.ill": (
        _("%(unit)s: somebody who is followed has a fever or symptoms"),
        _("It was found when they were asked today. The page says who it is and what to do now."),
    ),
    "card.ill": (
        _("%(unit)s: a health card says that somebody is not well"),
        _("A card of %(on)s names symptoms, or something that keeps somebody at home. The list of the cards says who."),
    ),
    # no longer said: what is owed has words of its own; these stand in notices of before
    "absence.due": (
        _("%(unit)s: absent, and not yet traced (%(count)s)"),
        _("The time to ask has passed. Call the family and note what you learned; it takes a minute each."),
    ),
    "absence.raised": (
        _("%(unit)s: absences not traced for hours (%(count)s)"),
        _(
            "Class teacher and school doctor were told and have not noted anything. See who can call the families today."
        ),
    ),
    # Of before asking went through `obligations`; such notices stand in inboxes.
    "roll.chased": (
        _("%(unit)s: the check of %(on)s is not reported yet"),
        _("If everybody is there and well, one tap reports it. If you have just done so, there is nothing left to do."),
    ),
    "rolls.chased": (
        _("%(unit)s asks for the class checks of %(on)s"),
        _("Classes of your school have not reported yet. The board names them, with their teachers."),
    ),
    "survey.chased_schools": (
        _("%(unit)s asks for the missing answers to “%(title)s”"),
        _("Answers of your school are missing. The page says in which classes, and asks their teachers with one tap."),
    ),
    "survey.chased": (
        _("%(unit)s: answers are missing to “%(title)s”"),
        _("The page says who is missing. Call them and fill in what they say; most are done with two taps."),
    ),
}
