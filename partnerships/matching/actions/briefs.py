"""Briefs: what an organisation looks for or offers; saved, published, withdrawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Side, User
from accounts.organisations import transitions
from accounts.organisations.transitions import lock, present_member, require_active
from accounts.refusals import Refusal
from partnerships.matching.actions import introduction_end
from partnerships.matching.anonymity import identifying_words
from partnerships.matching.queries.briefs import free_texts, identity_of
from partnerships.matching.queries.introductions import open_introductions
from partnerships.models import Brief

REQUIRED_TO_PUBLISH = {
    "title": gettext_lazy("ce que c’est en une ligne"),
    "need": gettext_lazy("le besoin ou le but"),
    "action": gettext_lazy("l’action"),
    "actions": gettext_lazy("le type d’action"),
    "theme": gettext_lazy("le thème"),
    "territory": gettext_lazy("le territoire"),
    "size": gettext_lazy("votre taille"),
    "trade": gettext_lazy("votre activité"),
}


@dataclass(frozen=True, kw_only=True)
class BriefContent:
    """The content of a brief; its fields are those of the form."""

    title: str = ""
    need: str = ""
    evidence: str = ""
    patients: int | None = None
    action: str = ""
    actions: tuple[str, ...] = ()
    theme: str = ""
    territory: str = ""
    limits: tuple[str, ...] = ()
    limits_words: str = ""
    budget: str = ""
    hours: int | None = None
    skills: str = ""
    trade: str = ""
    size: str = ""


class BriefError(Refusal):
    """The brief cannot be saved or published."""


class NotAWriter(BriefError):
    """Only a referent or an administrator of the organisation writes its briefs."""

    sentence = gettext_lazy(
        "Vous pouvez lire cette page : un référent ou un gestionnaire de votre organisation l’écrit."
    )


class NotYetVerified(BriefError):
    """The broker has not verified the organisation."""

    sentence = gettext_lazy(
        "Votre organisation n’est pas encore vérifiée\u00a0: ceci reste un brouillon jusqu’à "
        "la décision du passeur. Vous le publierez ensuite."
    )


class BriefWithdrawn(BriefError):
    """A withdrawn brief can no longer be changed."""

    sentence = gettext_lazy("Il a été retiré. Écrivez-en un autre : celui-ci reste lisible.")


class BriefInIntroduction(BriefError):
    """An introduction of the brief is open: its text must not change while it is being answered."""

    sentence = gettext_lazy(
        "Une mise en relation est en cours : il ne peut pas changer avant sa fin. Écrivez au passeur."
    )


class StaleBrief(BriefError):
    """Another member of the organisation saved the brief after it was read."""

    sentence = gettext_lazy(
        "Une autre personne de votre organisation l’a enregistré pendant que vous écriviez. "
        "Votre texte est conservé sur cette page\u00a0: comparez avec la version ci-contre, "
        "puis enregistrez."
    )


class BriefIncomplete(BriefError):
    """Fields required for publication are empty."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(*missing)
        self.sentence = _("Avant de publier, il manque : %(what)s.") % {
            "what": get_text_list(missing, _("et"))
        }


