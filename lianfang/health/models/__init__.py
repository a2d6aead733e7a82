from lianfang.health.models.absences import Absence, Cause, Place, Stage, Step, StepKind
from lianfang.health.models.daily import Check, DayStatus, Held, Roll, Tally
from lianfang.health.models.senders import Group, GroupKind, Sender, SenderKind

__all__ = [
    "Absence", "Cause", "Check", "DayStatus", "Group", "GroupKind", "Held", "Place", "Roll", "Sender", "SenderKind",
    "Stage", "Step", "StepKind", "Tally",
]  # fmt: skip
