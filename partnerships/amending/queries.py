"""The page of an amendment: what it changes, who has confirmed it, and what the reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from partnerships.case import editions
from partnerships.case.header import CaseHeader
from partnerships.drafting.queries.corrections import correction_faults
from partnerships.lifecycle import UNDER_WORK, Action, Edition, allows
from partnerships.models import AmendmentKind, Roadmap
from partnerships.text import agreement
from partnerships.text.contents import text_fingerprint
from partnerships.text.prior_agreement import confirming_parties
from partnerships.text.view import AmendmentShown, text_of


class ConfirmationRow(NamedTuple):
    """A party and whether it confirmed the correction as it stands."""

    side: str
    name: str
    is_confirmed: bool


@dataclass(frozen=True, kw_only=True)
class AmendmentPage:
    """An amendment as displayed to one reader; `fingerprint`: of the text on the page.

    `faults`: what keeps a correction from being one; `confirmations`: of a correction put to the parties.
    """

    name: str
    state: str
    amendment: AmendmentShown
    kind: str
    fingerprint: str
    faults: Sequence[str]
    confirmations: Sequence[ConfirmationRow]
    is_correction: bool
    may_describe: bool
    may_send: bool
    may_negotiate: bool
    may_confirm: bool
    may_contest: bool
    may_give_up: bool


def amendment_page(header: CaseHeader, at: datetime) -> AmendmentPage | None:
    """Return the last amendment that the reader may read, None without any. At most 15 queries."""
    readable = editions.readable(header.case, is_broker=header.reader.is_broker)
    roadmap = next((each for each in readable if each.edition > 1), None)
    if roadmap is None:
        return None
    charters = editions.charters_of(header.partnership)
    shown = text_of(roadmap, charters.get(roadmap.pk), header, at)
    if shown.amendment is None:
        return None
    return _page(roadmap, header, shown.name, shown.state, shown.amendment)


def _page(
    roadmap: Roadmap, header: CaseHeader, name: str, state_text: str, amendment: AmendmentShown
) -> AmendmentPage:
    state, reader = Edition(roadmap.state), header.reader
    is_correction = roadmap.amendment_kind == AmendmentKind.CLERICAL
    asked = agreement.asked_of(roadmap)
    fingerprint = text_fingerprint(roadmap, asked)
    confirmed = confirming_parties(roadmap, asked)
    is_asked = is_correction and state == Edition.NEGOTIATION
    own = reader.party
    is_free = state in UNDER_WORK and not header.case.is_discussed
    return AmendmentPage(
        name=name,
        state=state_text,
        amendment=amendment,
        kind=roadmap.amendment_kind,
        fingerprint=fingerprint,
        faults=correction_faults(roadmap, [clause for clause in asked if clause.position])
        if state in UNDER_WORK
        else [],
        confirmations=[
            ConfirmationRow(party.side, party.organisation.name, party.pk in confirmed)
            for party in header.parties
        ]
        if is_correction and state != Edition.DRAFTING
        else [],
        is_correction=is_correction,
        may_describe=reader.is_broker and allows(Action.REVISE, state) and is_free,
        may_send=reader.is_broker and is_correction and state == Edition.DRAFTING,
        may_negotiate=reader.is_broker and not is_correction and state == Edition.DRAFTING,
        may_confirm=is_asked and reader.may_answer and own is not None and own.pk not in confirmed,
        may_contest=is_asked and reader.may_answer,
        may_give_up=reader.is_broker and allows(Action.VOID, state),
    )


class Described(NamedTuple):
    """What an amendment under work is, as its form shows it."""

    kind: str
    purpose: str
    effective_on: date | None


def described(header: CaseHeader) -> Described | None:
    """Return the description of the amendment under work, None without any. No query."""
    roadmap = header.edition
    if roadmap is None or roadmap.edition == 1 or roadmap.state not in UNDER_WORK:
        return None
    return Described(roadmap.amendment_kind, roadmap.purpose, roadmap.effective_on)
