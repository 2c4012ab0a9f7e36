"""Before there is a text: open, describe, prepare or abandon a case; interviews, canvas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Side, User
from accounts.refusals import Refusal
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_case, advance_edition, lock, write
from partnerships.models import Canvas, Ground, InterviewNote, Partnership, Party, Roadmap
from partnerships.models.canvas import BOX, LINES
from partnerships.permissions import grant_to_brokers, grant_to_party, require_broker
from partnerships.rounds.actions import rounds
from partnerships.scoping.queries import QUESTION_CODES
from partnerships.status.actions import refresh_status

PARTY_CODE_PREFIXES = {Side.ASSOCIATION: "A", Side.COMPANY: "E"}


class ScopingError(Refusal):
    """The case cannot be opened or continued."""


class OrganisationNotVerified(ScopingError):
    """An organisation is not verified; the message is its name."""

    sentence = gettext_lazy(
        "Inscription non vérifiée : %(what)s. Vérifiez cette organisation, puis réessayez."
    )


class SideMissing(ScopingError):
    """A case needs at least one association and one company."""

    sentence = gettext_lazy("Il faut au moins une association et une entreprise.")


class NoEvidenceOfNeed(ScopingError):
    """Drafting requires the evidence of need."""

    sentence = gettext_lazy(
        "Il manque la preuve du besoin. Ajoutez un sondage ou un compte rendu pour passer à la rédaction."
    )


@dataclass(frozen=True, kw_only=True)
class CaseDescription:
    """The description of a case, written by the broker before any signature."""

    title: str
    plain_words: str
    evidence_of_need: str
    broker_interests: str = ""


@transaction.atomic
def open_case(
    *, broker: User, title: str, organisations: Sequence[Organisation], at: datetime
) -> Partnership:
    """Open a case between verified organisations and grant their members access.

    `organisations`: at least one association and one company, in printed order within each side.
    Raises NotABroker, OrganisationNotVerified, SideMissing.
    """
    require_broker(broker)
    verified = list(
        Organisation.objects.select_for_update(of=("self",))
        .filter(pk__in=[organisation.pk for organisation in organisations])
        .order_by("pk")
    )
    for organisation in verified:
        if not organisation.is_verified:
            raise OrganisationNotVerified(organisation.name)
    if {Side(organisation.side) for organisation in verified} != set(Side):
        raise SideMissing
    partnership = Partnership.objects.create(
        reference=_next_reference(at), title=title, broker=broker, opened_at=at, entered_at=at
    )
    grant_to_brokers(partnership)
    keys = [organisation.pk for organisation in organisations]
    verified.sort(key=lambda organisation: (organisation.side, keys.index(organisation.pk)))
    for party in _build_parties(partnership, verified):
        party.save()
        grant_to_party(party)
    write(partnership, "case.open", actor=broker, at=at, parties=[str(row.pk) for row in verified])
    post.post(
        kind="case-opened",
        key=message_keys.case_opened(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)
    return partnership


def _build_parties(partnership: Partnership, organisations: list[Organisation]) -> list[Party]:
    counts = {side: sum(row.side == side for row in organisations) for side in Side}
    numbers = dict.fromkeys(Side, 0)
    parties = []
    for rank, organisation in enumerate(organisations):
        side = Side(organisation.side)
        numbers[side] += 1
        code = PARTY_CODE_PREFIXES[side] + (str(numbers[side]) if counts[side] > 1 else "")
        parties.append(
            Party(partnership=partnership, organisation=organisation, side=side, code=code, rank=rank)
        )
    return parties


def _next_reference(at: datetime) -> str:
    """Return LL-YYYY-NNNN, one after the highest of the year, under an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('partnerships.reference'))")
    prefix = f"LL-{at:%Y}-"
    last = (
        Partnership.objects.filter(reference__startswith=prefix)
        .order_by("-reference")
        .values_list("reference", flat=True)
        .first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:04d}"


@transaction.atomic
def describe(
    *,
    partnership_id: UUID,
    broker: User,
    description: CaseDescription,
    at: datetime,
) -> None:
    """Save the description of a case, its evidence of need and the broker's interests.

    Raises NotABroker, NoEvidenceOfNeed, TransitionNotAllowed once a text is frozen or signed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if partnership.state not in lifecycle.BEFORE_SIGNATURE:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Case(partnership.state))
    if partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists():
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition.SIGNING)
    for name, words in asdict(description).items():
        setattr(partnership, name, words)
    if partnership.state == lifecycle.Case.PREPARING and not description.evidence_of_need.strip():
        raise NoEvidenceOfNeed
    partnership.save(update_fields=[field.name for field in fields(CaseDescription)])
    write(partnership, "case.describe", actor=broker, at=at, title=description.title)
    refresh_status(partnership, at=at)


@transaction.atomic
def prepare(*, partnership_id: UUID, broker: User, at: datetime) -> Roadmap:
    """Advance a case from scoping to preparing and open edition 1 of the roadmap.

    Raises NotABroker, NoEvidenceOfNeed, OrganisationNotVerified, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not partnership.evidence_of_need.strip():
        raise NoEvidenceOfNeed
    for party in partnership.parties.select_related("organisation").order_by("rank"):
        if not party.organisation.is_verified:
            raise OrganisationNotVerified(party.organisation.name)
    advance_case(partnership, lifecycle.Action.PREPARE, actor=broker, at=at)
    roadmap = Roadmap.objects.create(partnership=partnership, edition=1, opened_at=at, entered_at=at)
    write(partnership, "edition.open", actor=broker, at=at, edition=1)
    refresh_status(partnership, at=at)
    return roadmap


