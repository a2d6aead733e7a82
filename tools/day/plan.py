"""What happens to which school on this day: decided before it begins, the same for the same date."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lianfang.returns import rules
from lianfang.returns.spec import Form
from tools.day.roster import School

UNVERIFIED = rules.UNVERIFIED
# In the order in which a small day gives them away; all others file zero.
SPECIAL = ("late", "suspected", "turned_back", "unverified", "sent_back", "never")


@dataclass
class Story:
    """One school's day. ``cells`` is what it files first, ``corrected`` what replaces it after it came back."""

    school: School
    kind: str
    cells: dict[str, int | str]
    corrected: dict[str, int | str] = field(default_factory=dict)
    by_parts: bool = False
    by_form: bool = False
    twice: bool = False

    @property
    def final(self) -> Mapping[str, int | str]:
        """What must count in the end."""
        return self.corrected or self.cells

    @property
    def reports(self) -> bool:
        return self.kind != "never"


_ABOVE_ZERO: dict[str, tuple[dict[str, int | str], dict[str, int | str]]] = {
    "suspected": (
        {"suspected.students": 2, "suspected_here.students": 1, "isolated_home.staff": 3,
         "treatment": "女，17岁，2月9日起发热，已送市第一医院隔离观察，待核酸结果。"},
        {},
    ),
    "unverified": (
        {"isolated_home.students": UNVERIFIED, "isolated_home.staff": 1, "remark": "两名学生在外地，正在核实。"},
        {},
    ),
    "turned_back": ({}, {"isolated_home.students": 4, "remark": "补报：四名学生从外地返回，居家隔离。"}),
    "sent_back": ({"isolated_home.staff": 11}, {"isolated_home.staff": 1}),
}  # fmt: skip


def stories(form: Form, schools: list[School], on: date) -> list[Story]:
    """One story a school. Those with cases go to schools that have a leader to sign first."""
    dice = random.Random(on.toordinal())  # noqa: S311 (a plan, no secret)
    kinds = {}
    free = list(schools)
    for kind in [*SPECIAL, *["never"] * (len(schools) // 40)]:
        fitting = [school for school in free if school.leader or kind in ("late", "never")]
        if fitting:
            chosen = dice.choice(fitting)
            free.remove(chosen)
            kinds[chosen.id] = kind
    return [_story(form, school, kinds.get(school.id, "zero"), number) for number, school in enumerate(schools)]


def _story(form: Form, school: School, kind: str, number: int) -> Story:
    zero: dict[str, int | str] = dict.fromkeys(form.count_cells, 0)
    first, then = _ABOVE_ZERO.get(kind, ({}, {}))
    return Story(
        school, kind, zero | first, zero | then if then else {},
        by_parts=number % 5 == 1 and len(school.parts) == len(form.parts) and not first,
        by_form=number % 4 == 2 or bool(first), twice=number % 3 == 0,
    )  # fmt: skip
