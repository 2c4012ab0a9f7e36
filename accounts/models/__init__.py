"""People, organisations, and who may speak and sign for whom."""

from accounts.models.document import Document, DocumentKind
from accounts.models.handover import AddressChange, Handover
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import Organisation, OrganisationState, Side, YearlyIncome
from accounts.models.user import User
from accounts.models.vetting import CheckResult, Decision, IdentityChange, Vetting, VettingCheck

__all__ = [
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
    "Side",
    "User",
    "Vetting",
    "VettingCheck",
    "YearlyIncome",
]
