"""Cases brought to a state by the real actions, so that an impossible one cannot exist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from accounts.models import Organisation, User
from partnerships.actions import (
    closing,
    drafting,
    envelopes,
    following,
    freezing,
    negotiation,
    scoping,
    sealing,
    signing,
)
from partnerships.lifecycle import Case, Edition
from partnerships.models import Answer, Charter, Partnership, Roadmap, Round, Stance
from partnerships.queries import agreement
from partnerships.queries import said as stances
from partnerships.queries.said import Said
from tests import wording
from tests.cast import Cast

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


def ago(*, days: float = 0) -> datetime:
    """Return the moment so many days before the real clock, which is the one that pages read."""
    return datetime.now(tz=UTC) - timedelta(days=days)


def describe(case: Partnership, broker: User, *, at: datetime) -> None:
    """Have the broker say what the case is about and bring the evidence of the need."""
    scoping.describe(
        partnership_id=case.pk,
        broker=broker,
        description=scoping.Description(
            title=case.title,
            plain_words="L’association écoute ses adhérents et écrit un guide gratuit. Le laboratoire finance.",
            evidence_of_need="61 % des 188 répondants ont renoncé à un déplacement.",
            broker_interests="Aucun lien avec l’une ou l’autre partie.",
        ),
        at=at,
    )


def roadmap(case: Partnership) -> Roadmap:
    """Return the last edition of the text."""
    return case.roadmaps.select_related("partnership__broker").order_by("-edition")[:1].get()


def charter(case: Partnership) -> Charter:
    """Return the last frozen text."""
    return case.charters.order_by("-frozen_at", "-pk")[:1].get()


def revision_ids(case: Partnership) -> list[int]:
    """Return the current revision of each clause, in printed order."""
    return [clause.current_id or 0 for clause in agreement.clauses_of(roadmap(case))]


def clause_id(case: Partnership, position: int) -> int:
    """Return the clause printed at `position` in the last edition."""
    return agreement.clauses_of(roadmap(case))[position - 1].pk


def running(case: Partnership) -> Round:
    """Return the round that is open to answers."""
    return case.rounds.filter(opened_at=None, cancelled_at=None).get()


def draft(case: Partnership, speaker: User, said: Mapping[int, Said], *, at: datetime) -> None:
    """Have somebody write stances, for their party, in its envelope; by the id of the revision."""
    for revision_id, each in said.items():
        envelopes.draft(
            round_id=running(case).pk,
            speaker=speaker,
            part=stances.part(revision_id),
            value=stances.value(each),
            seen_number=None,
            at=at,
        )


def seal(case: Partnership, speaker: User, *, at: datetime) -> None:
    """Have somebody seal the envelope of their party."""
    envelopes.seal(round_id=running(case).pk, speaker=speaker, at=at)


def agree(case: Partnership, speaker: User, *, at: datetime) -> None:
    """Have somebody agree, for their party, to the whole text as it stands, and seal."""
    draft(case, speaker, {each: Said(stance=Stance.AGREE) for each in revision_ids(case)}, at=at)
    seal(case, speaker, at=at)


def say(
    case: Partnership,
    speaker: User,
    stance: Stance,
    *,
    position: int = 1,
    reason: str = "Ce n’est pas assez précis.",
    at: datetime,
) -> None:
    """Have somebody take a stance, for their party, on one clause, agree to all others, and seal."""
    said = {each: Said(stance=Stance.AGREE) for each in revision_ids(case)}
    said[revision_ids(case)[position - 1]] = Said(stance=stance, reason=reason)
    draft(case, speaker, said, at=at)
    seal(case, speaker, at=at)


def reply_to_all(case: Partnership, broker: User, *, outcome: str = "taken", at: datetime) -> None:
    """Have the broker reply to each remark that waits for a reply."""
    asked = Answer.objects.filter(revision__clause__roadmap__partnership=case, reply=None)
    for answer_id in asked.exclude(stance=Stance.AGREE).order_by("pk").values_list("pk", flat=True):
        negotiation.reply(answer_id=answer_id, broker=broker, outcome=outcome, text="Repris.", at=at)


def ask_again(case: Partnership, broker: User, *, at: datetime) -> Round:
    """Have the broker put the text to all parties again."""
    return negotiation.ask_again(partnership_id=case.pk, broker=broker, at=at)


def revise(
    case: Partnership, broker: User, *, position: int = 1, change: str = "Et rien d’autre.", at: datetime
) -> None:
    """Have the broker add a sentence to one clause."""
    clause = agreement.clauses_of(roadmap(case))[position - 1]
    current = clause.current
    if current is None:
        raise AssertionError(position)
    said = drafting.wording_of(current)
    drafting.revise_clause(
        clause_id=clause.pk,
        broker=broker,
        seen_number=current.number,
        wording=drafting.Wording(
            title=said.title,
            body=f"{said.body} {change}",
            plain_words=said.plain_words,
            terms=said.terms,
        ),
        reason="Demandé par une partie.",
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


def sign(case: Partnership, signatory: User, *, at: datetime) -> None:
    """Have a signatory sign the frozen text."""
    signing.sign(
        partnership_id=case.pk, signatory=signatory, consent=consent(charter(case), signatory), at=at
    )


def complete(case: Partnership, code: str, speaker: User, *, at: datetime) -> None:
    """Have somebody bring the evidence of a milestone."""
    following.complete_milestone(
        milestone_id=case.milestones.get(code=code).pk,
        partnership_id=case.pk,
        speaker=speaker,
        text="Compte rendu signé par les participants.",
        link="https://souffle.example/compte-rendu",
        at=at,
    )


def _write(case: Partnership, cast: Cast, clauses: int, at: datetime) -> None:
    scoping.prepare(partnership_id=case.pk, broker=cast.nora, at=at)
    for heading, responsible, words in wording.text(at.date(), clauses):
        drafting.add_clause(
            partnership_id=case.pk,
            broker=cast.nora,
            heading=heading,
            wording=words,
            responsible=responsible,
            at=at,
        )


def _negotiate(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=at)


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
    for code, speaker in (("J1", cast.ben), ("J2", cast.dan), ("J3", cast.ada)):
        complete(case, code, speaker, at=at)
    closing.start_review(partnership_id=case.pk, broker=cast.nora, at=at)


def _close(case: Partnership, cast: Cast, _clauses: int, at: datetime) -> None:
    closing.close(
        partnership_id=case.pk, broker=cast.nora, lessons="Prévoir des enveloppes affranchies.", at=at
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
