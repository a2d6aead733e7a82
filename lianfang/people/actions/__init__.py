"""What people do with accounts and postings. Each noun has its file; the verbs others call most stand here."""

from lianfang.people.actions.accounts import (
    NewAccount,
    activate,
    change_password,
    create_account,
    create_accounts,
    deactivate,
    open_account,
    reset_password,
    set_language,
    update_account,
)
from lianfang.people.actions.postings import NewPosting, appoint, appoint_all, dismiss
from lianfang.people.actions.signing_in import address_locked, end_devices, sign_in_failed, signed_in

__all__ = [
    "NewAccount", "NewPosting", "activate", "address_locked", "appoint", "appoint_all", "change_password",
    "create_account", "create_accounts", "deactivate", "dismiss", "end_devices", "open_account", "reset_password",
    "set_language", "sign_in_failed", "signed_in", "update_account",
]  # fmt: skip
