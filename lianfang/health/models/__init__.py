from lianfang.health.models.absences import Absence, Cause, Place, Stage, Step, StepKind
from lianfang.health.models.daily import Check, DayStatus, Held, Roll, Tally
from lianfang.health.models.hints import Hint, HintState
from lianfang.health.models.key_people import Ending, FollowUp, KeyPerson
from lianfang.health.models.senders import Group, GroupKind, Sender, SenderKind
from lianfang.health.models.surveys import Answer, AnswerSource, Survey, Whom

__all__ = [
    "Absence", "Answer", "AnswerSource", "Cause", "Check", "DayStatus", "Ending", "FollowUp", "Group", "GroupKind",
    "Held", "Hint", "HintState", "KeyPerson", "Place", "Roll", "Sender", "SenderKind", "Stage", "Step", "StepKind",
    "Survey", "Tally", "Whom",
]  # fmt: skip
