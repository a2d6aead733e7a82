"""Who is in a school, who acts in the system, and what each was allowed."""

from lianfang.people.models.accounts import Leave, Letters, PasswordUsed, Posting, PostingQuerySet, User, UserManager
from lianfang.people.models.claims import Claim, ClassCode, Consent, Device, PersonalLink, SubjectRequest
from lianfang.people.models.families import Guardian, Guardianship, Household, HouseholdMember
from lianfang.people.models.intake import RosterFile, RosterRow
from lianfang.people.models.oversight import (
    AreaAssignment,
    AreaVisit,
    Decision,
    Grant,
    GroupMember,
    Hold,
    PurgeCount,
    PurgeRun,
    Request,
)
from lianfang.people.models.roster import (
    Enrolment,
    IdentityDocument,
    Lodging,
    Marking,
    Merge,
    Person,
)

__all__ = [
    "AreaAssignment", "AreaVisit", "Claim", "ClassCode", "Consent", "Decision", "Device", "Enrolment", "Grant",
    "GroupMember", "Guardian", "Guardianship", "Hold", "Household", "HouseholdMember", "IdentityDocument", "Leave",
    "Letters", "Lodging", "Marking", "Merge", "PasswordUsed", "Person", "PersonalLink", "Posting", "PostingQuerySet",
    "PurgeCount", "PurgeRun", "Request", "RosterFile", "RosterRow", "SubjectRequest", "User", "UserManager",
]  # fmt: skip
