"""Emergency reports and who was told of them; outside bodies and their telephones; cases of illness;
runs of emergency plans."""

from lianfang.cases.models.cases import Case, CaseStep, Certainty, Certificate, Ended, Origin
from lianfang.cases.models.emergencies import (
    CaseStage,
    Emergency,
    EmergencyKind,
    EmergencyQuerySet,
    How,
    Outcome,
    OutsideContact,
    Recipient,
    Shared,
    Statement,
    StatementKind,
)
from lianfang.cases.models.plans import PlanRun, PlanStep, StepOutcome

__all__ = [
    "Case", "CaseStage", "CaseStep", "Certainty", "Certificate", "Emergency", "EmergencyKind", "EmergencyQuerySet",
    "Ended", "How", "Origin", "Outcome", "OutsideContact", "PlanRun", "PlanStep", "Recipient", "Shared", "Statement",
    "StatementKind", "StepOutcome",
]  # fmt: skip
