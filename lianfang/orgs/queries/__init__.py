"""Reads of units: the tree (tree), a spreadsheet of units (sheet) and what it would do to the tree (intake)."""

from lianfang.orgs.queries.tree import (
    ancestors,
    below,
    by_code,
    by_codes,
    children,
    kinds_below,
    named,
    root,
    schools_sponsored,
    search,
    sponsor_lines,
    sponsors_of,
)

__all__ = [
    "ancestors",
    "below",
    "by_code",
    "by_codes",
    "children",
    "kinds_below",
    "named",
    "root",
    "schools_sponsored",
    "search",
    "sponsor_lines",
    "sponsors_of",
]
