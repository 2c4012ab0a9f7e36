"""The page on which the broker vets an organisation: declarations, checks, identity changes, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Prefetch
from django.utils.translation import gettext as _

from accounts import lifecycle
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
from accounts.organisations.checklist import TITLES, ChecklistItem
from accounts.organisations.queries.decisions import vetting_history
from accounts.organisations.queries.finances import YearFinances, thresholds, yearly_finances
from accounts.organisations.queries.interests import BoardInterests, board_interests
from accounts.organisations.queries.ledger_facts import LABELS
from accounts.people.queries.memberships import OrganisationPage, organisation_page
from accounts.vetting.queries import applicable_checks, is_only_suspended, open_checks
from broker.queries.organisations import STATUSES, days_since
from partnerships.signing.queries.signed_money import signed_money

RESULT_STATUSES = {CheckResult.OK: "ok", CheckResult.WRONG: "late", CheckResult.TO_COMPLETE: "due"}


class ChangedField(NamedTuple):
    """A field of an identity before and after a change."""

    label: str
    before: str
    after: str


class CheckRow(NamedTuple):
    """A check with what the organisation declared about it.

    `declared`: in words, also when nothing was (`is_declared` is False). `current`: the result since the last
    decision that closed the checks. `previous`: the result at the last verification.
    """

    check: ChecklistItem
    declared: str
    is_declared: bool
    documents: Sequence[str]
    current: VettingCheck | None
    previous: VettingCheck | None

    @property
    def status(self) -> str:
        return (
            RESULT_STATUSES[CheckResult(self.current.result)]
            if self.current and self.current.result
            else "none"
        )

    @property
    def version(self) -> str:
        """When the current result was saved, "" before: a form that posts another one is outdated."""
        return self.current.checked_at.isoformat() if self.current else ""

    @property
    def label(self) -> str:
        return self.current.get_result_display() if self.current and self.current.result else _("À contrôler")


class PastDecision(NamedTuple):
    """A decision with the titles and results of the checks that failed then."""

    vetting: Vetting
    failed_checks: Sequence[tuple[str, VettingCheck]]


class VettingDisclosures(NamedTuple):
    """The finances of an organisation by year, and the interests of its board."""

    years: Sequence[YearFinances]
    interests: BoardInterests


@dataclass(frozen=True, kw_only=True)
class VettingPage:
    """`association`, `company`: the profile of its side, if any. `cases`: number of cases."""

    organisation: Organisation
    association: object | None
    company: object | None
    approval: OfficialApproval | None
    years: Sequence[YearFinances]
    interests: BoardInterests
    status: str
    days: int | None
    checks: Sequence[CheckRow]
    changes: Sequence[tuple[IdentityChange, Sequence[ChangedField]]]
    members: Sequence[Membership]
    mandates: Sequence[Mandate]
    history: Sequence[PastDecision]
    decisions: Sequence[lifecycle.Trigger]
    is_only_suspended: bool
    cases: int

    @property
    def passed(self) -> int:
        return sum(row.status == "ok" for row in self.checks)

    @property
    def is_untouched(self) -> bool:
        return self.organisation.is_verified and not any(row.current for row in self.checks)

    @property
    def is_complete(self) -> bool:
        return self.passed == len(self.checks)

    @property
    def can_check(self) -> bool:
        return self.organisation.state != lifecycle.State.REFUSED


def vetting_page(organisation: Organisation, *, user: User, at: datetime) -> VettingPage:
    """Return the vetting page of an organisation.

    20 queries at most.
    """
    declared = Organisation.objects.select_related(
        "association_profile", "company_profile", "approval"
    ).annotate(cases=Count("parties"))
    own = declared.get(pk=organisation.pk)
    page = organisation_page(own, user=user, at=at)
    history = _history(own)
    disclosures = VettingDisclosures(
        yearly_finances(own, thresholds(), signed_money(own)), board_interests([own.pk], at=at)[own.pk]
    )
    return VettingPage(
        organisation=own,
        # The profile models belong to the portals, which this app does not import.
        association=getattr(own, "association_profile", None),
        company=getattr(own, "company_profile", None),
        approval=getattr(own, "approval", None),
        years=disclosures.years,
        interests=disclosures.interests,
        status=STATUSES[OrganisationState(own.state)],
        days=days_since(own.submitted_at, at),
        checks=_check_rows(own, page, history, disclosures),
        changes=_identity_changes(own),
        members=page.members,
        mandates=page.mandates,
        history=history,
        decisions=lifecycle.decisions_from(
            lifecycle.State(own.state), was_verified=own.checked_at is not None
        ),
        is_only_suspended=is_only_suspended(own),
        cases=own.cases,
    )


def _history(organisation: Organisation) -> list[PastDecision]:
    checks = Prefetch("checks", VettingCheck.objects.select_related("checked_by").order_by("pk"))
    order = list(TITLES)
    history = []
    for vetting in vetting_history(organisation).prefetch_related(checks):
        rows = sorted(vetting.checks.all(), key=lambda row: order.index(row.code))
        failed = [row for row in rows if row.result and row.result != CheckResult.OK]
        history.append(PastDecision(vetting, [(str(TITLES[row.code]), row) for row in failed]))
    return history


def _check_rows(
    organisation: Organisation,
    page: OrganisationPage,
    history: Sequence[PastDecision],
    disclosures: VettingDisclosures,
) -> list[CheckRow]:
    current = open_checks(organisation)
    verifications = (past.vetting for past in history if past.vetting.decision == Decision.VERIFIED)
    last_checks = next((vetting.checks.all() for vetting in verifications if vetting.checks.all()), ())
    previous = {row.code: row for row in last_checks}
    declarations = _declarations(organisation, page, disclosures)
    documents = _current_documents(organisation)
    return [
        CheckRow(
            check=check,
            declared=declarations[check.code][0] or declarations[check.code][1],
            is_declared=bool(declarations[check.code][0]),
            documents=[documents[kind] for kind in check.documents if kind in documents],
            current=current.get(check.code),
            previous=previous.get(check.code),
        )
        for check in applicable_checks(organisation)
    ]


def _current_documents(organisation: Organisation) -> dict[str, str]:
    documents = Document.objects.current().filter(organisation=organisation).order_by("kind", "pk")
    return {document.kind: f"{document.get_kind_display()}, {document.name}" for document in documents}


def _declarations(
    organisation: Organisation, page: OrganisationPage, disclosures: VettingDisclosures
) -> Mapping[str, tuple[str, str]]:
    """Return for each code of check what was declared, "" for nothing, and the words for nothing declared."""
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
    links = [f"{link.person}, {link.counterpart}" for link in disclosures.interests.links]
    no_link = _("Déclare n’en avoir aucun") if disclosures.interests.statement else ""
    return {
        "register": (numbers, _("Aucun numéro déclaré")),
        "name_and_city": (f"{organisation.name}, {organisation.city}", ""),
        "statutes": ("", _("Rien de déclaré\u00a0: voyez la pièce")),
        "receipt": (numbers, _("Aucun numéro déclaré")),
        "kbis": (numbers, _("Aucun numéro déclaré")),
        "purpose": (organisation.purpose, _("L’objet n’est pas décrit")),
        "accounts": (
            ", ".join(str(year.income.year) for year in disclosures.years),
            _("Aucune année déclarée"),
        ),
        "people": (" · ".join(members), _("Aucun référent nommé")),
        "power_to_sign": (" · ".join(mandates), _("Aucun mandat enregistré")),
        "approval": (approval.get_level_display() if approval else "", _("Aucun agrément annoncé")),
        "interests": (" · ".join(links) or no_link, _("Rien de déclaré\u00a0: demandez-le à l’organisation")),
        "bank_details": ("", _("Rien de déclaré\u00a0: voyez la pièce")),
        "rules": (organisation.rules_version, _("Règles non acceptées")),
    }


def _roles(membership: Membership) -> list[str]:
    roles = (
        (membership.is_administrator, _("gestionnaire")),
        (membership.is_referent, _("référent")),
    )
    return [words for has_role, words in roles if has_role]


def _identity_changes(organisation: Organisation) -> list[tuple[IdentityChange, Sequence[ChangedField]]]:
    """Return the changes of the identity, latest first, each with its fields. 1 query."""
    changes = organisation.identity_changes.select_related("changed_by").order_by("-changed_at", "-pk")
    return [
        (
            change,
            [
                ChangedField(str(LABELS[name]), change.before[name], change.after[name])
                for name in change.after
            ],
        )
        for change in changes
    ]
