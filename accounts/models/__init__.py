"""People, organisations, and who may speak and sign for whom."""

from accounts.models.document import Document, DocumentKind
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import Organisation, OrganisationState, Side, YearlyIncome
from accounts.models.user import User
from accounts.models.vetting import CheckResult, Decision, IdentityChange, Vetting, VettingCheck

__all__ = [
    "CheckResult",
    "Decision",
    "Document",
    "DocumentKind",
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
