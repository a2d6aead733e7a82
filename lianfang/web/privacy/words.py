"""What several pages about personal data call things."""

from django.utils.translation import gettext_lazy as _

# Modules that are used only after an assessment (control F09).
MODULES = {
    "self_service": _("Self-service for pupils and guardians"),
    "health_notes": _("Notes about health"),
    "roster": _("Roster"),
    "survey": _("Surveys of whereabouts"),
}
LEVELS = [(1, _("Level I (gravest)")), (2, _("Level II")), (3, _("Level III")), (4, _("Level IV"))]
# Kinds of data an incident can touch (PIPL 57; regulation on minors online).
KINDS = {
    "names": _("names, classes"),
    "numbers": _("identity numbers"),
    "phones": _("telephones, addresses"),
    "health": _("health"),
    "accounts": _("accounts, passwords of staff"),
}
HAPPENED = {"leaked": _("leaked"), "changed": _("tampered with"), "lost": _("lost")}
