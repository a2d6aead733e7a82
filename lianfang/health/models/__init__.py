from lianfang.health.models.absences import Absence, Cause, Place, Step, StepKind
from lianfang.health.models.daily import Check, DayStatus, Held, Roll, Tally
from lianfang.health.models.senders import Group, GroupKind, Sender, SenderKind

__all__ = [
    "Absence", "Cause", "Check", "DayStatus", "Group", "GroupKind", "Held", "Place", "Roll", "Sender", "SenderKind",
    "Step", "StepKind", "Tally",
]  # fmt: skip
