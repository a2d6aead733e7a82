"""Two emergencies of the showcase school: one that proved to be nothing, and one that runs."""

from datetime import datetime, timedelta
from uuid import UUID

from lianfang.cases.actions import contacts, emergencies
from lianfang.cases.queries import recipients
from lianfang.cases.rules.emergencies import Facts
from lianfang.core.ids import uuid7
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_NUMBERS = (
    ("disease_control", "市疾控中心应急值班室", "0731-8430 0120"),
    ("community", "学士街道社区卫生专干", "0731-8885 0110"),
    ("medical", "市第一医院发热门诊", "0731-8491 1000"),
)  # fmt: skip
_LATELY, _BEFORE = timedelta(minutes=25), timedelta(days=4, hours=2)


def play(*, school: Unit, class_: Unit, people: dict[str, User], now: datetime) -> None:
    """``people``: teacher, doctor, head, principal and city by these names."""
    contacts.put(by=people["head"], unit=school, rows=_NUMBERS, now=now - timedelta(days=20))
    _was_nothing(school, class_, people, now - _BEFORE)
    _runs(school, class_, people, now - _LATELY)


def _was_nothing(school: Unit, class_: Unit, people: dict[str, User], at: datetime) -> None:
    facts = Facts(count=1, symptoms=("rash", "fever"), words="晨检发现皮疹伴低热，已到观察室，家长在路上。")
    made = emergencies.report(
        by=people["teacher"], key=uuid7(), school=school, unit=class_, kind="person",
        discovered_at=at - timedelta(minutes=6), facts=facts, now=at,
    )  # fmt: skip
    for minutes, who in ((2, "principal"), (4, "head"), (5, "doctor"), (9, "city")):
        emergencies.acknowledge(by=people[who], emergency=made, now=at + timedelta(minutes=minutes))
    for minutes, (body, name, _number) in enumerate(_NUMBERS, 6):
        _call(made.pk, body, name, people["doctor"], at + timedelta(minutes=minutes))
    seen = Facts(count=1, words="家长带往市第一医院就诊，体温37.6℃。")
    emergencies.add(by=people["doctor"], emergency=made, facts=seen, key=uuid7(), now=at + timedelta(minutes=50))
    words = "医院排除传染病，诊断为过敏性皮炎，医嘱休息一天。"
    emergencies.add(
        by=people["doctor"], emergency=made, facts=Facts(count=0, words=words), outcome="excluded", key=uuid7(),
        now=at + timedelta(hours=5),
    )  # fmt: skip


def _runs(school: Unit, class_: Unit, people: dict[str, User], at: datetime) -> None:
    facts = Facts(
        count=4, symptoms=("vomiting", "abdominal_pain"), shared="meal", place="二食堂午餐后",
        since=at - timedelta(hours=2), words="同班四人先后呕吐，已分开安置，通知家长。",
    )  # fmt: skip
    made = emergencies.report(
        by=people["teacher"], key=uuid7(), school=school, unit=class_, kind="cluster",
        discovered_at=at - timedelta(minutes=10), facts=facts, now=at,
    )  # fmt: skip
    for minutes, who in ((1, "principal"), (3, "head"), (6, "city")):
        emergencies.acknowledge(by=people[who], emergency=made, now=at + timedelta(minutes=minutes))
    _call(made.pk, "disease_control", "市疾控中心应急值班室", people["head"], at + timedelta(minutes=8))


def _call(emergency: UUID, body: str, whom: str, by: User, at: datetime) -> None:
    row = recipients.outside(emergency, body)
    emergencies.tell_outside(by=by, recipient=row, how="phone", whom=whom, at=at, now=at)
