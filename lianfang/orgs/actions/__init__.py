"""What can be done to units: one at a time (units), many (importing), second reporting lines (sponsoring)."""

from lianfang.orgs.actions.importing import import_units
from lianfang.orgs.actions.keeping import apply_list, keep_list
from lianfang.orgs.actions.sponsoring import end_sponsorship, sponsor
from lianfang.orgs.actions.units import close_unit, create_unit, move_unit, update_unit

__all__ = [
    "apply_list",
    "close_unit",
    "create_unit",
    "end_sponsorship",
    "import_units",
    "keep_list",
    "move_unit",
    "sponsor",
    "update_unit",
]
