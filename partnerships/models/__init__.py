"""The tables of a case, one module a subject."""

from partnerships.models.charter import Charter, SealedCharter, Signature, VoidedCharter
from partnerships.models.follow_up import Commitment, Evidence, Milestone
from partnerships.models.library import LibraryClause, LibraryVersion
from partnerships.models.partnership import (
    Note,
    Partnership,
    PartnershipGroupPermission,
    PartnershipUserPermission,
    Party,
)
from partnerships.models.roadmap import (
    Answer,
    Clause,
    ClauseRevision,
    KeptRisk,
    Reply,
    Roadmap,
    Stance,
)
from partnerships.models.round import Envelope, Question, Round, Rule

__all__ = [
    "Answer",
    "Charter",
    "Clause",
    "ClauseRevision",
    "Commitment",
    "Envelope",
    "Evidence",
    "KeptRisk",
    "LibraryClause",
    "LibraryVersion",
    "Milestone",
    "Note",
    "Partnership",
    "PartnershipGroupPermission",
    "PartnershipUserPermission",
    "Party",
    "Question",
    "Reply",
    "Roadmap",
    "Round",
    "Rule",
    "SealedCharter",
    "Signature",
    "Stance",
    "VoidedCharter",
]
