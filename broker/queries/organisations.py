"""The organisations: those to vet, all of them, and one with what it declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import lifecycle
from accounts import queries as people
from accounts.disclosures import Interests, Year, interests_of, thresholds, years_of
from accounts.models import (
    Mandate,
    Membership,
    OfficialApproval,
    Organisation,
    OrganisationState,
    Side,
    User,
    Vetting,
)

ON_A_PAGE = 40
STATUSES = {
    OrganisationState.PENDING: "due",
    OrganisationState.TO_COMPLETE: "doubt",
    OrganisationState.VERIFIED: "ok",
    OrganisationState.REFUSED: "late",
    OrganisationState.SUSPENDED: "late",
}


class Row(NamedTuple):
    """An organisation in a list; `days` since it was submitted."""

    organisation: Organisation
    status: str
    days: int | None


class Listing(NamedTuple):
    """A page of organisations, and its rows."""

    page: Page[Organisation]
    rows: Sequence[Row]


class Check(NamedTuple):
    """One thing that the broker looks at; `found` says what was declared, or what is missing."""

    title: str
    found: str
    is_there: bool


@dataclass(frozen=True, kw_only=True)
class VettingPage:
    """What the broker reads before deciding; `association`, `company`: the profile of its side, if any."""

    organisation: Organisation
    association: object | None
    company: object | None
    approval: OfficialApproval | None
    years: Sequence[Year]
    interests: Interests
    status: str
    days: int | None
    checks: Sequence[Check]
    members: Sequence[Membership]
    mandates: Sequence[Mandate]
    history: Sequence[Vetting]
    decisions: Sequence[lifecycle.Step]
    cases: int

    @property
    def is_complete(self) -> bool:
        return all(check.is_there for check in self.checks)


def vetting_rows(*, at: datetime, page: int) -> Listing:
    """Return the organisations to vet, the longest waiting first; those sent back come last. 2 queries."""
    return _rows(people.vetting_queue(), at=at, page=page)


def organisation_rows(*, words: str, state: str, side: str, at: datetime, page: int) -> Listing:
    """Return the submitted organisations that match, by name. 2 queries."""
    found = Organisation.objects.exclude(state=OrganisationState.DRAFT)
    if state in OrganisationState.values:
        found = found.filter(state=state)
    if side in Side.values:
        found = found.filter(side=side)
    for word in words.split():
        numbers = Q(rna__iexact=word) | Q(siren=word) | Q(siret=word)
        found = found.filter(Q(name__icontains=word) | Q(city__icontains=word) | numbers)
    return _rows(found.order_by("name", "pk"), at=at, page=page)


def verified(side: Side) -> QuerySet[Organisation]:
    """Return the organisations of a side that may enter a case, by name."""
    return Organisation.objects.filter(state=OrganisationState.VERIFIED, side=side).order_by("name", "pk")


def _rows(found: QuerySet[Organisation], *, at: datetime, page: int) -> Listing:
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    rows = [Row(each, STATUSES[OrganisationState(each.state)], _days(each, at)) for each in shown]
    return Listing(shown, rows)


def _days(organisation: Organisation, at: datetime) -> int | None:
    if organisation.submitted_at is None:
        return None
    return (timezone.localdate(at) - timezone.localdate(organisation.submitted_at)).days


def vetting_page(organisation: Organisation, *, user: User, at: datetime) -> VettingPage:
    """Return what an organisation declared, its people, its past decisions, and what may be decided.

    14 queries.
    """
    declared = Organisation.objects.select_related(
        "association_profile", "company_profile", "approval"
    ).annotate(cases=Count("parties"))
    own = declared.get(pk=organisation.pk)
    page = people.organisation_page(own, user=user, at=at)
    return VettingPage(
        organisation=own,
        # Tables of the portals, which stand beside this room: read through the organisation.
        association=getattr(own, "association_profile", None),
        company=getattr(own, "company_profile", None),
        approval=getattr(own, "approval", None),
        years=years_of(own, thresholds()),
        interests=interests_of([own.pk], at=at)[own.pk],
        status=STATUSES[OrganisationState(own.state)],
        days=_days(own, at),
        checks=_checks(own, page),
        members=page.members,
        mandates=page.mandates,
        history=list(people.vetting_history(own)),
        decisions=lifecycle.decisions_from(lifecycle.Standing(own.state)),
        cases=own.cases,
    )


def _checks(organisation: Organisation, page: people.OrganisationPage) -> list[Check]:
    signatories = ", ".join(str(each.user) for each in page.members if each.is_signatory)
    referents = ", ".join(str(each.user) for each in page.members if each.is_referent)
    mandates = ", ".join(f"{each.user}, {each.capacity}" for each in page.mandates)
    income = ", ".join(str(year) for year, _income, _industry in page.income)
    declared = (
        (_("Inscription aux registres"), " · ".join(organisation.identity_lines), _("Aucun numéro déclaré")),
        (_("Objet"), organisation.purpose, _("L’objet n’est pas décrit")),
        (_("Ressources annuelles"), income, _("Aucune année déclarée")),
        (_("Qui répond"), referents, _("Aucun référent nommé")),
        (_("Qui signe"), signatories, _("Aucun signataire nommé")),
        (_("Mandat de signature"), mandates, _("Aucun mandat enregistré")),
        (_("Règles de la maison"), organisation.rules_version, _("Règles non acceptées")),
    )
    return [Check(title, found or missing, bool(found)) for title, found, missing in declared]
