"""Briefs and introductions brought about by the real actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organisation, Side, User
from partnerships.matching.actions import briefs, introductions
from partnerships.models import Brief, Introduction
from tests import make
from tests.cast import Cast

NEED: dict[str, Any] = {
    "title": "Voyager sans renoncer",
    "need": "Des personnes malades renoncent à se déplacer.",
    "evidence": "61 % des 188 répondants ont renoncé à un déplacement.",
    "patients": 2300,
    "action": "Un guide écrit par des patients.",
    "actions": ("survey", "guide"),
    "theme": "breath",
    "territory": "france",
    "limits": ("brand", "content"),
    "budget": "to_30",
    "hours": 180,
    "size": "very_large",
}
AIM: dict[str, Any] = {
    "title": "Comprendre la vie en déplacement",
    "need": "Mieux connaître la vie réelle des patients.",
    "action": "Financer une enquête et un guide.",
    "actions": ("guide",),
    "theme": "breath",
    "territory": "france",
    "limits": ("brand", "logo"),
    "budget": "to_30",
    "hours": 40,
    "skills": "Logistique.",
    "trade": "medicine",
    "size": "medium",
}


def brief(organisation: Organisation, author: User, *, at: datetime = make.NOON, **changed: Any) -> Brief:
    """Write and publish what fits the side of an organisation, but for what is `changed`."""
    fields = {**(NEED if organisation.side == Side.ASSOCIATION else AIM), **changed}
    draft = briefs.start_brief(organisation_id=organisation.pk, author=author, at=at)
    briefs.save_brief(brief_id=draft.pk, author=author, content=briefs.BriefContent(**fields), at=at)
    briefs.publish_brief(brief_id=draft.pk, author=author, at=at)
    return Brief.objects.select_related("organisation").get(pk=draft.pk)


def introduce(cast: Cast, *, at: datetime = make.NOON, words: str = "") -> Introduction:
    """Have Nora put Ada's association and Carla's company in touch."""
    both = [brief(cast.association, cast.ada, at=at), brief(cast.company, cast.carla, at=at)]
    keys = [each.pk for each in both]
    return introductions.propose(brief_ids=keys, broker=cast.nora, words=words, at=at)


def say(
    introduction: Introduction, speaker: User, *, is_yes: bool = True, reason: str = "", at: datetime
) -> None:
    """Have somebody answer for their organisation."""
    introductions.answer(introduction_id=introduction.pk, member=speaker, is_yes=is_yes, reason=reason, at=at)
