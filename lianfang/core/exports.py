"""What leaves the system as a spreadsheet: cells that cannot turn into formulas."""

from typing import Any

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> Any:
    """Neutralise text that a spreadsheet program would run as a formula (OWASP CSV injection): prefix an apostrophe.

    Numbers, dates and blanks pass unchanged.
    """
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return "'" + value
    return value
