"""Drafts written by one person: canvases, briefs and parts of unopened envelopes; for that person alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import cast

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import Membership, User
from accounts.privacy.queries import PersonalDataRow, column_rows
from partnerships.expectations.queries.expectations import envelope_lines
from partnerships.models import QUESTIONNAIRES, Brief, Canvas, Envelope, Question, UnsavedWording
from partnerships.negotiation.queries import positions
from partnerships.rounds import queries as round_queries
from partnerships.rounds.encryption import EnvelopeContent, EnvelopePart, KeyIsLost


def drafts_and_briefs(user: User) -> dict[str, list[PersonalDataRow]]:
    """Return the canvases, briefs, parts of unopened envelopes and unsaved wordings of `user`. 4 queries."""
    briefs = Brief.objects.filter(written_by=user).order_by("changed_at", "pk")
    columns = ("title", "need", "evidence", "action", "limits_words", "skills")
    canvases = Canvas.objects.filter(written_by=user).order_by("written_at", "pk")
    unsaved = UnsavedWording.objects.filter(broker=user).order_by("saved_at", "pk")
    return {
        "canvases": column_rows(canvases, "number", "written_at", case="partnership__reference"),
        "drafts": envelope_parts_by(user),
        "unsaved_wordings": column_rows(
            unsaved,
            "submitted",
            "saved_at",
            case="roadmap__partnership__reference",
            clause="clause__current__title",
        ),
        "briefs": column_rows(briefs, *columns, "changed_at", organisation="organisation__name"),
    }


@sensitive_variables()
def envelope_parts_by(user: User) -> list[PersonalDataRow]:
    """Return the parts of unopened envelopes that `user` saved last, one row a line. 1 query.

    Only of organisations of which the person is still a member. An envelope that no key decrypts gives one
    row that says so.
    """
    organisations = Membership.objects.present().filter(user=user).values("organisation")
    unopened = Envelope.objects.filter(opened__isnull=True, party__organisation__in=organisations)
    envelopes = unopened.select_related("round__partnership", "party__organisation")
    result: list[PersonalDataRow] = []
    for envelope in envelopes.exclude(ciphertext=b"").order_by("round__asked_at", "pk"):
        common = {
            "case": envelope.round.partnership.reference,
            "organisation": envelope.party.organisation.name,
            "question": envelope.round.question,
        }
        try:
            content = round_queries.content_of(envelope)
        except KeyIsLost:
            result.append(
                {
                    **common,
                    "text": _(
                        "Cette enveloppe ne peut pas être ouverte pour l’instant. Prévenez le passeur : "
                        "la personne qui gère le site doit intervenir."
                    ),
                }
            )
            continue
        result += [{**common, **line} for line in _lines(content, user, envelope.round.question)]
    return result


@sensitive_variables()
def _lines(content: EnvelopeContent, user: User, question: str) -> list[PersonalDataRow]:
    own_parts = {name: part for name, part in content.parts.items() if part.by == str(user.pk)}
    return [line for name, part in own_parts.items() for line in _part_lines(name, part, question)]


@sensitive_variables()
def _part_lines(name: str, part: EnvelopePart, question: str) -> list[PersonalDataRow]:
    if question in QUESTIONNAIRES:
        answers = cast("dict[str, dict[str, str]]", part.value or {})
        lines = [{"code": code, **answer} for code, answer in answers.items()]
    elif question == Question.CRITICISM:
        lines = [asdict(positions.position_from_json(part.value))]
    else:
        lines = [asdict(line) for line in envelope_lines({name: part.value})]
    return [{**line, "written_at": part.at} for line in lines]
