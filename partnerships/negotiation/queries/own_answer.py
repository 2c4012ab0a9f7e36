"""What the reader's own party has drafted for the running round: for that party alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.templatetags import wording
from partnerships.case.header import CaseHeader
from partnerships.models import Envelope
from partnerships.negotiation import stances as said
from partnerships.negotiation.stances import Said
from partnerships.rounds import queries as round_queries
from partnerships.rounds.encryption import EnvelopePart, KeyIsLost


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A drafted stance: who saved it last and when; `number` counts the savings, from 1."""

    said: Said
    number: int
    by: str
    by_other: bool  # than the reader
    at: datetime

    @property
    def stance_word(self) -> str:
        return str(self.said.stance.label).lower()

    @property
    def words(self) -> str:
        """Return who saved it and when, in a sentence."""
        told = {"name": self.by, "moment": strip_tags(wording.moment(self.at))}
        return _("Enregistré par %(name)s, le %(moment)s.") % told


@dataclass(frozen=True, kw_only=True)
class OwnAnswer:
    """The envelope of the reader's party and the stances in it, by the id of the revision.

    `is_lost`: no key opens it, so that nothing is added to it.
    """

    envelope: Envelope
    saved: Mapping[int, Saved]
    is_lost: bool = False


@sensitive_variables()
def own_answer(envelope: Envelope, header: CaseHeader) -> OwnAnswer:
    """Return what the reader's party, whose envelope it is, has drafted. 1 query at most."""
    try:
        held = round_queries.content_of(envelope)
    except KeyIsLost:
        return OwnAnswer(envelope=envelope, saved={}, is_lost=True)
    names = _names(list(held.parts.values()), header.reader.user)
    return OwnAnswer(
        envelope=envelope,
        saved={
            int(name): Saved(
                said=said.read(each.value),
                number=each.number,
                by=names.get(each.by, ""),
                by_other=each.by != str(header.reader.user.pk),
                at=datetime.fromisoformat(each.at),
            )
            for name, each in held.parts.items()
        },
    )


def _names(parts: list[EnvelopePart], reader: User) -> dict[str, str]:
    known = {str(reader.pk): str(reader)}
    others = {each.by for each in parts} - set(known)
    if others:
        known |= {str(each.pk): str(each) for each in User.objects.filter(pk__in=others).order_by("pk")}
    return known