class BriefNotAnonymous(BriefError):
    """The text identifies the organisation, while an introduction is anonymous."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(*words)
        quoted = ", ".join(f"«\u202f{word}\u202f»" for word in words)
        self.sentence = _(
            "Une mise en relation est anonyme, et ces mots permettent de vous reconnaître : "
            "%(words)s. Remplacez-les."
        ) % {"words": quoted}


@transaction.atomic
def start_brief(*, organisation_id: UUID, author: User, at: datetime) -> Brief:
    """Open an empty draft. Raises NotAWriter, OrganisationReadOnly."""
    organisation = lock(organisation_id)
    require_writer(author, organisation)
    return Brief.objects.create(organisation=organisation, created_at=at, changed_at=at)


@transaction.atomic
def save_brief(
    *, brief_id: UUID, author: User, content: BriefContent, seen_number: int | None = None, at: datetime
) -> Brief:
    """Save a brief; a published brief must stay complete and anonymous. The same content changes nothing.

    `seen_number`: number of the version that the author read, None to overwrite any version; a version
    saved by the author is always overwritten.
    Raises NotAWriter, OrganisationReadOnly, NotYetVerified, BriefWithdrawn, BriefInIntroduction, StaleBrief,
    BriefIncomplete, BriefNotAnonymous.
    """
    brief = _lock_writable_brief(brief_id, author, at=at)
    values = {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(content).items()
    }
    if all(getattr(brief, name) == value for name, value in values.items()):
        return brief
    if brief.written_by_id not in (None, author.pk) and seen_number not in (None, brief.number):
        raise StaleBrief
    for name, value in values.items():
        setattr(brief, name, value)
    brief.changed_at, brief.written_by = at, author
    brief.number += 1
    if brief.is_published:
        require_verified(brief.organisation)
        _require_publishable(brief)
        transitions.record_act(brief.organisation, "brief-changed", actor=author, at=at, brief=str(brief.pk))
    brief.save()
    return brief


@transaction.atomic
def publish_brief(*, brief_id: UUID, author: User, at: datetime) -> None:
    """Publish a draft, so that the brokers read it and search a partner.

    Raises NotAWriter, OrganisationReadOnly, NotYetVerified, BriefWithdrawn, BriefIncomplete,
    BriefNotAnonymous.
    """
    brief = _lock_writable_brief(brief_id, author, at=at)
    require_verified(brief.organisation)
    _require_publishable(brief)
    if brief.is_published:
        return
    brief.published_at = at
    brief.save(update_fields=["published_at"])
    transitions.record_act(brief.organisation, "brief-published", actor=author, at=at, brief=str(brief.pk))


@transaction.atomic
def withdraw_brief(*, brief_id: UUID, author: User, at: datetime) -> None:
    """Withdraw a brief and end its open introductions, with the same messages as any other end.

    Raises NotAWriter, OrganisationReadOnly.
    """
    introduction_end.lock_invited_organisations(brief_id, at=at)
    brief = _lock_brief(brief_id, author)
    if brief.withdrawn_at is not None:
        return
    for introduction in open_introductions([brief.pk], at=at).select_for_update(of=("self",)):
        introduction.withdrawn_at = at
        introduction.save(update_fields=["withdrawn_at"])
        introduction_end.end_introduction(introduction, actor=None, at=at)
    brief.withdrawn_at = at
    brief.save(update_fields=["withdrawn_at"])
    transitions.record_act(brief.organisation, "brief-withdrawn", actor=author, at=at, brief=str(brief.pk))


def require_writer(user: User, organisation: Organisation) -> None:
    """Raise NotAWriter or OrganisationReadOnly for who may not write for the organisation."""
    membership = present_member(organisation, user.pk)
    if membership is None or not (membership.is_referent or membership.is_administrator):
        raise NotAWriter
    require_active(organisation)


def require_verified(organisation: Organisation) -> None:
    """Raise NotYetVerified unless the broker has verified the organisation; a draft needs no verification."""
    if not organisation.is_verified:
        raise NotYetVerified


def _lock_brief(brief_id: UUID, author: User) -> Brief:
    organisation_id = Brief.objects.values_list("organisation_id", flat=True).get(pk=brief_id)
    organisation = lock(organisation_id)
    require_writer(author, organisation)
    brief = Brief.objects.select_for_update(of=("self",)).get(pk=brief_id)
    brief.organisation = organisation
    return brief


def _lock_writable_brief(brief_id: UUID, author: User, *, at: datetime) -> Brief:
    brief = _lock_brief(brief_id, author)
    if brief.withdrawn_at is not None:
        raise BriefWithdrawn
    if open_introductions([brief.pk], at=at).exists():
        raise BriefInIntroduction
    return brief


def _require_publishable(brief: Brief) -> None:
    is_company = brief.organisation.side == Side.COMPANY
    missing = [
        str(words)
        for name, words in REQUIRED_TO_PUBLISH.items()
        if not getattr(brief, name) and (is_company or name != "trade")
    ]
    if missing:
        raise BriefIncomplete(missing)
    words = identifying_words(free_texts(brief), identity_of(brief.organisation))
    if words:
        raise BriefNotAnonymous(words)
