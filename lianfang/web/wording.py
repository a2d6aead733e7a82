"""Words of the notices that `web` sends for rooms without pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "account.factors_reset": (
        _("Your second factor has been reset"),
        _(
            "%(by)s has reset it, because you lost it. If you did not ask for this, tell the security administrator at once and change your password."
        ),
    ),
    "account.password_reset": (
        _("Your password has been reset"),
        _(
            "%(by)s has set a one-time password for you. If you did not ask for this, tell the security administrator at once. Duties that open personal data hold again once they have been confirmed."
        ),
    ),
    "posting.resting": (
        _("A duty waits to be confirmed once more"),
        _(
            "%(by)s has set a new password for somebody of %(unit)s whose duty opens personal data. Ask that person before you confirm it again."
        ),
    ),
    "audit.broken": (
        _("The audit chain is broken"),
        _(
            "The nightly check found events that were changed, removed or added past the program. Keep the database and the key file as they are, and have the operator run “manage.py audit verify”, which names the events."
        ),
    ),
    "request.asked": (
        _("Somebody asks for your agreement"),
        _("A request about %(unit)s waits for your answer. Read what is asked and why, then agree or refuse."),
    ),
    "request.agreed": (_("Your request was agreed to"), _("Your request about %(unit)s can be used now.")),
    "request.refused": (
        _("Your request was refused"),
        _("Your request about %(unit)s was refused. The reason stands with it."),
    ),
    "grant.taken": (
        _("Emergency access was taken"),
        _("%(who)s opened records of %(unit)s in an emergency. The reason and the hours stand with it."),
    ),
    "subject.asked": (
        _("A family asks something about its data"),
        _("A request of a family of %(unit)s waits for your answer."),
    ),
    "claim.closed": (
        _("Too many wrong answers for a pupil"),
        _("Somebody tried to connect a device for a pupil of %(unit)s and failed too often. Ask the family."),
    ),
    "person.also_elsewhere": (
        _("Pupils were registered at another school"),
        _(
            "%(school)s has registered %(people)s of the pupils of %(unit)s. Whoever has gone there: end the belonging here. Otherwise ask that school."
        ),
    ),
    "posting.rejected": (
        _("A duty was not confirmed"),
        _("The security administrator rejected a duty at %(unit)s: %(reason)s"),
    ),
    "leave.agreed": (_("Your absence was agreed to"), _("Your absence from %(unit)s was agreed to.")),
    "leave.refused": (
        _("Your absence was refused"),
        _("Your absence from %(unit)s was refused. The reason stands with it."),
    ),
    "leave.stand_in": (
        _("You stand in for a colleague"),
        _("A colleague at %(unit)s is away; you act with their duties meanwhile. The days stand with it."),
    ),
    "leave.recalled": (
        _("You are called back"),
        _("%(unit)s calls back everybody who is away: %(reason)s"),
    ),
}
