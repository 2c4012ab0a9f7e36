"""Every form of who is who: how a view makes it, and what is kept of what it took."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.lifecycle import DECISIONS
from accounts.models import Organisation, Side
from accounts.organisations.actions import approvals, documents, finances, interests
from accounts.organisations.actions.profile import save_presentation, save_profile
from accounts.organisations.checklist import CHECKLIST
from accounts.organisations.forms import (
    BoardLinkForm,
    DocumentForm,
    ProfileForm,
    SupportForm,
    YearlyIncomeForm,
)
from accounts.people.actions import account, mandates, memberships
from accounts.people.actions.account import create_account
from accounts.people.forms import (
    InvitationForm,
    MandateForm,
    OrganisationSwitchForm,
    PreferencesForm,
    RolesForm,
    SignupForm,
)
from accounts.registration import actions as registration
from accounts.registration.forms import IdentityForm, RulesForm
from accounts.vetting import actions as vetting
from accounts.vetting.forms import ChangeReasonForm
from associations import forms as of_association
from associations import views as association_views
from broker.forms import search as search_forms
from broker.forms.cases import OpenCaseForm
from broker.forms.interests import InterestForm, ThresholdsForm
from broker.forms.vetting import ChecksForm, DecisionForm
from broker.queries.vetting import CheckRow
from companies import actions as company_actions
from companies import forms as of_company
from companies import views as company_views
from outbox.kinds import Topic
from outbox.models import Rhythm
from partnerships.scoping import actions as scoping
from tests.cast import PASSWORD, Cast


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The cast, and for each side an organisation whose registration has just begun."""

    cast: Cast
    drafts: dict[str, Organisation]
    at: Any

    def own(self) -> dict[str, Any]:
        """Return what Ada's acts on her association begin with."""
        return {
            "organisation_id": self.cast.association.pk,
            "administrator": self.cast.ada,
            "at": self.at,
        }

    def new(self, side: str) -> dict[str, Any]:
        """Return what Root's acts on the organisation of that side begin with."""
        return {"organisation_id": self.drafts[side].pk, "administrator": self.cast.root, "at": self.at}


Keep = Callable[[Any, Scene], object]


@dataclass(frozen=True, kw_only=True)
class Row:
    """`make`: the form as a view makes it; `keep`: what its answer is handed to, None for what only asks."""

    make: Callable[[Any, Any, Scene], Any]
    keep: Keep | None = None
    plausible: dict[str, list[str]] = field(default_factory=dict)


def bare(form: Callable[..., Any]) -> Callable[[Any, Any, Scene], Any]:
    """Make a form that asks for nothing but what was typed."""
    return lambda data, _files, _scene: form(data)


def keep_identity(side: str) -> Keep:
    """Keep the first step of a registration: the identity, then what the organisation does."""

    def keep(form: IdentityForm, scene: Scene) -> Organisation:
        data, own = form.cleaned_data, scene.new(side)
        registration.save_identity(identity=form.identity(), **own)
        shown = {"purpose": data["purpose"], "website": data["website"]}
        if side == Side.COMPANY:
            activity = company_actions.CompanyActivity(data["trade"], data["declares"])
            company_actions.save_activity(activity=activity, **own)
        return save_presentation(**shown, **own)

    return keep


def keep_profile(form: Any, scene: Scene) -> object:
    """Keep the profile of an association or of a company."""
    is_company = isinstance(form, of_company.CompanyProfileForm)
    portal = company_views.PORTAL if is_company else association_views.PORTAL
    organisation, person = (
        (scene.cast.company, scene.cast.carla) if is_company else (scene.cast.association, scene.cast.ada)
    )
    return portal.save_profile(
        organisation_id=organisation.pk,
        administrator=person,
        presentation=form.presentation(),
        profile=portal.profile_data(**form.details()),
        at=scene.at,
    )


def make_settings(data: Any, _files: Any, scene: Scene) -> PreferencesForm:
    """Make the settings of Ada, all her mails at once."""
    return PreferencesForm(scene.cast.ada, dict.fromkeys(Topic, Rhythm.AT_ONCE), 40, data)


def keep_settings(form: PreferencesForm, scene: Scene) -> None:
    """Keep the settings of Ada."""
    data = form.cleaned_data
    account.save_preferences(
        user_id=scene.cast.ada.pk,
        language=data["language"],
        time_zone=data["time_zone"],
        territory=data["territory"],
        rhythms=form.rhythms(),
        monthly_cap=data["monthly_cap"],
    )


def make_checks(data: Any, _files: Any, _scene: Scene) -> ChecksForm:
    """Make a checklist of three checks, none done."""
    return ChecksForm(data, rows=[CheckRow(check, "", False, (), None, None) for check in CHECKLIST[:3]])


def search(form: Any) -> Row:
    """Return the row of what only asks: it is read, whatever is in the address."""
    return Row(make=bare(form), keep=lambda search, _scene: (search.values(), search.query_string()))


