"""Whether somebody may come to school today. Those who do not meet the conditions may not (不符合条件的不得返校)."""

from dataclasses import dataclass
from enum import StrEnum

from lianfang.health.rules.asking import Asking
from lianfang.health.rules.status import Day, Status


class Reason(StrEnum):
    """Why not, gravest first."""

    ISOLATED = "isolated"
    KEY_PERSON = "key_person"
    FEVER = "fever"
    SYMPTOMS = "symptoms"
    ILL = "ill"
    ANSWER = "answer"
    NO_CARD = "no_card"


@dataclass(frozen=True)
class Known:
    """What is known of somebody beside the day itself: how many answers of the card keep at home, whether a card is
    wanted and whether one came, whether they are a key person of a class that stays away."""

    kept_by: int = 0
    asked: bool = False
    card: bool = False
    key_person: bool = False


def may_come(day: Day, known: Known, policy: Asking) -> list[Reason]:
    """Nothing: yes. Else why not, gravest first. A day nobody has said anything about keeps nobody away, except where a
    card is needed and has not come."""
    found = {
        Reason.ISOLATED: day.status is Status.ISOLATED,
        Reason.KEY_PERSON: known.key_person,
        Reason.FEVER: day.fever,
        Reason.SYMPTOMS: bool(day.symptoms),
        Reason.ILL: day.status is Status.ILL and not day.fever and not day.symptoms,
        Reason.ANSWER: known.kept_by > 0,
        Reason.NO_CARD: policy.needed and known.asked and not known.card,
    }
    return [reason for reason, holds in found.items() if holds]
