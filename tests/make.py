"""Cases brought to a state by the real actions, so that an impossible one cannot exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from accounts.models import Organisation, User
from accounts.organisations.file_kinds import CheckedFile
from partnerships.closing.actions import review as closing
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions import library, model_charters
from partnerships.expectations import actions as expectations
from partnerships.following.actions import evidence as following
from partnerships.following.actions import postponement
from partnerships.lifecycle import Case, Edition
from partnerships.models import Charter, Evidence, Partnership, Postponement, SuspensionGround
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import freezing, sealing, signing
from partnerships.suspension import actions as suspension
from tests import wording
from tests.cast import ARRIVAL, Cast
from tests.dialogue import (
    agree,
    ask_again,
    charter,
    clause_id,
    draft,
    number,
    reply_to_all,
    revise,
    revision_ids,
    roadmap,
    running,
    say,
    seal,
)
from tests.fixture_cache import cached_fixture

__all__ = [
    "agree",
    "ask_again",
    "charter",
    "clause_id",
    "draft",
    "number",
    "reply_to_all",
    "revise",
    "revision_ids",
    "roadmap",
    "running",
    "say",
    "seal",
]

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TITLE = "Voyager avec un traitement respiratoire"

# How far `partnership` goes. A signed edition waits for its seal; an active case has it.
PATH = (
    Case.SCOPING,
    Edition.DRAFTING,
    Edition.NEGOTIATION,
    Edition.AGREED,
    Edition.SIGNING,
    Edition.SIGNED,
    Case.ACTIVE,
    Case.REVIEW,
    Case.CLOSED,
)

# Rounds of the tests last five working days, so that their dates can be counted on one hand.
FIVE_DAYS = RoundSettings(days=5)


@cached_fixture
def partnership(
    cast: Cast,
    *,
    until: Case | Edition = Edition.NEGOTIATION,
    clauses: int = 1,
    at: datetime = NOON,
    title: str = TITLE,
    company: Organisation | None = None,
) -> Partnership:
    """Play a case between Ada's association and Carla's company up to a state, all at one moment.

    `until`: a state of PATH, or Case.PREPARING (the same as a text in drafting), or Case.ABANDONED.
    `clauses`: clauses of words alone, beside the nine that fill the needed headings and the money.
    `company`: another company than Carla's; then no further than a text in negotiation.
    """
    case = scoping.open_case(
        broker=cast.nora, title=title, organisations=[cast.association, company or cast.company], at=at
    )
    describe(case, cast.nora, at=at)
    if until == Case.ABANDONED:
        scoping.abandon(partnership_id=case.pk, broker=cast.nora, reason="Le calendrier a changé.", at=at)
    else:
        wanted = Edition.DRAFTING if until == Case.PREPARING else until
        for state in PATH[1 : PATH.index(wanted) + 1]:
            STEPS[state](case, cast, clauses, at)
    return Partnership.objects.select_related("broker").get(pk=case.pk)


def suspended(cast: Cast, *, at: datetime = NOON, title: str = TITLE) -> Partnership:
    """Suspend an active case for twenty days, as Ada asks and Nora grants."""
    case = partnership(cast, until=Case.ACTIVE, at=at, title=title)
    asked = suspension.ask(
        partnership_id=case.pk,
        person=cast.ada,
        ground=SuspensionGround.MONEY,
        text="Le versement est retardé.",
        until=at.date() + timedelta(days=20),
        at=at,
    )
    suspension.decide(suspension_id=asked.pk, broker=cast.nora, is_granted=True, reason="", at=at)
    return Partnership.objects.select_related("broker").get(pk=case.pk)


def ago(*, days: float = 0) -> datetime:
    """Return the moment so many days before the real clock, which is the one that pages read.

    From a day on it counts from the start of the run, so that a scene of that moment serves again.
    """
    return (ARRIVAL if days >= 1 else datetime.now(tz=UTC)) - timedelta(days=days)


@cached_fixture
def shipped_library(*, at: datetime = NOON) -> int:
    """Ship the clause library and the model charters, and return how many clauses that wrote."""
    written = library.update_shipped_clauses(at=at)
    model_charters.update_shipped_models(at=at)
    return written


def describe(case: Partnership, broker: User, *, at: datetime) -> None:
    """Have the broker say what the case is about and bring the evidence of the need."""
    scoping.describe(
        partnership_id=case.pk,
        broker=broker,
        description=scoping.CaseDescription(
            title=case.title,
            plain_words="L’association écoute ses adhérents et écrit un guide gratuit. Le laboratoire finance.",
            evidence_of_need="61 % des 188 répondants ont renoncé à un déplacement.",
            broker_interests="Aucun lien avec l’une ou l’autre partie.",
        ),
        at=at,
    )


def skip_expectations(case: Partnership, broker: User, *, at: datetime) -> None:
    """Have the broker go on without the round of expectations, with a reason."""
    expectations.skip_expectations(
        partnership_id=case.pk,
        broker=broker,
        reason="Les parties se sont dit leurs attentes en réunion.",
        at=at,
    )


def consent(frozen: Charter, person: User) -> signing.Consent:
    """Return what somebody who read the frozen text does on the page."""
    return signing.Consent(
        fingerprint=frozen.fingerprint,
        typed_name=person.full_name,
        words="J’ai lu le texte entier et je le signe au nom de l’organisation.",
        method="password",
    )


def write_text(case: Partnership, broker: User, clauses: int = 1, *, at: datetime) -> None:
    """Have the broker write the smallest text that can be frozen, with so many clauses of words alone."""
    for heading, responsible, words in wording.text(at.date(), clauses):
        drafting.add_clause(
            partnership_id=case.pk,
            broker=broker,
            heading=heading,
            wording=words,
            responsible=responsible,
            at=at,
        )


def sign(case: Partnership, signatory: User, *, at: datetime) -> None:
    """Have a signatory sign the frozen text."""
    signing.sign(
        partnership_id=case.pk, signatory=signatory, consent=consent(charter(case), signatory), at=at
    )


EVIDENCE = following.NewEvidence(
    "Compte rendu signé par les participants.", "https://souffle.example/compte-rendu"
)


def complete(
    case: Partnership, code: str, speaker: User, *, at: datetime, file: CheckedFile | None = None
) -> Evidence:
    """Have somebody bring the evidence of a milestone."""
    return following.complete_milestone(
        milestone_id=case.milestones.get(code=code).pk,
        partnership_id=case.pk,
        speaker=speaker,
        evidence=EVIDENCE._replace(file=file),
        at=at,
    )


def postpone(case: Partnership, code: str, speaker: User, *, at: datetime) -> Postponement:
    """Have somebody ask for three more weeks for a milestone."""
    milestone = case.milestones.get(code=code)
    return postponement.ask_postponement(
        milestone_id=milestone.pk,
        partnership_id=case.pk,
        speaker=speaker,
        due_date=milestone.due_date + timedelta(days=21),
        reason="L’imprimeur livre trois semaines plus tard.",
        at=at,
    )


def complete_and_confirm(case: Partnership, code: str, speaker: User, other: User, *, at: datetime) -> None:
    """Have somebody bring the evidence of a milestone, and the other party confirm it."""
    evidence = complete(case, code, speaker, at=at)
    following.confirm(evidence_id=evidence.pk, speaker=other, at=at)


def _write(case: Partnership, cast: Cast, clauses: int, at: datetime) -> None:
    scoping.prepare(partnership_id=case.pk, broker=cast.nora, at=at)
    skip_expectations(case, cast.nora, at=at)
    write_text(case, cast.nora, clauses, at=at)


def _negotiate(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, asking=FIVE_DAYS, at=at)


def _agree(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    for speaker in (cast.ada, cast.carla):
        agree(case, speaker, at=at)


def _freeze(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=at)


def _sign(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    for signatory in (cast.ada, cast.carla):
        sign(case, signatory, at=at)
    seen = consent(charter(case), cast.nora)
    signing.countersign(partnership_id=case.pk, broker=cast.nora, consent=seen, at=at)


def _seal(case: Partnership, _cast: Cast, _clauses: int, at: datetime) -> None:
    frozen = charter(case)
    pdf = b"%PDF-2.0 " + frozen.fingerprint.encode()
    sealing.store(charter_id=frozen.pk, pdf=pdf, timestamped=False, at=at)


def _review(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    for code, speaker, other in (
        ("J1", cast.ben, cast.dan),
        ("J2", cast.dan, cast.ben),
        ("J3", cast.ada, cast.carla),
    ):
        complete_and_confirm(case, code, speaker, other, at=at)
    closing.start_review(partnership_id=case.pk, broker=cast.nora, at=at)


def _close(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    closing.close(
        partnership_id=case.pk,
        broker=cast.nora,
        words=closing.ClosingWords(
            lessons="Prévoir des enveloppes affranchies.",
            incomplete_reason="Les parties en ont parlé en réunion.",
        ),
        at=at,
    )


STEPS = {
    Edition.DRAFTING: _write,
    Edition.NEGOTIATION: _negotiate,
    Edition.AGREED: _agree,
    Edition.SIGNING: _freeze,
    Edition.SIGNED: _sign,
    Case.ACTIVE: _seal,
    Case.REVIEW: _review,
    Case.CLOSED: _close,
}
