"""Models of people, organisations, memberships, mandates and vetting."""

from accounts.models.approval import GRANTED, REGIONS, ApprovalLevel, OfficialApproval
from accounts.models.document import EXPECTED_OF, KINDS_OF, Document, DocumentKind
from accounts.models.evidence import RegisterEvidence
from accounts.models.handover import AddressChange, Handover
from accounts.models.independence import HouseThresholds, IndustrySupport, SupportNature
from accounts.models.interests import BoardLink, BrokerInterest, InterestKind, InterestStatement
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import (
    Declares,
    Organisation,
    OrganisationState,
    RegistrationStep,
    Side,
    YearlyIncome,
)
from accounts.models.registration_draft import RegistrationDraft
from accounts.models.submission import FormSubmission
from accounts.models.user import User
from accounts.models.vetting import CheckResult, Decision, IdentityChange, Vetting, VettingCheck

__all__ = [
    "EXPECTED_OF",
    "GRANTED",
    "KINDS_OF",
    "REGIONS",
    "AddressChange",
    "ApprovalLevel",
    "BoardLink",
    "BrokerInterest",
    "CheckResult",
    "Decision",
    "Declares",
    "Document",
    "DocumentKind",
    "FormSubmission",
    "Handover",
    "HouseThresholds",
    "IdentityChange",
    "IndustrySupport",
    "InterestKind",
    "InterestStatement",
    "Invitation",
    "Mandate",
    "Membership",
    "OfficialApproval",
    "Organisation",
    "OrganisationState",
    "RegisterEvidence",
    "RegistrationDraft",
    "RegistrationStep",
    "Side",
    "SupportNature",
    "User",
    "Vetting",
    "VettingCheck",
    "YearlyIncome",
]
