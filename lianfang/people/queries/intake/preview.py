"""What the pages of an import read."""

from collections.abc import Sequence

from django.db.models import QuerySet

from lianfang.orgs.models import Unit
from lianfang.people import access
from lianfang.people.models import RosterFile, RosterRow, User


def files(user: User) -> QuerySet[RosterFile]:
    """Uploads of the units the user may import at, newest first, without their content."""
    mine = RosterFile.objects.filter(access.scope(user, "person.import", "unit__"))
    return mine.select_related("unit").defer("content").order_by("-at")


def rows(file: RosterFile, plan: str) -> QuerySet[RosterRow]:
    """The lines of one plan in the order of the file; "warned": those that want a look."""
    found = RosterRow.objects.filter(file=file).order_by("sheet", "line")
    return found.filter(warned=True).exclude(plan="error") if plan == "warned" else found.filter(plan=plan)


def unit_names(ids: Sequence[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))


def problems_by_line(file: RosterFile) -> dict[tuple[int, int], list[dict[str, object]]]:
    """(sheet, line) → problems, for the marked copy."""
    found = RosterRow.objects.filter(file=file).exclude(problems=[]).exclude(plan="leave")
    return {(sheet, line): told for sheet, line, told in found.values_list("sheet", "line", "problems").iterator()}