@transaction.atomic
def abandon(
    *, partnership_id: UUID, broker: User, reason: str, at: datetime, grounds: Sequence[Ground] = ()
) -> None:
    """End a case before any signature, with a reason; its text becomes void, its open rounds are given up.

    Raises NotABroker, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    partnership.closing_reason = reason
    partnership.closing_grounds = [ground.value for ground in Ground if ground in grounds]
    partnership.save(update_fields=["closing_grounds"])
    rounds.cancel_rounds(partnership, actor=broker, at=at, reason=reason)
    for roadmap in partnership.roadmaps.filter(state__in=lifecycle.UNDER_WORK).order_by("edition"):
        advance_edition(partnership, roadmap, lifecycle.Action.VOID, actor=broker, at=at)
    advance_case(
        partnership,
        lifecycle.Action.ABANDON,
        actor=broker,
        at=at,
        reason=reason,
        grounds=partnership.closing_grounds,
    )
    post.cancel(prefix=message_keys.case_prefix(partnership.pk), at=at)
    post.post(
        kind="case-abandoned",
        key=message_keys.case_abandoned(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)


@transaction.atomic
def save_interview_notes(*, party_id: int, broker: User, notes: Mapping[str, str], at: datetime) -> None:
    """Save the broker's notes of an interview by question; an empty text deletes the note.

    Not recorded in the ledger, which all parties read.

    Raises NotABroker.
    """
    require_broker(broker)
    party = Party.objects.get(pk=party_id)
    lock(party.partnership_id, while_suspended=True)
    own_notes = InterviewNote.objects.filter(party=party, broker=broker)
    for question in QUESTION_CODES:
        text = notes.get(question, "").strip()
        if not text:
            own_notes.filter(question=question).delete()
            continue
        InterviewNote.objects.update_or_create(
            party=party,
            broker=broker,
            question=question,
            defaults={"text": text, "written_at": at},
        )


@dataclass(frozen=True, kw_only=True)
class CanvasBoxes:
    """The content of the nine boxes; its fields are those of the form."""

    need: str = ""
    action: str = ""
    association_hopes: str = ""
    company_hopes: str = ""
    limits: str = ""
    commitments: str = ""
    measure_1: str = ""
    measure_2: str = ""
    measure_3: str = ""
    means: str = ""
    first_step: str = ""
    first_step_days: int | None = None


class CanvasError(Refusal):
    """The canvas cannot be saved."""


class StaleCanvas(CanvasError):
    """Another version was written after the page was opened."""

    sentence = gettext_lazy(
        "Le canevas a été modifié pendant que vous écriviez. Votre texte est conservé : "
        "comparez avec la version ci-contre, puis enregistrez."
    )


class CanvasFrozen(CanvasError):
    """The text is being signed or is signed: its canvas no longer changes."""

    sentence = gettext_lazy("Le texte est figé ou signé : le canevas ne change plus.")


@transaction.atomic
def write_canvas(
    *, partnership_id: UUID, broker: User, boxes: CanvasBoxes, seen_number: int, at: datetime
) -> Canvas:
    """Write the next version of the canvas; the same content writes nothing.

    `seen_number`: number of the version that was read, 0 before the first.
    Raises NotABroker, CanvasFrozen, StaleCanvas.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    if partnership.state not in lifecycle.BEFORE_SIGNATURE or is_frozen:
        raise CanvasFrozen
    last = partnership.canvases.order_by("-number").first()
    if last is not None and boxes == boxes_of(last):
        return last
    if seen_number != (last.number if last else 0):
        raise StaleCanvas
    canvas = _write_canvas_version(partnership, boxes, number=seen_number + 1, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return canvas


def write_first_canvas(*, partnership: Partnership, boxes: CanvasBoxes, broker: User, at: datetime) -> Canvas:
    """Write the first canvas of a new case, inside the caller's transaction."""
    canvas = _write_canvas_version(partnership, boxes, number=1, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return canvas


def joined_for_box(texts: Iterable[str]) -> str:
    """Return the first texts that are not empty, one per line, cut to the length of a box."""
    joined = "\n".join([text.replace("\n", " ") for text in texts if text][:LINES])
    return joined if len(joined) <= BOX else joined[: BOX - 1].rstrip() + "…"


def boxes_of(canvas: Canvas) -> CanvasBoxes:
    """Return the content of a version."""
    return CanvasBoxes(**{name: getattr(canvas, name) for name in CanvasBoxes.__dataclass_fields__})


def _write_canvas_version(
    partnership: Partnership, boxes: CanvasBoxes, *, number: int, broker: User, at: datetime
) -> Canvas:
    canvas = Canvas.objects.create(
        partnership=partnership, number=number, written_by=broker, written_at=at, **asdict(boxes)
    )
    write(partnership, "case.canvas", actor=broker, at=at, number=number)
    return canvas
