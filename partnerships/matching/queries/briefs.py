"""Briefs as their organisation and the brokers read them, and the anonymous profile made from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.lifecycle import READ_ONLY, State
from accounts.models import Membership, Organisation, Side, User
from accounts.organisations.queries.decisions import read_only_reason
from partnerships.matching.anonymity import IdentifyingDetails
from partnerships.models import ActionKind, Brief, Limit, Trade

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

FREE_TEXT_FIELDS = ("title", "need", "evidence", "action", "limits_words", "skills")
COMPANY_KINDS: dict[str, _StrPromise] = {
    Trade.MEDICINE: gettext_lazy("Une entreprise du médicament"),
    Trade.DEVICE: gettext_lazy("Une entreprise de dispositifs médicaux"),
    Trade.DIAGNOSTIC: gettext_lazy("Une entreprise de diagnostic in vitro"),
    Trade.E_HEALTH: gettext_lazy("Une entreprise d’e-santé"),
    Trade.SERVICE: gettext_lazy("Un prestataire de santé"),
}


class BriefBadge(NamedTuple):
    status: str
    label: str


class LabelledValue(NamedTuple):
    label: str
    value: str


@dataclass(frozen=True, kw_only=True)
class BriefRow:
    """`pending_count`: number of introductions that await the answer of the organisation."""

    brief: Brief
    badge: BriefBadge
    pending_count: int


@dataclass(frozen=True, kw_only=True)
class BriefList:
    """The briefs of an organisation, latest first; `may_write`: whether the reader may add one.

    `reason`: why the reader may not write, "" if they may; `publication`: why nothing can be published yet.
    """

    organisation: Organisation
    rows: Sequence[BriefRow]
    may_write: bool
    reason: str
    publication: str

    @property
    def pending_count(self) -> int:
        return sum(row.pending_count for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class BriefPage:
    """One brief: `texts` in full sentences, `facts` in figures and choices.

    `publication`: why it cannot be published yet, "" if it can.
    """

    brief: Brief
    badge: BriefBadge
    texts: Sequence[LabelledValue]
    facts: Sequence[LabelledValue]
    limits: Sequence[str]
    may_write: bool
    publication: str


def brief_list(organisation: Organisation, user: User, *, at: datetime) -> BriefList:
    """Return the briefs of an organisation and whether `user` may write them. 2 queries."""
    briefs = (
        Brief.objects.filter(organisation=organisation)
        .annotate(pending_count=Count("invitations", filter=pending_invitation_filter(at)))
        .order_by("withdrawn_at", "-changed_at", "pk")
    )
    rows = [
        BriefRow(brief=brief, badge=badge_of(brief), pending_count=brief.pending_count) for brief in briefs
    ]
    may_write = may_write_for(user, organisation)
    return BriefList(
        organisation=organisation,
        rows=rows,
        may_write=may_write,
        reason="" if may_write else _writing_obstacle(organisation),
        publication=publication_obstacle(organisation) if may_write else "",
    )


def _writing_obstacle(organisation: Organisation) -> str:
    if organisation.state in READ_ONLY:
        return read_only_reason(organisation)
    return _(
        "Vous pouvez lire cette page\u00a0: un référent ou un gestionnaire de votre organisation l’écrit."
    )


def publication_obstacle(organisation: Organisation) -> str:
    """Return why no brief of an organisation can be published, and until when; "" if one can."""
    if organisation.is_verified:
        return ""
    if organisation.state == State.DRAFT:
        return _(
            "Vous pouvez écrire et garder un brouillon. Pour le publier, terminez d’abord votre "
            "inscription\u00a0: le passeur vérifie ensuite votre organisation."
        )
    if organisation.state == State.TO_COMPLETE:
        return _(
            "Vous pouvez écrire et garder un brouillon. Pour le publier, complétez d’abord votre "
            "inscription\u00a0: le passeur l’attend pour décider."
        )
    return _(
        "Vous pouvez écrire et garder un brouillon. Vous le publierez dès que le passeur aura vérifié votre "
        "organisation\u202f; il vous écrit alors."
    )


def pending_invitation_filter(at: datetime) -> Q:
    """Return the condition that an invitation of a brief awaits an answer at `at`."""
    return Q(
        invitations__is_yes=None,
        invitations__introduction__withdrawn_at=None,
        invitations__introduction__expires_at__gt=at,
    ) & ~Q(invitations__introduction__invitees__is_yes=False)


def may_write_for(user: User, organisation: Organisation) -> bool:
    """Return whether a person may write for an organisation, which must be able to act. 1 query at most."""
    if organisation.state in READ_ONLY:
        return False
    present = Membership.objects.present().filter(user=user, organisation=organisation)
    return present.filter(Q(is_referent=True) | Q(is_administrator=True)).exists()


def brief_for(user: User, brief_id: UUID) -> Brief:
    """Return a brief of an organisation of the reader; brokers read published ones. Raises Http404.

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
    """Return a brief that `user` may write. Raises Http404, PermissionDenied (with a sentence). 3 queries."""
    brief = brief_for(user, brief_id)
    if user.is_broker:
        raise PermissionDenied(_("Vous pouvez lire ceci : seule l’organisation concernée l’écrit."))
    if not may_write_for(user, brief.organisation):
        raise PermissionDenied(_writing_obstacle(brief.organisation))
    return brief


