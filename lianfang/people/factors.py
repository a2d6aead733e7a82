"""Second factors as allauth keeps them, with their secrets sealed like every personal value."""

from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _

from lianfang.core import crypto

PLACE = "mfa_authenticator.data"


class Adapter(DefaultMFAAdapter):
    """Setting ``MFA_ADAPTER``."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def _get_site_name(self) -> str:
        return _("Lianfang")


def seal(text: str) -> str:
    """For columns of other packages, which hold text; `people.apps` makes them known to the rotation of keys."""
    return crypto.seal_text(text, PLACE)


def unseal(sealed: str) -> str:
    return crypto.open_text(sealed, PLACE)
