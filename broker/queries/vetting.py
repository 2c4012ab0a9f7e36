"""One organisation as the broker vets it: each check with what was declared, people, changes, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from accounts import lifecycle
from accounts.checklist import TITLES, ChecklistItem
from accounts.models import (
    CheckResult,
    Decision,
    Document,
    IdentityChange,
    Mandate,
    Membership,
    OfficialApproval,
    Organisation,
    OrganisationState,
    User,
    Vetting,
    VettingCheck,
)
from accounts.organisations.queries import decisions as people
from accounts.organisations.queries.finances import YearFinances, thresholds, yearly_finances
from accounts.organisations.queries.interests import BoardInterests, board_interests
from accounts.people.queries.memberships import OrganisationPage, organisation_page
from accounts.vetting.queries import applicable_checks, is_only_suspended, open_checks
from broker.queries.changes import Changed, changes_of
from broker.queries.organisations import STATUSES, days_since
from partnerships.signing.queries.signed_money import signed_money

RESULT_STATUSES = {CheckResult.OK: "ok", CheckResult.WRONG: "late", CheckResult.TO_COMPLETE: "due"}


class Checked(NamedTuple):
    """A check with what was declared, what was found in this pass, and what the last verification found."""

    check: ChecklistItem
    declared: str
    is_declared: bool
    papers: Sequence[str]
    found: VettingCheck | None
    before: VettingCheck | None

    @property
    def status(self) -> str:
        return RESULT_STATUSES[CheckResult(self.found.result)] if self.found and self.found.result else "none"

    @property
    def stamp(self) -> str:
        """When it was found, so that a page knows that somebody else was there since."""
        return self.found.checked_at.isoformat() if self.found else ""

    @property
    def label(self) -> str:
        return self.found.get_result_display() if self.found and self.found.result else _("À contrôler")


class Past(NamedTuple):
    """A decision, and what it found wrong or missing."""

    vetting: Vetting
    points: Sequence[tuple[str, VettingCheck]]


class Disclosed(NamedTuple):
    """What an organisation tells of its money and of the ties of its board."""

    years: Sequence[YearFinances]
    interests: BoardInterests


@dataclass(frozen=True, kw_only=True)
class VettingPage:
    """What the broker reads before deciding; `association`, `company`: the profile of its side, if any."""

    organisation: Organisation
    association: object | None
    company: object | None
    approval: OfficialApproval | None
    years: Sequence[YearFinances]
    interests: BoardInterests
    status: str
    days: int | None
    checks: Sequence[Checked]
    changes: Sequence[tuple[IdentityChange, Sequence[Changed]]]
    members: Sequence[Membership]
    mandates: Sequence[Mandate]
    history: Sequence[Past]
    decisions: Sequence[lifecycle.Trigger]
    is_only_suspended: bool
    cases: int

    @property
    def done(self) -> int:
        return sum(each.status == "ok" for each in self.checks)

    @property
    def is_untouched(self) -> bool:
        return self.organisation.is_verified and not any(each.found for each in self.checks)

    @property
    def is_complete(self) -> bool:
        return self.done == len(self.checks)

    @property
    def can_check(self) -> bool:
        return self.organisation.state != lifecycle.State.REFUSED


def vetting_page(organisation: Organisation, *, user: User, at: datetime) -> VettingPage:
    """Return what an organisation declared, what was checked, its past decisions, and what may be decided.

    20 queries at most.
    """
    declared = Organisation.objects.select_related(
        "association_profile", "company_profile", "approval"
    ).annotate(cases=Count("parties"))
    own = declared.get(pk=organisation.pk)
    page = organisation_page(own, user=user, at=at)
    history = _history(own)
    told = Disclosed(
        yearly_finances(own, thresholds(), signed_money(own)), board_interests([own.pk], at=at)[own.pk]
    )
    return VettingPage(
        organisation=own,
        # Tables of the portals, which stand beside this room: read through the organisation.
        association=getattr(own, "association_profile", None),
        company=getattr(own, "company_profile", None),
        approval=getattr(own, "approval", None),
        years=told.years,
        interests=told.interests,
        status=STATUSES[OrganisationState(own.state)],
        days=days_since(own.submitted_at, at),
        checks=_checks(own, page, history, told),
        changes=changes_of(own),
        members=page.members,
        mandates=page.mandates,
        history=history,
        decisions=lifecycle.decisions_from(
            lifecycle.State(own.state), was_verified=own.checked_at is not None
        ),
        is_only_suspended=is_only_suspended(own),
        cases=own.cases,
    )


def _history(organisation: Organisation) -> list[Past]:
    checks = Prefetch("checks", VettingCheck.objects.select_related("checked_by").order_by("pk"))
    order = list(TITLES)
    found = []
    for vetting in people.vetting_history(organisation).prefetch_related(checks):
        rows = sorted(vetting.checks.all(), key=lambda row: order.index(row.code))
        wrong = [row for row in rows if row.result and row.result != CheckResult.OK]
        found.append(Past(vetting, [(str(TITLES[row.code]), row) for row in wrong]))
    return found


def _checks(
    organisation: Organisation, page: OrganisationPage, history: Sequence[Past], told: Disclosed
) -> list[Checked]:
    found = open_checks(organisation)
    verified = (past.vetting for past in history if past.vetting.decision == Decision.VERIFIED)
    last = next((list(each.checks.all()) for each in verified if each.checks.all()), [])
    before = {row.code: row for row in last}
    declared = _declared(organisation, page, told)
    papers = _papers(organisation)
    return [
        Checked(
            check=each,
            declared=declared[each.code][0] or declared[each.code][1],
            is_declared=bool(declared[each.code][0]),
            papers=[papers[kind] for kind in each.documents if kind in papers],
            found=found.get(each.code),
            before=before.get(each.code),
        )
        for each in applicable_checks(organisation)
    ]


def _papers(organisation: Organisation) -> dict[str, str]:
    documents = Document.objects.current().filter(organisation=organisation).order_by("kind", "pk")
    return {each.kind: f"{each.get_kind_display()}, {each.name}" for each in documents}


def _declared(
    organisation: Organisation, page: OrganisationPage, told: Disclosed
) -> Mapping[str, tuple[str, str]]:
    """Return, by check, what was declared and what to say when nothing was."""
    members = [
        f"{member.user} ({', '.join(_roles(member))})"
        for member in page.members
        if member.is_administrator or member.is_referent
    ]
    mandates = [
        f"{mandate.user}, {mandate.capacity}\u00a0: {mandate.basis} ({mandate.document or _('non prouvé')})"
        for mandate in page.mandates
    ]
    numbers = " · ".join(organisation.identity_lines)
    approval = getattr(organisation, "approval", None)
    ties = [f"{each.person}, {each.counterpart}" for each in told.interests.links]
    none_said = _("Déclare n’en avoir aucun") if told.interests.statement else ""
    return {
        "register": (numbers, _("Aucun numéro déclaré")),
        "name_and_city": (f"{organisation.name}, {organisation.city}", ""),
        "statutes": ("", _("Rien de déclaré\u00a0: voyez la pièce")),
        "receipt": (numbers, _("Aucun numéro déclaré")),
        "kbis": (numbers, _("Aucun numéro déclaré")),
        "purpose": (organisation.purpose, _("L’objet n’est pas décrit")),
        "accounts": (", ".join(str(each.income.year) for each in told.years), _("Aucune année déclarée")),
        "people": (" · ".join(members), _("Aucun référent nommé")),
        "power_to_sign": (" · ".join(mandates), _("Aucun mandat enregistré")),
        "approval": (approval.get_level_display() if approval else "", _("Aucun agrément annoncé")),
        "interests": (" · ".join(ties) or none_said, _("Rien de déclaré\u00a0: demandez-lui")),
        "bank_details": ("", _("Rien de déclaré\u00a0: voyez la pièce")),
        "rules": (organisation.rules_version, _("Règles non acceptées")),
    }


def _roles(membership: Membership) -> list[str]:
    roles = (
        (membership.is_administrator, _("administre")),
        (membership.is_referent, _("répond")),
    )
    return [words for held, words in roles if held]
