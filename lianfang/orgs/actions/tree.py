"""What every change of the tree's shape needs: its lock, keys before rows, and the sort key."""

from django.db import connection

# Any number for PostgreSQL's advisory locks, the same in all processes.
_TREE = 0x1F


def lock_shape(*, alone: bool) -> None:
    """Hold the shape of the tree for this transaction.

    New units are placed under a path they have read; a move rewrites paths. Placing (``alone=False``) goes on side by
    side, a move or an import waits until it is alone. Read units after this call, not before.
    """
    kind = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(%s)", [_TREE])


def next_ids(count: int) -> list[int]:
    """Keys for units that are to be written: a path holds the unit's own id, so the id must be known first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('orgs_unit', 'id')) FROM generate_series(1, %s)", [count])
        return [row[0] for row in cursor.fetchall()]


def sort_key(name: str) -> str:
    """The pinyin of a name and its initials, "hunansheng hns": sorts lists and answers searches by either."""
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a third of a second: not at every start

    full = "".join(lazy_pinyin(name, errors="default")).lower().replace(" ", "")
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")).lower().replace(" ", "")
    return f"{full[:150]} {initials[:49]}"
