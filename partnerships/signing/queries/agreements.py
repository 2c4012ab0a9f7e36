"""Who agreed to each clause of a text, in the words of which revision, when and how: as it is frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from partnerships.charter.texts import AgreementText, ClauseText
from partnerships.models import Clause, Confirmation, Party, Roadmap, Signature, Stance
from partnerships.text import agreement, prior_agreement
from partnerships.text.agreement import StandingAgreements
from partnerships.text.contents import text_fingerprint
from partnerships.text.differences.amended import Amended


def agreement_texts(
    roadmap: Roadmap,
    clauses: Sequence[Clause],
    texts: Sequence[ClauseText],
    parties: Sequence[Party],
    amended: Amended | None,
) -> tuple[AgreementText, ...]:
    """Return the agreements that stand, clauses in printed order, then parties. At most 8 queries.

    `clauses`: from `agreement.clauses_of`; `texts`: the same clauses as printed; `amended`: what the text
    amends. A clause on which a party gave several agreements has its last one.
    """
    asked = agreement.asked_of(roadmap)
    answers = agreement.valid_answers(asked, agreement.latest_answers(roadmap.pk))
    standing = prior_agreement.standing_agreements(roadmap, asked) if amended else agreement.NONE_STANDING
    confirmed = _confirmations(roadmap, asked) if amended else {}
    signed = _signatures(amended.edition) if amended else {}
    rows = []
    for clause, text in zip(clauses, texts, strict=True):
        for party in parties:
            answer = answers.get((clause.current_id or 0, party.pk))
            if answer and answer.stance == Stance.AGREE:
                row = AgreementText(
                    clause_key=text.key,
                    party_key=party.code,
                    revision_number=text.revision_number,
                    way="round",
                    edition=roadmap.edition,
                    round_number=answer.round.number,
                    agreed_at=_second(answer.answered_at),
                )
                rows.append(row)
            elif amended and _stands(standing, party, clause):
                rows.append(_standing_text(text, party, roadmap, amended, confirmed, signed))
    return tuple(rows)


def _stands(standing: StandingAgreements, party: Party, clause: Clause) -> bool:
    return clause.current_id in standing.get(party.pk, frozenset())


def _standing_text(
    text: ClauseText,
    party: Party,
    roadmap: Roadmap,
    amended: Amended,
    confirmed: Mapping[int, datetime],
    signed: Mapping[int, datetime],
) -> AgreementText:
    """Return the agreement given by confirming a correction, else by signing the text that is amended."""
    is_confirmed = party.pk in confirmed
    return AgreementText(
        clause_key=text.key,
        party_key=party.code,
        revision_number=text.revision_number,
        way="confirmation" if is_confirmed else "signature",
        edition=roadmap.edition if is_confirmed else amended.edition.edition,
        round_number=None,
        agreed_at=_second(confirmed[party.pk] if is_confirmed else signed[party.pk]),
    )


def _confirmations(roadmap: Roadmap, asked: Sequence[Clause]) -> dict[int, datetime]:
    """Return when each party confirmed this text as a clerical correction. 1 query."""
    rows = Confirmation.objects.filter(roadmap=roadmap, fingerprint=text_fingerprint(roadmap, asked))
    return dict(rows.order_by("pk").values_list("party_id", "confirmed_at"))


def _signatures(edition: Roadmap) -> dict[int, datetime]:
    """Return when each party signed an edition. 1 query."""
    rows = Signature.objects.filter(charter__roadmap=edition, charter__voided=None, party__isnull=False)
    return {party: at for party, at in rows.order_by("pk").values_list("party_id", "signed_at") if party}


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
