"""The words for uploads that cannot be opened at all, and for keys."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, str | Promise] = {
    "core.no_sheet": _(
        "This file is not an Excel spreadsheet (.xlsx or .xls). Save it as .xlsx and upload it again. Nothing was changed."
    ),
    "core.sheet_too_large": _(
        "The file has %(size)s MB; at most %(most)s MB are accepted. Nothing was read or changed."
    ),
    "core.sheet_password": _(
        "The file is protected by a password. Remove the protection, save the file and upload it again. Nothing was changed."
    ),
    "core.sheet_unpacks_too_large": _(
        "Opened, this file would take more than %(most)s MB. Copy the table alone into the blank template and upload that one. Nothing was changed."
    ),
    "core.sheet_too_wide": _(
        "This sheet reaches as far as cell %(cell)s. Copy the table alone into the blank template and upload that one. Nothing was changed."
    ),
    "core.sheets_too_many": _(
        "The file has %(sheets)s sheets; at most %(most)s are read. Split it into several files. Nothing was changed."
    ),
    "core.sheet_empty": _("The file is empty. Nothing was changed."),
    "core.key_unknown": _("The key file has no key number %(number)s."),
    "core.key_active": _("Key %(number)s is the active one. Add a new key and run keys rotate first."),
    "core.key_used": _(
        "Key %(number)s is still needed: by %(values)s sealed values and %(links)s links of the audit chain. Values are freed by keys rotate; links need their key as long as the chain is kept."
    ),
    "core.key_busy": _("Somebody is writing just now. Nothing was changed; try again in a moment."),
    "core.suite_unknown": _("There is no family of algorithms %(suite)s; there are: %(known)s."),
    "core.sheet_formula": _(
        "The file holds formulas that cannot be read. Save it with values only and upload it again."
    ),
}
