"""Content of the charter page and of the sign page: frozen texts, signatures, and who may sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from partnerships.charter import context, snapshot, typography
from partnerships.charter.context import AgreementRow
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.drafting.queries.freeze_obstacles import FreezeObstacle, freeze_obstacles
from partnerships.models import (
    Charter,
    Partnership,
    Party,
    Roadmap,
    SealedCharter,
    SealObstacle,
    SealRefusal,
    Signature,
    VoidedCharter,
)
from partnerships.signing.queries.ledger_agreement import disagreements
from partnerships.signing.queries.own_agreement import AgreedClauses, own_agreement
from partnerships.text import agreement
from partnerships.text.view import frozen_sections

# The frozen text of a case abandoned during signing is not voided itself: its edition is.
VALID_STATES = (lifecycle.Edition.SIGNING, lifecycle.Edition.SIGNED)


class ExpectedSignature(NamedTuple):
    """A signature that a frozen text requires. `party`: None for the witness; `people`: who may sign now."""

    party: Party | None
    signature: Signature | None
    people: Sequence[str]


class SignatureRow(NamedTuple):
    """One required signature as displayed; `status` is "ok", "due" or "none"."""

    side: str
    name: str
    detail: str
    status: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FrozenText:
    """A frozen text and its signatures.

    `state` is "signing", "signed" (not sealed yet), "refused" (not sealed, as `refusal` says) or "sealed".
    `differences`: for a broker, what does not agree with the ledger. `agreement_rows`: who agreed to each
    clause, in French as it is signed.
    """

    charter: Charter
    edition: int
    state: str
    expected_signatures: Sequence[ExpectedSignature]
    sealed: SealedCharter | None
    refusal: SealRefusal | None
    differences: Sequence[str] = ()
    agreement_rows: Sequence[AgreementRow] = ()

    @property
    def signature_rows(self) -> list[SignatureRow]:
        """One row for each required signature, parties in order, the witness last."""
        return [
            _signature_row(row, is_witness_next=self.parties_have_signed) for row in self.expected_signatures
        ]

    @property
    def parties_have_signed(self) -> bool:
        return all(row.signature for row in self.expected_signatures if row.party)

    def is_signed_by(self, party: Party) -> bool:
        return any(row.party == party and row.signature for row in self.expected_signatures)


@dataclass(frozen=True, kw_only=True)
class CharterPage:
    """The valid frozen texts of a case, latest first, the voided ones, and what the reader may do now."""

    texts: Sequence[FrozenText]
    voided: Sequence[VoidedCharter]
    may_sign: bool
    may_take_back: bool
    may_freeze: bool
    freeze_obstacles: Sequence[FreezeObstacle]
    may_withdraw: bool
    may_amend: bool


@dataclass(frozen=True, kw_only=True)
class SignPage:
    """The text to sign. `party`: None for the broker, who signs as a witness.

    `own_agreement`: how the party agreed to every word of it. `obstacle`: why the reader cannot sign now
    ("nothing", "too-early", "signed", "no-mandate") or "".
    """

    frozen: FrozenText | None
    party: Party | None
    mandate: Mandate | None
    obstacle: str
    charter_context: Mapping[str, object]
    own_agreement: Sequence[AgreedClauses] = ()

    @property
    def has_signed(self) -> bool:
        """Whether the party of the reader has signed the text that is being signed."""
        return self.frozen is not None and self.party is not None and self.frozen.is_signed_by(self.party)


def _signature_row(expected: ExpectedSignature, *, is_witness_next: bool) -> SignatureRow:
    party, signature, people = expected
    side, name = (party.side, party.organisation.name) if party else ("broker", people[0])
    if signature:
        detail = format_html("{}, {}", signature.typed_name, moment(signature.signed_at))
        return SignatureRow(side, name, detail, "ok", _("Signé") if party else _("Contresigné"))
    if party:
        return SignatureRow(side, name, ", ".join(people) or _("Aucun mandat en cours"), "due", _("Attendu"))
    status, label = ("due", _("Attendu")) if is_witness_next else ("none", _("Ensuite"))
    return SignatureRow(side, name, _("témoin, contresigne en dernier"), status, label)


def charter_page(
    partnership: Partnership, user: User, signing_party: Party | None, at: datetime
) -> CharterPage:
    """Return the charter page for `user`, who may sign for `signing_party`. 6 queries."""
    texts = [
        replace(frozen, agreement_rows=context.agreement_rows(typography.printable(_text_of(frozen.charter))))
        for frozen in _frozen_texts(partnership, at)
    ]
    if user.is_broker:
        texts = [replace(frozen, differences=_differences(frozen)) for frozen in texts]
    voided = VoidedCharter.objects.filter(charter__partnership=partnership).select_related("voided_by")
    edition = partnership.roadmaps.exclude(state=lifecycle.Edition.VOID).order_by("-edition").first()
    state = lifecycle.Edition(edition.state) if edition else None
    is_active = partnership.state == lifecycle.Case.ACTIVE
    may_freeze = user.is_broker and state == lifecycle.Edition.AGREED
    return CharterPage(
        texts=texts,
        voided=list(voided.order_by("-voided_at", "-pk")),
        may_sign=bool(texts) and _may_sign(user, signing_party, texts[0]),
        may_take_back=bool(texts) and _may_take_back(signing_party, texts[0]),
        may_freeze=may_freeze,
        freeze_obstacles=_freeze_obstacles(partnership, edition, at) if may_freeze and edition else [],
        may_withdraw=user.is_broker and state == lifecycle.Edition.SIGNING,
        may_amend=user.is_broker and is_active and state == lifecycle.Edition.SIGNED,
    )


def _differences(frozen: FrozenText) -> list[str]:
    """Return what prevents the seal of a text whose ledger did not agree. 5 queries for such a text."""
    is_compared = frozen.refusal and frozen.refusal.obstacle == SealObstacle.LEDGER
    return disagreements(frozen.charter) if is_compared else []


def _freeze_obstacles(partnership: Partnership, edition: Roadmap, at: datetime) -> list[FreezeObstacle]:
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    return freeze_obstacles(partnership, edition, agreement.clauses_of(edition), parties, at)


def _may_sign(user: User, signing_party: Party | None, frozen: FrozenText) -> bool:
    if frozen.state != "signing":
        return False
    if user.is_broker:
        return frozen.parties_have_signed
    return signing_party is not None and any(
        row.party == signing_party and row.signature is None for row in frozen.expected_signatures
    )


def _may_take_back(signing_party: Party | None, frozen: FrozenText) -> bool:
    if frozen.state != "signing" or signing_party is None or frozen.parties_have_signed:
        return False
    return frozen.is_signed_by(signing_party)


def mandated_names(partnership: Partnership, party: Party, at: datetime) -> str:
    """Return the names of those who may sign the frozen text for a party, "" when nobody may. 2 queries.

    Without a frozen text: those who may sign one that commits no money.
    """
    charter = _valid_charters(partnership).filter(roadmap__state=lifecycle.Edition.SIGNING).first()
    people = _mandated_people([party], charter.amount_minor if charter else 0, at)
    return get_text_list(people.get(party.organisation_id, []), _("ou"))


def sign_page(partnership: Partnership, user: User, party: Party | None, at: datetime) -> SignPage:
    """Return the text to sign for `party`, or for the broker as a witness. 5 queries."""
    texts = _frozen_texts(partnership, at)
    frozen = texts[0] if texts and texts[0].state == "signing" else None
    mandate = _mandate_of(user, party, frozen, at) if party and frozen else None
    return SignPage(
        frozen=frozen,
        party=party,
        mandate=mandate,
        obstacle=_obstacle(frozen, party, mandate, user),
        charter_context=charter_context(frozen.charter) if frozen else {},
        own_agreement=own_agreement(_text_of(frozen.charter), party.code) if frozen and party else (),
    )


def _obstacle(frozen: FrozenText | None, party: Party | None, mandate: Mandate | None, user: User) -> str:
    if frozen is None:
        return "nothing"
    if user.is_broker:
        return "" if frozen.parties_have_signed else "too-early"
    if party is not None and frozen.is_signed_by(party):
        return "signed"
    return "" if mandate else "no-mandate"


def charter_context(charter: Charter) -> dict[str, object]:
    """Return the context of the charter templates, from the frozen snapshot alone, as for the PDF."""
    frozen = typography.printable(_text_of(charter))
    return {
        **context.template_context(frozen, ()),
        "sections": frozen_sections(frozen) if frozen.numbering == "section" else [],
    }


def _text_of(charter: Charter) -> CharterSnapshot:
    return snapshot.from_json(bytes(charter.canonical_json))


def _mandate_of(user: User, party: Party, frozen: FrozenText, at: datetime) -> Mandate | None:
    amount_minor = frozen.charter.amount_minor
    mandates = valid_mandates([party.organisation_id], amount_minor=amount_minor, at=at)
    return mandates.filter(user=user).select_related("document").first()


def _valid_charters(partnership: Partnership) -> QuerySet[Charter]:
    return (
        partnership.charters.filter(voided=None, roadmap__state__in=VALID_STATES)
        .select_related("roadmap", "sealed", "seal_refusal")
        .defer("sealed__pdf")
        .order_by("-roadmap__edition", "-frozen_at", "-pk")
    )


def _frozen_texts(partnership: Partnership, at: datetime) -> list[FrozenText]:
    charters = list(_valid_charters(partnership))
    if not charters:
        return []
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    # Only the latest text can await signatures; for the others, who signed is enough.
    people = _mandated_people(parties, charters[0].amount_minor, at)
    signatures = _signatures(charters)
    return [_frozen_text(partnership, charter, parties, people, signatures) for charter in charters]


def _frozen_text(
    partnership: Partnership,
    charter: Charter,
    parties: Sequence[Party],
    people: Mapping[UUID, list[str]],
    signatures: Mapping[tuple[UUID, int | None], Signature],
) -> FrozenText:
    expected_signatures = [
        ExpectedSignature(
            party, signatures.get((charter.pk, party.pk)), people.get(party.organisation_id, [])
        )
        for party in parties
    ]
    witness = ExpectedSignature(None, signatures.get((charter.pk, None)), [str(partnership.broker)])
    sealed, refusal = getattr(charter, "sealed", None), getattr(charter, "seal_refusal", None)
    unsealed_state = "refused" if refusal else "signed"
    signed_state = "sealed" if sealed else unsealed_state
    return FrozenText(
        charter=charter,
        edition=charter.roadmap.edition,
        state="signing" if charter.roadmap.state == lifecycle.Edition.SIGNING else signed_state,
        expected_signatures=[*expected_signatures, witness],
        sealed=sealed,
        refusal=refusal,
    )


def _mandated_people(parties: Sequence[Party], amount_minor: int, at: datetime) -> dict[UUID, list[str]]:
    """Return organisation key -> names of those whose mandate covers the amount. 1 query."""
    organisations = [party.organisation_id for party in parties]
    names: dict[UUID, list[str]] = {}
    for mandate in valid_mandates(organisations, amount_minor=amount_minor, at=at):
        names.setdefault(mandate.organisation_id, []).append(str(mandate.user))
    return names


def _signatures(charters: Sequence[Charter]) -> dict[tuple[UUID, int | None], Signature]:
    rows = Signature.objects.filter(charter__in=charters).select_related("signatory").order_by("pk")
    return {(signature.charter_id, signature.party_id): signature for signature in rows}


def frozen_charter(partnership: Partnership, edition: int) -> Charter:
    """Return the valid frozen text of an edition that is not sealed. Raises Http404. 1 query."""
    charter = _valid_charters(partnership).filter(roadmap__edition=edition, sealed=None).first()
    if charter is None:
        raise Http404
    return charter


def sealed_pdf(partnership: Partnership, edition: int) -> tuple[str, bytes]:
    """Return the file name and the bytes of the sealed PDF of an edition. Raises Http404. 1 query."""
    sealed = SealedCharter.objects.filter(
        charter__partnership=partnership, charter__roadmap__edition=edition, charter__voided=None
    ).first()
    if sealed is None:
        raise Http404
    return f"charte-{partnership.reference}-{edition}.pdf", bytes(sealed.pdf)
