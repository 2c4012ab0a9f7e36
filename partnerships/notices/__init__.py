"""What the mails of a case say and to whom, one module a chapter."""

from outbox.kinds import register
from partnerships.notices import cases, envelopes, milestones, rounds, signatures

KINDS = (*cases.KINDS, *rounds.KINDS, *envelopes.KINDS, *signatures.KINDS, *milestones.KINDS)


def register_all() -> None:
    """Make every kind of mail of a case known; called once, when the application starts."""
    for kind in KINDS:
        register(kind)
