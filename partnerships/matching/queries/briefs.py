"""The briefs of an organisation, as its people and the brokers read them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, Organisation, Side, User
from partnerships.matching.anonymity import Identity
from partnerships.models import ActionKind, Brief, Limit

FREE_WORDS = ("title", "need", "evidence", "action", "limits_words", "skills")


class Badge(NamedTuple):
    status: str
    label: str


class Line(NamedTuple):
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class BriefRow:
    """`asked`: introductions that wait for the answer of this organisation."""

    brief: Brief
    badge: Badge
    asked: int


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The briefs of an organisation, latest first; `may_write`: the reader answers for it or runs it."""

    organisation: Organisation
    rows: Sequence[BriefRow]
    may_write: bool

    @property
    def asked(self) -> int:
        return sum(row.asked for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class BriefPage:
    brief: Brief
    badge: Badge
    words: Sequence[Line]  # in full sentences
    facts: Sequence[Line]
    limits: Sequence[str]
    may_write: bool


def shelf(organisation: Organisation, user: User, *, at: datetime) -> Shelf:
    """Return the briefs of an organisation and whether `user` writes them. 2 queries."""
    found = (
        Brief.objects.filter(organisation=organisation)
        .annotate(asked=Count("invitations", filter=waiting(at)))
        .order_by("withdrawn_at", "-changed_at", "pk")
    )
    rows = [BriefRow(brief=each, badge=badge_of(each), asked=each.asked) for each in found]
    return Shelf(organisation=organisation, rows=rows, may_write=writes(user, organisation))


def waiting(at: datetime) -> Q:
    """Return what says that an invitation of a brief waits for an answer at that moment."""
    return Q(
        invitations__is_yes=None,
        invitations__introduction__withdrawn_at=None,
        invitations__introduction__expires_at__gt=at,
    ) & ~Q(invitations__introduction__invitees__is_yes=False)


def writes(user: User, organisation: Organisation) -> bool:
    """Say whether a person writes for an organisation that may act. 1 query at most."""
    if not organisation.is_verified or organisation.state in READ_ONLY:
        return False
    present = Membership.objects.present().filter(user=user, organisation=organisation)
    return present.filter(Q(is_referent=True) | Q(is_administrator=True)).exists()


def brief_for(user: User, brief_id: UUID) -> Brief:
    """Return a brief of an organisation of the reader, or one that brokers read. Raises Http404.

    2 queries.
    """
    brief = Brief.objects.select_related("organisation", "written_by").filter(pk=brief_id).first()
    if brief is None:
        raise Http404
    if user.is_broker:
        if brief.published_at is None:
            raise Http404
        return brief
    present = Membership.objects.present().filter(user=user, organisation=brief.organisation_id)
    if not present.exists():
        raise Http404
    return brief


def writable_brief(user: User, brief_id: UUID) -> Brief:
    """Return a brief that `user` writes. Raises Http404, PermissionDenied (with the sentence). 3 queries."""
    brief = brief_for(user, brief_id)
    if user.is_broker:
        raise PermissionDenied(_("Vous pouvez lire ce texte : seule son organisation l’écrit."))
    if not writes(user, brief.organisation):
        raise PermissionDenied(
            _("Vous pouvez lire ce texte : un référent ou un administrateur de votre organisation l’écrit.")
        )
    return brief


def brief_page(brief: Brief, user: User) -> BriefPage:
    """Return a brief in words. 1 query at most."""
    is_company = brief.organisation.side == Side.COMPANY
    words = [
        Line(_("But") if is_company else _("Besoin"), brief.need),
        Line(_("Preuve du besoin"), brief.evidence),
        Line(_("Action proposée") if is_company else _("Action souhaitée"), brief.action),
        Line(_("Compétences offertes"), brief.skills),
    ]
    return BriefPage(
        brief=brief,
        badge=badge_of(brief),
        words=[line for line in words if line.value],
        facts=facts_of(brief),
        limits=limits_of(brief),
        may_write=not user.is_broker and writes(user, brief.organisation),
    )


def is_overtaken(brief: Brief, user: User, seen_number: int | None) -> bool:
    """Say whether what `user` typed answers to an earlier saving than the last, by somebody else."""
    return brief.written_by_id not in (None, user.pk) and seen_number not in (None, brief.number)


def facts_of(brief: Brief) -> list[Line]:
    """Return what a brief says in figures and choices; what is not told is left out."""
    is_company = brief.organisation.side == Side.COMPANY
    lines = [
        Line(_("Thème"), brief.get_theme_display()),
        Line(_("Territoire"), brief.get_territory_display()),
        Line(_("Sortes d’action"), ", ".join(labels(ActionKind, brief.actions))),
        Line(_("Patients concernés"), _count(brief.patients)),
        Line(_("Budget"), brief.get_budget_display()),
        Line(_("Heures offertes") if is_company else _("Heures disponibles"), _count(brief.hours)),
        Line(_("Activité"), brief.get_trade_display()),
        Line(_("Salariés") if is_company else _("Adhérents"), brief.get_size_display()),
    ]
    return [line for line in lines if line.value]


def _count(number: int | None) -> str:
    return number_format(number, force_grouping=True) if number else ""


def limits_of(brief: Brief) -> list[str]:
    """Return the limits of a brief, those of the list first."""
    return [*labels(Limit, brief.limits), *([brief.limits_words] if brief.limits_words else [])]


def labels(kind: type[ActionKind | Limit], codes: Iterable[str]) -> list[str]:
    """Return the words of codes, in the order of the list; unknown ones are left out."""
    held = set(codes)
    return [str(each.label) for each in kind if each.value in held]


def badge_of(brief: Brief) -> Badge:
    """Return where a brief stands."""
    if brief.withdrawn_at is not None:
        return Badge("none", _("retiré"))
    return Badge("ok", _("publié")) if brief.is_published else Badge("due", _("brouillon"))


def published() -> QuerySet[Brief]:
    """Return the standing briefs of verified organisations, oldest first. 1 query."""
    standing = Brief.objects.filter(published_at__isnull=False, withdrawn_at=None)
    found = standing.filter(organisation__state="verified").select_related("organisation")
    return found.order_by("published_at", "pk")


def free_words(brief: Brief) -> list[str]:
    """Return all that a brief says in its own words."""
    return [getattr(brief, name) for name in FREE_WORDS]


def identity_of(organisation: Organisation) -> Identity:
    """Return what would say who an organisation is. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation).order_by("pk")
    return Identity(
        name=organisation.name,
        numbers=(organisation.rna, organisation.siren, organisation.siret),
        people=tuple(present.values_list("user__full_name", flat=True)),
    )
