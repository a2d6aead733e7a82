"""Parts of addresses that the room's pages share."""

from datetime import date

from lianfang.health.rules.sent import ROUNDS
from lianfang.health.rules.sheets import code, number


class DayConverter:
    """A day in an address: 2020-02-10. Days that do not exist are no address (404)."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class PlaceConverter:
    """A class ("412"), or a group of a unit ("412-3"): unit and group, None for the unit's own people."""

    regex = r"\d{1,9}(?:-\d{1,9})?"

    def to_python(self, value: str) -> tuple[int, int | None]:
        unit, _, group = value.partition("-")
        return int(unit), int(group) if group else None

    def to_url(self, value: object) -> str:
        return str(value)


class RoundConverter:
    """morning, noon, evening."""

    regex = "|".join(ROUNDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class CodeConverter:
    """A key of a record as sixteen hexadecimal digits (`rules.sheets.code`)."""

    regex = "[0-9A-F]{16}"

    def to_python(self, value: str) -> int:
        return number(value)

    def to_url(self, value: int) -> str:
        return code(value)
