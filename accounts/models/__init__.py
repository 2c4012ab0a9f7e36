"""People, organisations, and who may speak and sign for whom."""

from accounts.models.document import EXPECTED_OF, KINDS_OF, Document, DocumentKind
from accounts.models.evidence import RegisterEvidence
from accounts.models.handover import AddressChange, Handover
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import (
    Organisation,
    OrganisationState,
    RegistrationStep,
    Side,
    YearlyIncome,
)
from accounts.models.user import User
from accounts.models.vetting import CheckResult, Decision, IdentityChange, Vetting, VettingCheck

__all__ = [
    "EXPECTED_OF",
    "KINDS_OF",
    "AddressChange",
    "CheckResult",
    "Decision",
    "Document",
    "DocumentKind",
    "Handover",
    "IdentityChange",
    "Invitation",
    "Mandate",
    "Membership",
    "Organisation",
    "OrganisationState",
    "RegisterEvidence",
    "RegistrationStep",
    "Side",
    "User",
    "Vetting",
    "VettingCheck",
    "YearlyIncome",
]
