"""The tables of a case, one module a subject."""

from partnerships.models.charter import Charter, SealedCharter, Signature, VoidedCharter
from partnerships.models.expectation import Comparison, Line, LineGroup, LineKind, Verdict
from partnerships.models.follow_up import Commitment, Evidence, Milestone
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
    "Comparison",
    "Envelope",
    "Evidence",
    "Line",
    "LineGroup",
    "LineKind",
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
    "Verdict",
    "VoidedCharter",
]
