"""How a class is named in a roster, and which unit of the school it is."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lianfang.people.rules.numerals import in_digits

_NUMBER = re.compile(r"[零〇一二两三四五六七八九十]+")
CLOSE = 3
_DEPARTMENT = re.compile("(?:学院|系部|系|部)$")
_OF_DEPARTMENT = re.compile(r"(?:学院|系部|系)(?=\d)")
_YEAR_TWICE = re.compile(r"^(?:20)?(\d\d)级(?=\D+\1\d\d)")


@dataclass(frozen=True)
class Place:
    """A unit of the school. ``open_to_me``: the uploader may import there."""

    id: int
    name: str
    code: str
    kind: str
    open_to_me: bool
    other_names: tuple[str, ...] = ()


@dataclass
class Places:
    """All units of a school, found by what a roster calls them."""

    by_key: dict[str, list[Place]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    _known: dict[tuple[str, str, str], "Place | str"] = field(default_factory=dict)

    @classmethod
    def of(cls, places: Iterable[Place]) -> "Places":
        made = cls()
        for place in places:
            if place.kind == "class":
                made.names.append(place.name)
            for key in dict.fromkeys(key_of(text) for text in (place.name, place.code, *place.other_names) if text):
                made.by_key.setdefault(key, []).append(place)
        return made

    def find(self, text: str, grade: str = "", department: str = "") -> "Place | str":
        """The unit, or the code of a problem: none of that name, or several. Grade, department and class may stand
        apart."""
        known = (text, grade, department)
        if known not in self._known:
            self._known[known] = self._find(*known)
        return self._known[known]

    def _find(self, text: str, grade: str, department: str) -> "Place | str":
        problem = "people.row_class_unknown"
        for one in _tries(text, grade, department):
            found = self.by_key.get(key_of(one), [])
            # people call the school and its office by one name; a class is the likelier meaning
            classes = [place for place in found if place.kind == "class"] or found
            if len(classes) == 1 and not (one == text and _of_another_grade(classes[0], text, grade)):
                return classes[0]
            if len(classes) > 1:
                problem = "people.row_class_several"
        return problem

    def close_to(self, text: str) -> list[str]:
        """Names that look like it, for a message."""
        return difflib.get_close_matches(text, self.names, n=CLOSE, cutoff=0.5)

    def named_in(self, texts: Sequence[str]) -> Place | None:
        """The one class that a title or the name of a sheet speaks of ("机电1901班花名册")."""
        found: dict[int, Place] = {}
        for text in texts:
            left = key_of(text)
            # the longest names first: 高一11班 speaks of no 高一1班
            for key in sorted((key for key in self.by_key if len(key) > 1 and key in left), key=len, reverse=True):
                if _speaks_of(left, key):
                    left = left.replace(key, "\n")
                    found |= {place.id: place for place in self.by_key[key] if place.kind == "class"}
        return next(iter(found.values())) if len(found) == 1 else None


def _speaks_of(text: str, key: str) -> bool:
    at = text.find(key)
    if at < 0:
        return False
    before, behind = text[at - 1 : at] if at else "", text[at + len(key) : at + len(key) + 1]
    return not (key[0].isdigit() and before.isdigit()) and not (key[-1].isdigit() and behind.isdigit())


def _tries(text: str, grade: str, department: str) -> list[str]:
    """What the class may be called in full, the most telling first."""
    grades = []
    if grade and grade not in text:
        bare = re.sub("年?级$", "", grade)
        grades = [grade, f"{bare}级", bare]
        if re.fullmatch(r"(?:20)?\d\d", bare):
            grades += [f"20{bare[-2:]}级", f"{bare[-2:]}级", f"20{bare[-2:]}", bare[-2:]]
    tries = [*(f"{one}{text}" for one in grades), text]
    # 2018级机电1801班 says its year twice, 机电学院1801班 its department in full
    tries += [short for one in tries if (short := _YEAR_TWICE.sub("", _OF_DEPARTMENT.sub("", one))) != one]
    # 机电 + 1901 is 机电1901班, and 1班 may be said in two departments
    names = dict.fromkeys((department, _DEPARTMENT.sub("", department))) if department else ()
    return list(dict.fromkeys([*tries, *(f"{name}{one}" for name in names for one in tries)]))


def _of_another_grade(place: Place, text: str, grade: str) -> bool:
    """A bare 1班 of 2018级 is not the 1班 a line of 2019级 means."""
    if not grade or not re.fullmatch(r"\d{1,2}", key_of(text)):
        return False
    year = re.search(r"\d\d$", grade.removesuffix("级"))
    fulls = [key_of(name) for name in place.other_names if name.endswith(place.name)]
    years = {match[1] for full in fulls for match in re.finditer(r"(?:20)?(\d\d)级", full)}
    return bool(year and years and year[0] not in years)


def key_of(text: str) -> str:
    """机电1901班, 机电１９０１, 机电(1901)班 → one key; 高一（3）班, 高一三班, 高1(3) → one key."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _NUMBER.sub(lambda match: in_digits(match[0]), text)
    text = re.sub(r"[\s()\[\]【】\-_.·、,第]+", "", text)
    return re.sub(r"(?<=.)(?:班级|班)$", "", text.replace("年级", "级"))