ROWS: dict[type[Any], Row] = {
    DocumentForm: Row(
        make=lambda data, files, _scene: DocumentForm("association", data, files),
        keep=lambda form, scene: documents.add_document(new_document=form.new_document(), **scene.own()),
    ),
    ChangeReasonForm: Row(
        make=bare(ChangeReasonForm),
        keep=lambda form, scene: vetting.change_identity(
            identity=registration.OrganisationIdentity("Souffle", "Lyon", "W000000001"),
            **form.cleaned_data,
            **scene.own(),
        ),
    ),
    BoardLinkForm: Row(
        make=bare(BoardLinkForm),
        keep=lambda form, scene: interests.declare_link(link=form.link(), **scene.own()),
    ),
    MandateForm: Row(
        make=bare(MandateForm),
        keep=lambda form, scene: mandates.record_mandate(
            signatory_id=scene.cast.ada.pk, terms=form.terms(), **scene.own()
        ),
    ),
    PreferencesForm: Row(make=make_settings, keep=keep_settings),
    OrganisationSwitchForm: Row(make=bare(OrganisationSwitchForm)),
    ProfileForm: Row(
        make=bare(ProfileForm),
        keep=lambda form, scene: save_profile(presentation=form.presentation(), **scene.own()),
    ),
    IdentityForm: Row(make=bare(IdentityForm), keep=keep_identity(Side.ASSOCIATION)),
    RolesForm: Row(
        make=bare(RolesForm),
        keep=lambda form, scene: memberships.change_roles(
            member_id=scene.cast.ben.pk, roles=form.roles(), **scene.own()
        ),
    ),
    InvitationForm: Row(
        make=bare(InvitationForm),
        keep=lambda form, scene: memberships.invite(guest=form.guest(), roles=form.roles(), **scene.own()),
    ),
    RulesForm: Row(
        make=bare(RulesForm),
        keep=lambda form, scene: registration.submit(
            rules_version=form.cleaned_data["version"], **scene.new(Side.ASSOCIATION)
        ),
        plausible={"version": [registration.RULES_VERSION]},
    ),
    SignupForm: Row(
        make=bare(SignupForm),
        keep=lambda form, _scene: create_account(
            email="zoe@theatre.example", password=PASSWORD, **form.cleaned_data
        ),
    ),
    of_association.AssociationIdentityForm: Row(
        make=bare(of_association.AssociationIdentityForm),
        keep=keep_identity(Side.ASSOCIATION),
        plausible={"rna": ["W000000007", "w2a 000 0007"], "siren": ["000000018", ""]},
    ),
    of_association.AssociationProfileForm: Row(
        make=bare(of_association.AssociationProfileForm), keep=keep_profile
    ),
    of_association.ApprovalForm: Row(
        make=bare(of_association.ApprovalForm),
        keep=lambda form, scene: approvals.record_approval(details=form.approval_details(), **scene.own()),
    ),
    YearlyIncomeForm: Row(
        make=bare(YearlyIncomeForm),
        keep=lambda form, scene: finances.record_income(income=form.income_details(), **scene.own()),
        plausible={"year": ["2024", "2025"], "industry": ["0", "1"]},
    ),
    SupportForm: Row(
        make=lambda data, _files, scene: SupportForm(
            data, known=[(str(scene.cast.company.pk), "Valfictif", "Lyon")]
        ),
        keep=lambda form, scene: finances.add_support(
            year=2025, support=form.support_details(), **scene.own()
        ),
    ),
    of_company.CompanyIdentityForm: Row(
        make=bare(of_company.CompanyIdentityForm),
        keep=keep_identity(Side.COMPANY),
        plausible={"siren": ["356 000 000"], "siret": ["356 000 000 00048"]},
    ),
    of_company.CompanyProfileForm: Row(make=bare(of_company.CompanyProfileForm), keep=keep_profile),
    InterestForm: Row(
        make=bare(InterestForm),
        keep=lambda form, scene: interests.declare_broker_interest(
            broker=scene.cast.nora,
            organisation_id=form.organisation_id(),
            details=form.interest(),
            at=scene.at,
        ),
    ),
    ThresholdsForm: Row(
        make=bare(ThresholdsForm),
        keep=lambda form, scene: finances.set_thresholds(
            broker=scene.cast.nora, thresholds=form.thresholds(), at=scene.at
        ),
        plausible={"amber": ["10", "20"], "red": ["40", "100"]},
    ),
    ChecksForm: Row(
        make=make_checks,
        keep=lambda form, scene: vetting.record_checks(
            organisation_id=scene.cast.association.pk,
            broker=scene.cast.nora,
            findings=form.findings(),
            at=scene.at,
        ),
    ),
    DecisionForm: Row(
        make=lambda data, _files, _scene: DecisionForm(data, allowed=DECISIONS),
        keep=lambda form, scene: vetting.decide(
            organisation_id=scene.cast.company.pk,
            broker=scene.cast.nora,
            decision=form.selected_decision(),
            reason=form.cleaned_data["reason"],
            at=scene.at,
        ),
    ),
    OpenCaseForm: Row(
        make=bare(OpenCaseForm),
        keep=lambda form, scene: scoping.open_case(
            broker=scene.cast.nora,
            title=form.cleaned_data["title"],
            organisations=form.organisations(),
            at=scene.at,
        ),
    ),
    search_forms.Search: search(search_forms.Search),
    search_forms.BoardSearch: search(search_forms.BoardSearch),
    search_forms.MailSearch: search(search_forms.MailSearch),
    search_forms.QueueSearch: search(search_forms.QueueSearch),
    search_forms.OrganisationSearch: search(search_forms.OrganisationSearch),
}
