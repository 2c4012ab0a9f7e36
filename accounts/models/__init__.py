"""People, organisations, and who may speak and sign for whom."""

from accounts.models.document import Document, DocumentKind
from accounts.models.handover import AddressChange, Handover
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import Organisation, OrganisationState, Side, YearlyIncome
from accounts.models.user import User
from accounts.models.vetting import Decision, Vetting

__all__ = [
    "AddressChange",
    "Decision",
    "Document",
    "DocumentKind",
    "Handover",
    "Invitation",
    "Mandate",
    "Membership",
    "Organisation",
    "OrganisationState",
    "Side",
    "User",
    "Vetting",
    "YearlyIncome",
]
