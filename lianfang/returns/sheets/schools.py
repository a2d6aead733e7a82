"""Finding a school by what a sheet calls it."""

import re
from collections.abc import Iterable

from lianfang.returns.sheets import phrases
from lianfang.returns.sheets.table import School

_WITH_CODE = re.compile(r".*\(([^()]+)\)")


class Schools:
    """The schools one may report for, by name, short name and code."""

    def __init__(self, schools: Iterable[School]) -> None:
        self.by_code: dict[str, School] = {}
        self.by_name: dict[str, dict[int, School]] = {}
        for school in schools:
            self.by_code[phrases.tidy(school.code)] = school
            for name in (school.name, getattr(school, "short_name", "")):
                if key := phrases.tidy(name):
                    self.by_name.setdefault(key, {})[school.id] = school

    def find(self, said: str) -> School | None:
        """None when there is no such school; LookupError when several have that name."""
        key = phrases.tidy(said)
        if key in self.by_code:
            return self.by_code[key]
        named = self.by_name.get(key, {})
        if len(named) > 1:
            raise LookupError(said)
        if named:
            return next(iter(named.values()))
        # 某某技工学校（4143000123): the code in brackets tells schools of one name apart
        with_code = _WITH_CODE.fullmatch(key)
        return self.by_code.get(with_code[1]) if with_code else None
