"""Who holds which duty in the demo: user names say duty and unit (``clerk.4143010532``, ``liaison.430100``).

The short names (``clerk``, ``city`` …) are the accounts to begin with; each has the duty of the long one beside it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lianfang.web.demo import places
from lianfang.web.demo.places import School


@dataclass(frozen=True)
class Post:
    """``unit`` is a unit's code. ``also`` are further roles of the same person at the same unit."""

    username: str
    unit: str
    role: str
    title: str
    deputy: bool = False
    also: tuple[str, ...] = ()


# The accounts to try first, in the order in which a day passes through them.
SHORT = (
    Post("students", f"{places.SHOWCASE}-XS", "department", "学生处干事"),
    Post("staff", f"{places.SHOWCASE}-RS", "department", "人事处干事"),
    Post("logistics", f"{places.SHOWCASE}-HQ", "department", "后勤处干事"),
    Post("clerk", places.SHOWCASE, "clerk", "防控办干事", also=("liaison",)),
    Post("head", places.SHOWCASE, "office_head", "防控办主任"),
    Post("leader", places.SHOWCASE, "leader", "副校长"),
    Post("principal", places.SHOWCASE, "principal", "校长"),
    Post("teacher", f"{places.SHOWCASE}-D1-01", "class_teacher", "班主任"),
    Post("counsellor", f"{places.SHOWCASE}-D1", "counsellor", "辅导员"),
    Post("registrar", places.SHOWCASE, "registrar", "学籍管理员"),
    Post("doctor", places.SHOWCASE, "doctor", "校医"),
    Post("city", places.CAPITAL, "liaison", "疫情防控联络员"),
    Post("province", places.PROVINCE, "liaison", "疫情防控联络员"),
    Post("sponsor", "HN-EDU", "liaison", "学校疫情防控联络员"),
    Post("inspector", places.PROVINCE, "inspector", "督导员"),
    Post("admin", places.PROVINCE, "unit_admin", "系统管理员"),
    Post("security", places.PROVINCE, "security_admin", "安全管理员"),
    Post("auditor", places.PROVINCE, "auditor", "审计员"),
)


def above_schools() -> Iterator[Post]:
    """Everybody outside the schools."""
    yield from SHORT
    yield Post("principal.430000", places.PROVINCE, "principal", "分管副厅长")
    yield Post("deputy.430000", places.PROVINCE, "liaison", "副联络员", deputy=True)
    for code, _, _ in places.AUTHORITIES:
        yield Post(f"liaison.{code}", code, "liaison", "联络员", deputy=code == "HN-EDU")
    for code, _ in places.cities():
        yield Post(f"principal.{code}", code, "principal", "分管副局长")
        yield Post(f"liaison.{code}", code, "liaison", "联络员", deputy=code == places.CAPITAL)
        yield Post(f"deputy.{code}", code, "liaison", "副联络员", deputy=True)
    for code, _ in places.counties():
        yield Post(f"principal.{code}", code, "principal", "分管副局长")
        yield Post(f"liaison.{code}", code, "liaison", "联络员")


def of_school(school: School) -> Iterator[Post]:
    """Everybody at a school. A few schools and campuses lack somebody, so that the gap list has something to say."""
    dice = school.dice("posts")
    code, second = school.code, school.code == places.SHOWCASE
    principal, liaison = (dice.random() >= 0.03 or second for _ in range(2))
    if principal:
        yield Post(f"principal.{code}", code, "principal", "副校长" if second else "校长", deputy=second)
    yield Post(f"leader.{code}", code, "leader", "副校长", deputy=second)
    yield Post(f"head.{code}", code, "office_head", "防控办主任", deputy=second)
    yield Post(f"clerk.{code}", code, "clerk", "防控办干事", deputy=second, also=("liaison",) if liaison else ())
    for name, mark, title in (("students", "XS", "学生处"), ("staff", "RS", "人事处"), ("logistics", "HQ", "后勤处")):
        yield Post(f"{name}.{code}", f"{code}-{mark}", "department", f"{title}干事", deputy=second)
    for campus, _ in places.campuses(school):
        if dice.random() >= 0.1:
            yield Post(f"principal.{campus}", campus, "principal", "校区负责人")
    yield Post(f"registrar.{code}", code, "registrar", "学籍管理员", deputy=second)
    yield Post(f"doctor.{code}", code, "doctor", "校医", deputy=second)
    if second:
        yield from _of_classes(school)
    if dice.random() < 0.2 or second:
        yield Post(f"admin.{code}", code, "unit_admin", "学校管理员")


def _of_classes(school: School) -> Iterator[Post]:
    """A class teacher for each class but one, a counsellor for each department."""
    for code, _name, inside in places.departments(school):
        first = code.endswith("-D1")
        yield Post(f"counsellor.{code}", code, "counsellor", "辅导员", deputy=first)
        for inner, _label, _size in inside[: -1 if code.endswith("-D2") else None]:
            yield Post(f"teacher.{inner}", inner, "class_teacher", "班主任", deputy=inner.endswith("-D1-01"))
