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
    signed_in,
    update_account,
)
from lianfang.people.actions.postings import NewPosting, appoint, appoint_all, dismiss

__all__ = [
    "NewAccount", "NewPosting", "activate", "appoint", "appoint_all", "change_password", "create_account",
    "create_accounts", "deactivate", "dismiss", "open_account", "reset_password", "set_language", "signed_in",
    "update_account",
]  # fmt: skip
