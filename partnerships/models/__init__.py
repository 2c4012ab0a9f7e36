"""The tables of a case, one module a subject."""

from partnerships.models.brief import (
    EVERYWHERE,
    OF_COMPANIES,
    TERRITORIES,
    ActionKind,
    Brief,
    Budget,
    Limit,
    Size,
    Theme,
    Trade,
)
from partnerships.models.canvas import Canvas, InterviewNote
from partnerships.models.charter import (
    Charter,
    SealedCharter,
    SealObstacle,
    SealRefusal,
    Signature,
    VoidedCharter,
)
from partnerships.models.expectation import Comparison, Line, LineGroup, LineKind, Verdict
from partnerships.models.follow_up import Commitment, Evidence, Milestone
from partnerships.models.introduction import Introduction, Invitee
from partnerships.models.library import LibraryClause, LibraryVersion
from partnerships.models.model_charter import ModelCharter, ModelCharterVersion
from partnerships.models.partnership import (
    Ground,
    Note,
    Partnership,
    PartnershipGroupPermission,
    PartnershipUserPermission,
    Party,
)
from partnerships.models.roadmap import (
    AmendmentKind,
    Answer,
    Clause,
    ClauseRevision,
    Confirmation,
    KeptRisk,
    Reply,
    Roadmap,
    Stance,
)
from partnerships.models.round import (
    OFFERED_RULES,
    QUESTIONNAIRES,
    Envelope,
    ExtensionRequest,
    Question,
    Round,
    Rule,
)
from partnerships.models.status import ClausePosition, ClauseStanding, PartnershipStatus
from partnerships.models.unsaved_wording import UnsavedWording

__all__ = [
    "EVERYWHERE",
    "OFFERED_RULES",
    "OF_COMPANIES",
    "QUESTIONNAIRES",
    "TERRITORIES",
    "ActionKind",
    "AmendmentKind",
    "Answer",
    "Brief",
    "Budget",
    "Canvas",
    "Charter",
    "Clause",
    "ClausePosition",
    "ClauseRevision",
    "ClauseStanding",
    "Commitment",
    "Comparison",
    "Confirmation",
    "Envelope",
    "Evidence",
    "ExtensionRequest",
    "Ground",
    "InterviewNote",
    "Introduction",
    "Invitee",
    "KeptRisk",
    "LibraryClause",
    "LibraryVersion",
    "Limit",
    "Line",
    "LineGroup",
    "LineKind",
    "Milestone",
    "ModelCharter",
    "ModelCharterVersion",
    "Note",
    "Partnership",
    "PartnershipGroupPermission",
    "PartnershipStatus",
    "PartnershipUserPermission",
    "Party",
    "Question",
    "Reply",
    "Roadmap",
    "Round",
    "Rule",
    "SealObstacle",
    "SealRefusal",
    "SealedCharter",
    "Signature",
    "Size",
    "Stance",
    "Theme",
    "Trade",
    "UnsavedWording",
    "Verdict",
    "VoidedCharter",
]
