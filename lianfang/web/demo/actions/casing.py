"""Cases of the showcase school: the influenza of its two classes at every stage, and one child with varicella."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from uuid import UUID

from lianfang.cases.actions import cases as actions
from lianfang.cases.actions import emergencies
from lianfang.cases.models import Case
from lianfang.cases.rules.course import Said
from lianfang.cases.rules.emergencies import Facts
from lianfang.core import clock
from lianfang.core.ids import uuid7
from lianfang.health.queries import findings
from lianfang.health.queries.findings import Finding
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.surveillance.actions import clusters

_BACK = 9  # days
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360f8cfc0000003010100c9"
    "fe92ef0000000049454e44ae426082".replace(" ", "")
)


def play(*, school: Unit, doctor: User, now: datetime) -> None:
    """Those with fever of the last days, the first who fell ill first."""
    today = clock.day_of(now)
    first: dict[UUID, tuple[date, Finding]] = {}
    for back in range(_BACK, 0, -1):
        for row in findings.of_unit(school, today - timedelta(days=back)):
            if row.day.fever:
                first.setdefault(row.person.pk, (today - timedelta(days=back), row))
    for number, (on, row) in enumerate(list(first.values())[:8]):
        case = _open(school, doctor, row, "influenza", on)
        if number < 6:
            _goes_on(case, doctor, on, today, over=number < 4)
    _varicella(school, doctor, today, [row for _, row in list(first.values())[8:9]])
    _watched(school, doctor, today)


def _watched(school: Unit, doctor: User, today: date) -> None:
    """The thresholds of each day as they would have been found; the first time they were, it was reported."""
    told = False
    for back in range(_BACK, 0, -1):
        day = today - timedelta(days=back)
        if clusters.watch(on=day, schools=[school.pk], now=_at(day, 10)) and not told:
            facts = Facts(count=5, symptoms=("fever", "cough"), words="同一班级三天内五人发热，已通知家长接回。")
            made = emergencies.report(
                by=doctor, key=uuid7(), school=school, unit=school, kind="cluster", discovered_at=_at(day, 10),
                facts=facts, now=_at(day, 11),
            )  # fmt: skip
            clusters.told(emergency=made)
            told = True


def _open(school: Unit, doctor: User, row: Finding, disease: str, on: date) -> Case:
    return actions.suspect(
        by=doctor, person=row.person, school=school, unit=row.unit, disease=disease, origin="check", onset_on=on,
        basis="晨检发现", key=uuid7(), now=_at(on, 9),
    )  # fmt: skip


def _goes_on(case: Case, doctor: User, on: date, today: date, *, over: bool) -> None:
    said: defaultdict[date, list[tuple[str, Said]]] = defaultdict(list)
    said[on] += [
        ("place", Said(on=on, word="home")),
        ("diagnosis", Said(at=_at(on, 11), word="clinical", text="社区卫生服务中心")),
    ]
    if over and on + timedelta(days=5) < today:
        said[on + timedelta(days=2)].append(("free", Said(at=_at(on + timedelta(days=2), 20))))
        said[on + timedelta(days=5)] += [
            ("agreed", Said(on=on + timedelta(days=5))), ("returned", Said(on=on + timedelta(days=5))),
        ]  # fmt: skip
    for day, rows in said.items():
        for kind, what in rows:
            basis = "复课检查" if kind == "returned" else ""
            actions.say(by=doctor, case=case, kind=kind, said=what, basis=basis, key=uuid7(), now=_at(day, 21))


def _varicella(school: Unit, doctor: User, today: date, rows: list[Finding]) -> None:
    for row in rows:
        on = today - timedelta(days=3)
        case = _open(school, doctor, row, "varicella", on)
        for kind, said in (
            ("diagnosis", Said(at=_at(on, 15), word="clinical", text="市第一医院")),
            ("place", Said(on=on, word="home")), ("rash", Said(on=on)),
        ):  # fmt: skip
            actions.say(by=doctor, case=case, kind=kind, said=said, key=uuid7(), now=_at(on, 16))
        actions.prove(
            by=doctor, case=case, level="level2", on=on, name="诊断证明.png", content=_PICTURE, key=uuid7(),
            now=_at(on, 17),
        )  # fmt: skip


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), clock.ZONE)