def brief_page(brief: Brief, user: User) -> BriefPage:
    """Return the page of a brief. 1 query at most."""
    is_company = brief.organisation.side == Side.COMPANY
    texts = [
        LabelledValue(_("But") if is_company else _("Besoin"), brief.need),
        LabelledValue(_("Preuve du besoin"), brief.evidence),
        LabelledValue(_("Action proposée") if is_company else _("Action souhaitée"), brief.action),
        LabelledValue(_("Compétences offertes"), brief.skills),
    ]
    return BriefPage(
        brief=brief,
        badge=badge_of(brief),
        texts=[line for line in texts if line.value],
        facts=facts_of(brief),
        limits=limits_of(brief),
        may_write=not user.is_broker and may_write_for(user, brief.organisation),
        publication=publication_obstacle(brief.organisation),
    )


def is_stale(brief: Brief, user: User, seen_number: int | None) -> bool:
    """Return whether somebody else saved the brief after version `seen_number`."""
    return brief.written_by_id not in (None, user.pk) and seen_number not in (None, brief.number)


def facts_of(brief: Brief) -> list[LabelledValue]:
    """Return the figures and choices of a brief; empty ones are left out."""
    is_company = brief.organisation.side == Side.COMPANY
    lines = [
        LabelledValue(_("Thème"), brief.get_theme_display()),
        LabelledValue(_("Territoire"), brief.get_territory_display()),
        LabelledValue(_("Types d’action"), ", ".join(labels(ActionKind, brief.actions))),
        LabelledValue(_("Patients concernés"), _grouped(brief.patients)),
        LabelledValue(_("Budget"), brief.get_budget_display()),
        LabelledValue(_("Heures offertes") if is_company else _("Heures disponibles"), _grouped(brief.hours)),
        LabelledValue(_("Activité"), brief.get_trade_display()),
        LabelledValue(_("Salariés") if is_company else _("Adhérents"), brief.get_size_display()),
    ]
    return [line for line in lines if line.value]


def _grouped(number: int | None) -> str:
    return number_format(number, force_grouping=True) if number else ""


def limits_of(brief: Brief) -> list[str]:
    """Return the labels of the limits of a brief, its free text last."""
    return [*labels(Limit, brief.limits), *([brief.limits_words] if brief.limits_words else [])]


def labels(kind: type[ActionKind | Limit], codes: Iterable[str]) -> list[str]:
    """Return the labels of codes, in the order of the choices; unknown codes are left out."""
    wanted = set(codes)
    return [str(choice.label) for choice in kind if choice.value in wanted]


def badge_of(brief: Brief) -> BriefBadge:
    """Return the status badge of a brief."""
    if brief.withdrawn_at is not None:
        return BriefBadge("none", _("retiré"))
    return BriefBadge("ok", _("publié")) if brief.is_published else BriefBadge("due", _("brouillon"))


def published_briefs() -> QuerySet[Brief]:
    """Return the published briefs of verified organisations, oldest first. 1 query."""
    briefs = Brief.objects.filter(
        published_at__isnull=False, withdrawn_at=None, organisation__state="verified"
    )
    return briefs.select_related("organisation").order_by("published_at", "pk")


def free_texts(brief: Brief) -> list[str]:
    """Return the free texts of a brief."""
    return [getattr(brief, name) for name in FREE_TEXT_FIELDS]


def identity_of(organisation: Organisation) -> IdentifyingDetails:
    """Return what identifies an organisation. 1 query."""
    present = Membership.objects.present().filter(organisation=organisation).order_by("pk")
    return IdentifyingDetails(
        name=organisation.name,
        numbers=(organisation.rna, organisation.siren, organisation.siret),
        people=tuple(present.values_list("user__full_name", flat=True)),
    )


@dataclass(frozen=True, kw_only=True)
class AnonymousProfile:
    """A brief as the other side reads it; `name` is "" before names are revealed, `title` describes it."""

    side: str
    title: str
    name: str
    brief_title: str
    texts: Sequence[LabelledValue]
    facts: Sequence[LabelledValue]
    limits: Sequence[str]


def anonymous_profile(brief: Brief, *, is_named: bool) -> AnonymousProfile:
    """Return a brief as the other side reads it; with name and town only if `is_named`. No query."""
    organisation = brief.organisation
    is_company = organisation.side == Side.COMPANY
    texts = [
        LabelledValue(_("Son but") if is_company else _("Le besoin"), brief.need),
        LabelledValue(_("La preuve du besoin"), brief.evidence),
        LabelledValue(_("L’action proposée") if is_company else _("L’action souhaitée"), brief.action),
        LabelledValue(_("Ses compétences"), brief.skills),
    ]
    return AnonymousProfile(
        side=organisation.side,
        title=anonymous_title(brief),
        name=f"{organisation.name}, {organisation.city}".rstrip(", ") if is_named else "",
        brief_title=brief.title,
        texts=[line for line in texts if line.value],
        facts=facts_of(brief),
        limits=limits_of(brief),
    )


def anonymous_title(brief: Brief) -> str:
    """Return the kind and size of an organisation, its title before names are revealed."""
    size = brief.get_size_display()
    if brief.organisation.side == Side.COMPANY:
        kind = str(COMPANY_KINDS.get(brief.trade, _("Une entreprise de santé")))
        return _("%(kind)s, %(size)s salariés") % {"kind": kind, "size": size} if size else kind
    kind = _("Une association de patients")
    return _("%(kind)s, %(size)s adhérents") % {"kind": kind, "size": size} if size else kind
