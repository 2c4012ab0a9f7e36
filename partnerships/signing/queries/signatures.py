"""A frozen text before the eyes of who signs it: its words, who signed, who is next, who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Mandate, User
from accounts.people.queries.mandates import valid_mandates
from accounts.templatetags.wording import moment
from partnerships import lifecycle
from partnerships.charter import pages, snapshot, typography
from partnerships.models import Charter, Partnership, Party, SealedCharter, Signature, VoidedCharter

# A case abandoned while its text waited for signatures leaves that text void, with its edition.
STANDING = (lifecycle.Edition.SIGNING, lifecycle.Edition.SIGNED)


class Signatory(NamedTuple):
    """One place to sign. `party` is None for the witness; `people` may sign there now."""

    party: Party | None
    signature: Signature | None
    people: Sequence[str]


class Place(NamedTuple):
    """One place to sign as it is shown; `status` is "ok", "due" or "none"."""

    side: str
    name: str
    detail: str
    status: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FrozenText:
    """A frozen text and its signatures. `state` is "signing", "signed" (not sealed yet) or "sealed"."""

    charter: Charter
    edition: int
    state: str
    signatories: Sequence[Signatory]
    sealed: SealedCharter | None

    @property
    def places(self) -> list[Place]:
        """Every place to sign as it is shown, parties in order, the witness last."""
        return [_place(each, is_witness_next=self.parties_have_signed) for each in self.signatories]

    @property
    def parties_have_signed(self) -> bool:
        return all(each.signature for each in self.signatories if each.party)


@dataclass(frozen=True, kw_only=True)
class CharterPage:
    """Every frozen text of a case, the latest first, those given up, and what the reader may do now."""

    texts: Sequence[FrozenText]
    voided: Sequence[VoidedCharter]
    may_sign: bool
    may_freeze: bool
    may_withdraw: bool
    may_amend: bool


@dataclass(frozen=True, kw_only=True)
class SignPage:
    """What a signatory has before the eyes. `party` is None for the broker, who bears witness.

    `refusal`: why there is nothing to sign now, by name; empty when the person may go on.
    """

    frozen: FrozenText | None
    party: Party | None
    mandate: Mandate | None
    refusal: str
    words: Mapping[str, object]


def _place(each: Signatory, *, is_witness_next: bool) -> Place:
    side, name = (each.party.side, each.party.organisation.name) if each.party else ("broker", each.people[0])
    if each.signature:
        detail = format_html("{}, {}", each.signature.typed_name, moment(each.signature.signed_at))
        return Place(side, name, detail, "ok", _("Signé") if each.party else _("Contresigné"))
    if each.party:
        return Place(side, name, ", ".join(each.people) or _("Aucun mandat en cours"), "due", _("Attendu"))
    status, label = ("due", _("Attendu")) if is_witness_next else ("none", _("Ensuite"))
    return Place(side, name, _("témoin, contresigne en dernier"), status, label)


def charter_page(partnership: Partnership, user: User, signs_for: Party | None, at: datetime) -> CharterPage:
    """Return the frozen texts of a case as `user`, who may sign for `signs_for`, acts on them. 6 queries."""
    texts = _frozen_texts(partnership, at)
    voided = VoidedCharter.objects.filter(charter__partnership=partnership).select_related("voided_by")
    edition = partnership.roadmaps.exclude(state=lifecycle.Edition.VOID).order_by("-edition").first()
    state = lifecycle.Edition(edition.state) if edition else None
    is_active = partnership.state == lifecycle.Case.ACTIVE
    return CharterPage(
        texts=texts,
        voided=list(voided.order_by("-voided_at", "-pk")),
        may_sign=bool(texts) and _may_sign(user, signs_for, texts[0]),
        may_freeze=user.is_broker and state == lifecycle.Edition.AGREED,
        may_withdraw=user.is_broker and state == lifecycle.Edition.SIGNING,
        may_amend=user.is_broker and is_active and state == lifecycle.Edition.SIGNED,
    )


def _may_sign(user: User, own: Party | None, frozen: FrozenText) -> bool:
    if frozen.state != "signing":
        return False
    if user.is_broker:
        return frozen.parties_have_signed
    return own is not None and any(
        signatory.party == own and signatory.signature is None for signatory in frozen.signatories
    )


def who_signs(partnership: Partnership, party: Party, at: datetime) -> str:
    """Return who may sign the frozen text for a party, in words; empty when nobody may. 2 queries.

    Without a frozen text: who may sign one that binds to no money.
    """
    charter = _standing_charters(partnership).filter(roadmap__state=lifecycle.Edition.SIGNING).first()
    people = _people([party], charter.amount_minor if charter else 0, at)
    return get_text_list(people.get(party.organisation_id, []), _("ou"))


def sign_page(partnership: Partnership, user: User, party: Party | None, at: datetime) -> SignPage:
    """Return the frozen words for who signs for `party` or bears witness. 5 queries."""
    texts = _frozen_texts(partnership, at)
    frozen = texts[0] if texts and texts[0].state == "signing" else None
    mandate = _mandate_of(user, party, frozen, at) if party and frozen else None
    return SignPage(
        frozen=frozen,
        party=party,
        mandate=mandate,
        refusal=_refusal(frozen, party, mandate, user),
        words=words_of(frozen.charter) if frozen else {},
    )


def _refusal(frozen: FrozenText | None, party: Party | None, mandate: Mandate | None, user: User) -> str:
    if frozen is None:
        return "nothing"
    if user.is_broker:
        return "" if frozen.parties_have_signed else "too-early"
    if any(each.party == party and each.signature for each in frozen.signatories):
        return "signed"
    return "" if mandate else "no-mandate"


def words_of(charter: Charter) -> dict[str, object]:
    """Return what the templates of the charter show, from the frozen value alone, as the PDF does."""
    frozen = snapshot.from_json(bytes(charter.canonical_json))
    return pages.everything(typography.printable(frozen), ())


def _mandate_of(user: User, party: Party, frozen: FrozenText, at: datetime) -> Mandate | None:
    amount_minor = frozen.charter.amount_minor
    mandates = valid_mandates([party.organisation_id], amount_minor=amount_minor, at=at)
    return mandates.filter(user=user).first()


def _standing_charters(partnership: Partnership) -> QuerySet[Charter]:
    return (
        partnership.charters.filter(voided=None, roadmap__state__in=STANDING)
        .select_related("roadmap", "sealed")
        .defer("sealed__pdf")
        .order_by("-roadmap__edition", "-frozen_at", "-pk")
    )


def _frozen_texts(partnership: Partnership, at: datetime) -> list[FrozenText]:
    charters = list(_standing_charters(partnership))
    if not charters:
        return []
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    # Only the latest text can wait for signatures: the places of the others show who signed.
    people = _people(parties, charters[0].amount_minor, at)
    signatures = _signatures(charters)
    return [_frozen_text(partnership, each, parties, people, signatures) for each in charters]


def _frozen_text(
    partnership: Partnership,
    charter: Charter,
    parties: Sequence[Party],
    people: Mapping[UUID, list[str]],
    signatures: Mapping[tuple[UUID, int | None], Signature],
) -> FrozenText:
    places = [
        Signatory(party, signatures.get((charter.pk, party.pk)), people.get(party.organisation_id, []))
        for party in parties
    ]
    witness = Signatory(None, signatures.get((charter.pk, None)), [str(partnership.broker)])
    sealed = getattr(charter, "sealed", None)
    signed = "sealed" if sealed else "signed"
    return FrozenText(
        charter=charter,
        edition=charter.roadmap.edition,
        state="signing" if charter.roadmap.state == lifecycle.Edition.SIGNING else signed,
        signatories=[*places, witness],
        sealed=sealed,
    )


def _people(parties: Sequence[Party], amount_minor: int, at: datetime) -> dict[UUID, list[str]]:
    """Return the names of those whose mandate covers the amount, by organisation. 1 query."""
    organisations = [party.organisation_id for party in parties]
    names: dict[UUID, list[str]] = {}
    for mandate in valid_mandates(organisations, amount_minor=amount_minor, at=at):
        names.setdefault(mandate.organisation_id, []).append(str(mandate.user))
    return names


def _signatures(charters: Sequence[Charter]) -> dict[tuple[UUID, int | None], Signature]:
    rows = Signature.objects.filter(charter__in=charters).select_related("signatory").order_by("pk")
    return {(each.charter_id, each.party_id): each for each in rows}


def sealed_pdf(partnership: Partnership, edition: int) -> tuple[str, bytes]:
    """Return the name and the bytes of the sealed PDF of an edition. Raises Http404. 1 query."""
    sealed = SealedCharter.objects.filter(
        charter__partnership=partnership, charter__roadmap__edition=edition, charter__voided=None
    ).first()
    if sealed is None:
        raise Http404
    return f"charte-{partnership.reference}-{edition}.pdf", bytes(sealed.pdf)
