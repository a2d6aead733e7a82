"""The rules of `rules.passwords` as Django's password validators; their codes are those of `people.problems`."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from lianfang.people.models import IdentityDocument, PasswordUsed, User
from lianfang.people.rules import passwords


class Varied:
    """Three kinds of signs of four, or long."""

    def validate(self, password: str, user: User | None = None) -> None:
        if not passwords.is_varied(password):
            raise ValidationError(
                _("Use three of these: capitals, small letters, digits, other signs. Or make it 16 signs or longer."),
                "password_too_plain",
            )

    def get_help_text(self) -> str:
        return _("Three of capitals, small letters, digits and other signs; or 16 signs and more.")


class NotPersonal:
    """No telephone and no identity number in it; names are Django's to compare."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and passwords.holds_personal(password, _numbers(user)):
            raise ValidationError(_("The password contains your telephone or identity number."), "password_too_similar")

    def get_help_text(self) -> str:
        return _("Not your telephone or identity number.")


class NotUsedBefore:
    """Neither the present one nor one of those before it."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        former = PasswordUsed.objects.filter(user=user).order_by("-at", "-pk")
        used = [user.password, *former.values_list("encoded", flat=True)[: settings.PASSWORDS_KEPT - 1]]
        if any(check_password(password, encoded) for encoded in used):
            raise ValidationError(_("You have used this password before. Choose a new one."), "password_used")

    def get_help_text(self) -> str:
        return _("None of your last five passwords.")


def _numbers(user: User) -> list[str]:
    own = IdentityDocument.objects.filter(person=user.person_id, number__isnull=False) if user.person_id else ()
    return [user.work_phone, *(document.number.open() for document in own if document.number)]
