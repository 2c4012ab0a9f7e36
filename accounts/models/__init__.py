"""People, organisations, and who may speak and sign for whom."""

from accounts.models.approval import GRANTED, REGIONS, ApprovalLevel, OfficialApproval
from accounts.models.document import Document, DocumentKind
from accounts.models.independence import HouseThresholds, IndustrySupport, SupportNature
from accounts.models.interests import BoardLink, BrokerInterest, InterestKind, InterestStatement
from accounts.models.membership import Invitation, Mandate, Membership
from accounts.models.organisation import Organisation, OrganisationState, Side, YearlyIncome
from accounts.models.user import User
from accounts.models.vetting import Decision, Vetting

__all__ = [
    "GRANTED",
    "REGIONS",
    "ApprovalLevel",
    "BoardLink",
    "BrokerInterest",
    "Decision",
    "Document",
    "DocumentKind",
    "HouseThresholds",
    "IndustrySupport",
    "InterestKind",
    "InterestStatement",
    "Invitation",
    "Mandate",
    "Membership",
    "OfficialApproval",
    "Organisation",
    "OrganisationState",
    "Side",
    "SupportNature",
    "User",
    "Vetting",
    "YearlyIncome",
]
