"""Opening a case, bringing the proof of the need, and going on or not."""

from __future__ import annotations

from collections.abc import Sequence
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
from partnerships.models import Ground, Note, Partnership, Party, Roadmap
from partnerships.permissions import (
    NotOfAParty,
    acting_membership,
    grant_to_brokers,
    grant_to_party,
    require_broker,
)
from partnerships.rounds.actions import rounds
from partnerships.status.actions import refresh_status

CODES = {Side.ASSOCIATION: "A", Side.COMPANY: "E"}


class ScopingError(Refusal):
    """The case cannot be opened or go on."""


class NotVerified(ScopingError):
    """An organisation has not been verified; its name is the message."""

    sentence = gettext_lazy("%(what)s n’est pas vérifiée. Vérifiez cette organisation, puis reprenez.")


class OneSideIsMissing(ScopingError):
    """A case needs at least one association and one company."""

    sentence = gettext_lazy("Il faut au moins une association et une entreprise.")


class NoEvidenceOfNeed(ScopingError):
    """Drafting waits for the evidence of the need."""

    sentence = gettext_lazy(
        "Il manque la preuve du besoin. Ajoutez un sondage ou un compte rendu pour passer à la rédaction."
    )


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a case is about, as the broker writes it before any signature."""

    title: str
    plain_words: str
    evidence_of_need: str
    broker_interests: str = ""


@transaction.atomic
def open_case(
    *, broker: User, title: str, organisations: Sequence[Organisation], at: datetime
) -> Partnership:
    """Open a case between verified organisations and let their members read it.

    `organisations`: at least one association and one company, in the order they will be printed.
    Raises NotABroker, NotVerified, OneSideIsMissing.
    """
    require_broker(broker)
    chosen = list(
        Organisation.objects.select_for_update(of=("self",))
        .filter(pk__in=[each.pk for each in organisations])
        .order_by("pk")
    )
    for organisation in chosen:
        if not organisation.is_verified:
            raise NotVerified(organisation.name)
    if {Side(each.side) for each in chosen} != set(Side):
        raise OneSideIsMissing
    partnership = Partnership.objects.create(
        reference=_next_reference(at), title=title, broker=broker, opened_at=at, entered_at=at
    )
    grant_to_brokers(partnership)
    wanted = [each.pk for each in organisations]
    chosen.sort(key=lambda each: (each.side, wanted.index(each.pk)))
    for party in _parties(partnership, chosen):
        party.save()
        grant_to_party(party)
    write(partnership, "case.open", actor=broker, at=at, parties=[str(each.pk) for each in chosen])
    post.post(
        kind="case-opened",
        key=message_keys.case_opened(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)
    return partnership


def _parties(partnership: Partnership, organisations: list[Organisation]) -> list[Party]:
    counts = {side: sum(each.side == side for each in organisations) for side in Side}
    seen = dict.fromkeys(Side, 0)
    parties = []
    for rank, organisation in enumerate(organisations):
        side = Side(organisation.side)
        seen[side] += 1
        code = CODES[side] + (str(seen[side]) if counts[side] > 1 else "")
        parties.append(
            Party(partnership=partnership, organisation=organisation, side=side, code=code, rank=rank)
        )
    return parties


def _next_reference(at: datetime) -> str:
    """Return LL-YYYY-NNNN, one after the highest of the year; openings wait for one another."""
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
    description: Description,
    at: datetime,
) -> None:
    """Write what the case is about, the evidence of the need and the broker's own links.

    Raises NotABroker, TransitionNotAllowed once a text is frozen or signed.
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
    partnership.save(update_fields=[each.name for each in fields(Description)])
    write(partnership, "case.describe", actor=broker, at=at, title=description.title)
    refresh_status(partnership, at=at)


@transaction.atomic
def prepare(*, partnership_id: UUID, broker: User, at: datetime) -> Roadmap:
    """Pass from scoping to preparing and open edition 1 of the roadmap.

    Raises NotABroker, NoEvidenceOfNeed, NotVerified, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    if not partnership.evidence_of_need.strip():
        raise NoEvidenceOfNeed
    for party in partnership.parties.select_related("organisation").order_by("rank"):
        if not party.organisation.is_verified:
            raise NotVerified(party.organisation.name)
    advance_case(partnership, lifecycle.Action.PREPARE, actor=broker, at=at)
    roadmap = Roadmap.objects.create(partnership=partnership, edition=1, opened_at=at, entered_at=at)
    write(partnership, "edition.open", actor=broker, at=at, edition=1)
    refresh_status(partnership, at=at)
    return roadmap


@transaction.atomic
def abandon(
    *, partnership_id: UUID, broker: User, reason: str, at: datetime, grounds: Sequence[Ground] = ()
) -> None:
    """End a case before any signature, saying why without blame; its text is void, its rounds stay closed.

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
def write_note(*, party_id: int, author: User, text: str, at: datetime) -> Note:
    """Add a private word between a party and the broker; the ledger, which all read, stays silent.

    Raises NotOfAParty when the author is neither a broker nor a member of that party, ReadsOnly.
    """
    party = Party.objects.select_related("partnership", "organisation").get(pk=party_id)
    lock(party.partnership_id)
    if not author.is_broker:
        _membership, own = acting_membership(author, party.partnership)
        if own.pk != party.pk:
            raise NotOfAParty
    note = Note.objects.create(party=party, author=author, text=text, written_at=at)
    post.post(
        kind="private-note",
        key=message_keys.private_note(party.partnership_id, note.pk),
        at=at,
        facts={"partnership": str(party.partnership_id), "note": note.pk},
    )
    return note
