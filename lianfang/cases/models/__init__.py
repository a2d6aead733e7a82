"""Emergency reports and who was told of them; outside bodies and their telephones."""

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

__all__ = [
    "CaseStage", "Emergency", "EmergencyKind", "EmergencyQuerySet", "How", "Outcome", "OutsideContact", "Recipient",
    "Shared", "Statement", "StatementKind",
]  # fmt: skip
