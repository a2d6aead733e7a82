"""Emergency reports and who was told of them; outside bodies and their telephones; cases of illness and their contacts;
isolation, observation, disinfection and transfers; runs of emergency plans."""

from lianfang.cases.models.cases import Case, CaseStep, Certainty, Certificate, Ended, Origin
from lianfang.cases.models.cleaning import Cleaning
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
from lianfang.cases.models.exposed import (
    CaseLink,
    Contact,
    ContactLevel,
    ContactNote,
    ContactQuerySet,
    ContactState,
    LinkStrength,
)
from lianfang.cases.models.isolation import (
    Bed,
    IsolationPlace,
    Leaving,
    PlaceKind,
    Stay,
    StayDecision,
    Where,
    Why,
    Zone,
)
from lianfang.cases.models.observation import Observation, Reading, Site
from lianfang.cases.models.plans import PlanRun, PlanStep, StepOutcome
from lianfang.cases.models.transfers import Heard, Transfer, TransferNote

__all__ = [
    "Bed", "Case", "CaseLink", "CaseStage", "CaseStep", "Certainty", "Certificate", "Cleaning", "Contact",
    "ContactLevel", "ContactNote", "ContactQuerySet", "ContactState", "Emergency", "EmergencyKind",
    "EmergencyQuerySet", "Ended", "Heard", "How", "IsolationPlace", "Leaving", "LinkStrength", "Observation",
    "Origin", "Outcome", "OutsideContact", "PlaceKind", "PlanRun", "PlanStep", "Reading", "Recipient", "Shared",
    "Site", "Statement", "StatementKind", "Stay", "StayDecision", "StepOutcome", "Transfer", "TransferNote", "Where",
    "Why", "Zone",
]  # fmt: skip
