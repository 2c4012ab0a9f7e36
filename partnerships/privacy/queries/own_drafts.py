"""What one person wrote of canvases, briefs and closed envelopes: for that person alone."""

from __future__ import annotations

from dataclasses import asdict

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import Membership, User
from accounts.privacy.queries import PersonalDataRow, column_rows
from partnerships.expectations.queries.expectations import envelope_lines
from partnerships.models import Brief, Canvas, Envelope, Question
from partnerships.negotiation import stances
from partnerships.rounds.encryption import Held, KeyIsLost, Part
from partnerships.rounds.queries import envelopes


def in_writing(user: User) -> dict[str, list[PersonalDataRow]]:
    """Return what `user` wrote of canvases, briefs, and envelopes that are still closed. 3 queries."""
    briefs = Brief.objects.filter(written_by=user).order_by("changed_at", "pk")
    words = ("title", "need", "evidence", "action", "limits_words", "skills")
    canvases = Canvas.objects.filter(written_by=user).order_by("written_at", "pk")
    return {
        "canvases": column_rows(canvases, "number", "written_at", case="partnership__reference"),
        "drafts": drafts_of(user),
        "briefs": column_rows(briefs, *words, "changed_at", organisation="organisation__name"),
    }


@sensitive_variables()
def drafts_of(user: User) -> list[PersonalDataRow]:
    """Return the parts of closed envelopes that `user` saved last, line by line. 1 query.

    Whoever left the party reads its envelopes no more, their own words included. Of an envelope that no
    key opens it says so.
    """
    present = Membership.objects.present().filter(user=user).values("organisation")
    closed = Envelope.objects.filter(opened__isnull=True, party__organisation__in=present)
    found = closed.select_related("round__partnership", "party__organisation")
    told: list[PersonalDataRow] = []
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
def _lines(held: Held, user: User, question: str) -> list[PersonalDataRow]:
    own = {name: part for name, part in held.parts.items() if part.by == str(user.pk)}
    return [line for name, part in own.items() for line in _written(name, part, question)]


@sensitive_variables()
def _written(name: str, part: Part, question: str) -> list[PersonalDataRow]:
    if question == Question.CRITICISM:
        lines = [asdict(stances.read(part.value))]
    else:
        lines = [asdict(each) for each in envelope_lines({name: part.value})]
    return [{**line, "written_at": part.at} for line in lines]
