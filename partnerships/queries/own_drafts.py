"""What one person wrote in envelopes that are still closed: for that person alone, never for another."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import Membership, User
from partnerships.cipher import Held, KeyIsLost, Part
from partnerships.models import Envelope, Question
from partnerships.queries import envelopes, said
from partnerships.queries.filed import filed_in


@sensitive_variables()
def drafts_of(user: User) -> list[dict[str, Any]]:
    """Return the parts of closed envelopes that `user` saved last, line by line. 1 query.

    Whoever left the party reads its envelopes no more, their own words included. Of an envelope that no
    key opens it says so.
    """
    present = Membership.objects.present().filter(user=user).values("organisation")
    closed = Envelope.objects.filter(opened__isnull=True, party__organisation__in=present)
    found = closed.select_related("round__partnership", "party__organisation")
    told: list[dict[str, Any]] = []
    for envelope in found.exclude(ciphertext=b"").order_by("round__asked_at", "pk"):
        about = {
            "case": envelope.round.partnership.reference,
            "organisation": envelope.party.organisation.name,
            "question": envelope.round.question,
        }
        try:
            held = envelopes.held_in(envelope)
        except KeyIsLost:
            told.append({**about, "text": _("Aucune clé de cette installation n’ouvre cette enveloppe.")})
            continue
        told += [{**about, **line} for line in _lines(held, user, envelope.round.question)]
    return told


@sensitive_variables()
def _lines(held: Held, user: User, question: str) -> list[dict[str, Any]]:
    own = {name: part for name, part in held.parts.items() if part.by == str(user.pk)}
    return [line for name, part in own.items() for line in _written(name, part, question)]


@sensitive_variables()
def _written(name: str, part: Part, question: str) -> list[dict[str, Any]]:
    if question == Question.CRITICISM:
        lines = [asdict(said.read(part.value))]
    else:
        lines = [asdict(each) for each in filed_in({name: part.value})]
    return [{**line, "written_at": part.at} for line in lines]
