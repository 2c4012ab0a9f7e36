"""Registration of an organisation: the choice of a side, then four steps, the same for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.lifecycle import OrganisationTransitionNotAllowed
from accounts.organisations.actions.profile import save_presentation
from accounts.organisations.queries.documents import organisation_documents
from accounts.organisations.transitions import IdentityTaken
from accounts.organisations.views import document_form, save_document
from accounts.pages.session import REGISTERING, organisation_of_form, post_data, reader, see_other
from accounts.people.actions import memberships
from accounts.people.forms import InvitationForm
from accounts.people.queries.memberships import OrganisationPage, organisation_page
from accounts.people.views.authentication import require_recent_authentication_to_grant
from accounts.permissions import Organisation, OrganisationRight, User, organisation_for
from accounts.portals import REGISTRATION_PAGES
from accounts.refusals import Refusal
from accounts.registration import actions
from accounts.registration.forms import IdentityForm, RulesForm
from accounts.registration.queries import draft_fields, open_registration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal

TOO_MANY_ATTEMPTS = gettext_lazy("Trop d’essais pour aujourd’hui. Réessayez demain, ou écrivez au passeur.")
STEPS = {
    "identite": gettext_lazy("Identité"),
    "pieces": gettext_lazy("Pièces"),
    "personnes": gettext_lazy("Personnes"),
    "regles": gettext_lazy("Règles"),
}
# The step that mails link to: it redirects to the step last reached.
RESUME = "reprendre"


class RegistrationClosed(Refusal):
    """A step was opened for a registration that its sender may no longer change."""

    sentence = gettext_lazy(
        "Cette inscription n’est plus ouverte\u00a0: elle est envoyée, ou vous n’en êtes "
        "plus gestionnaire. Ouvrez votre espace pour voir où elle en est."
    )


class StepLink(NamedTuple):
    """A step in the list of steps; `url` is "" until it is reached."""

    label: str | Promise
    is_current: bool
    url: str


def redirect_to_step(request: HttpRequest, portal: OrganisationPortal, step: str) -> HttpResponse:
    """Redirect to a step, or to the landing page when the registration is put off."""
    if "later" in request.POST:
        messages.success(request, _("Enregistré. Pour continuer plus tard, il suffit de vous connecter."))
        return see_other("landing")
    return see_other(portal.url_name("registration"), step)


def render_step(
    request: HttpRequest,
    portal: OrganisationPortal,
    step: str,
    form: forms.Form,
    organisation: Organisation | None,
    **context: object,
) -> HttpResponse:
    """Return the page of a step: 422 with the errors of a bound form, else 200."""
    context = {
        "is_taken": False,
        "title": portal.registration_title,
        "side": portal.side,
        "step": step,
        "steps": _step_links(step, portal, organisation),
        "form": form,
        "organisation": organisation,
        "rules_version": actions.RULES_VERSION,
        "page": _organisation_page(request, organisation),
        **context,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"accounts/registration/{step}.html", context, status=status)


def _organisation_page(request: HttpRequest, organisation: Organisation | None) -> OrganisationPage | None:
    if organisation is None:
        return None
    organisation = organisation_for(request.user, organisation.pk, OrganisationRight.ADMINISTER)
    return organisation_page(organisation, user=reader(request), at=now())


def _step_links(
    current: str, portal: OrganisationPortal, organisation: Organisation | None
) -> list[StepLink]:
    names = list(STEPS)
    reached = names.index(organisation.registration_step) if organisation else 0
    return [
        StepLink(
            STEPS[name],
            name == current,
            reverse(portal.url_name("registration"), args=[name]) if index <= reached else "",
        )
        for index, name in enumerate(names)
    ]


def _request_to_join(request: HttpRequest, form: IdentityForm) -> bool:
    """Post the request to join, with a message that names nobody; return whether it was posted."""
    if not ratelimit.consume(request, action="join"):
        form.add_error(None, TOO_MANY_ATTEMPTS)
        return False
    try:
        actions.request_to_join(newcomer=reader(request), identity=form.identity(), at=now())
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(
        request,
        _(
            "Demande envoyée, avec votre nom et votre adresse. Si un gestionnaire de "
            "l’organisation vous invite, vous recevrez un courriel."
        ),
    )
    return True


@login_not_required
@require_safe
def choose_side(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/registration/choose_side.html")


@login_not_required
@require_safe
def start(request: HttpRequest, side: str) -> HttpResponse:
    """Keep the side in the session; redirect to the first step, or to sign-up first."""
    request.session[REGISTERING] = side
    if request.user.is_authenticated:
        if reader(request).is_broker:
            return redirect("home")
        return redirect(REGISTRATION_PAGES[side], "identite")
    return redirect("account_signup")


@require_http_methods(["GET", "HEAD", "POST"])
def registration_step(request: HttpRequest, step: str, portal: OrganisationPortal) -> HttpResponse:
    """Handle one step; all but the first need a saved draft. Raises Http404 for brokers and unknown steps."""
    if step not in (*STEPS, RESUME) or reader(request).is_broker:
        raise Http404
    posted = organisation_of_form(request)
    organisation = open_registration(reader(request), portal.side, organisation_id=posted)
    if posted and organisation is None:
        raise RegistrationClosed
    if step == "identite":
        return _identity_step(request, portal, organisation)
    if organisation is None:
        return redirect(portal.url_name("registration"), "identite")
    if step == RESUME:
        return redirect(portal.url_name("registration"), organisation.registration_step)
    handlers = {"pieces": _documents_step, "personnes": _people_step, "regles": _rules_step}
    return handlers[step](request, portal, organisation)


def _identity_step(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation | None
) -> HttpResponse:
    initial = _initial(portal, organisation) | draft_fields(reader(request), portal.side, "identite")
    form = portal.identity_form(post_data(request), initial=initial)
    if request.method != "POST":
        return render_step(request, portal, "identite", form, organisation)
    response = _identity_response(request, portal, organisation, form) if form.is_valid() else None
    if response is None and "later" in request.POST:
        return _save_for_later(request, portal, "identite", form)
    is_taken = form.has_error(NON_FIELD_ERRORS, "taken")
    return response or render_step(request, portal, "identite", form, organisation, is_taken=is_taken)


def _identity_response(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation | None, form: IdentityForm
) -> HttpResponse | None:
    """Save a valid identity or ask to join; return None if it was refused, with the error in the form."""
    if not ratelimit.consume(request, action="identity_taken", dry_run=True):
        form.add_error(None, TOO_MANY_ATTEMPTS)
    elif "join" in request.POST:
        if _request_to_join(request, form):
            request.session.pop(REGISTERING, None)
            return see_other("home")
    elif _save_identity_form(request, portal, organisation, form):
        request.session.pop(REGISTERING, None)
        return redirect_to_step(request, portal, "pieces")
    return None


def _initial(portal: OrganisationPortal, organisation: Organisation | None) -> dict[str, Any]:
    if organisation is None:
        return {}
    names = (*actions.OrganisationIdentity._fields, "purpose", "website")
    return {**{name: getattr(organisation, name) for name in names}, **portal.initial_details(organisation)}


def _save_identity_form(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation | None, form: IdentityForm
) -> bool:
    user = reader(request)
    try:
        saved = _save_identity(user, portal, organisation, form.identity())
        save_presentation(
            organisation_id=saved.pk,
            administrator=user,
            purpose=form.cleaned_data["purpose"],
            website=form.cleaned_data["website"],
            at=now(),
        )
        portal.save_details(organisation_id=saved.pk, administrator=user, form=form, at=now())
        actions.delete_draft(user=user, side=portal.side, step="identite")
    except IdentityTaken as refusal:
        ratelimit.consume(request, action="identity_taken")
        form.add_error(None, forms.ValidationError(refusal.message, code="taken"))
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _save_identity(
    user: User,
    portal: OrganisationPortal,
    organisation: Organisation | None,
    identity: actions.OrganisationIdentity,
) -> Organisation:
    if organisation is None:
        return actions.start_registration(founder=user, side=portal.side, identity=identity, at=now())
    return actions.save_identity(
        organisation_id=organisation.pk, administrator=user, identity=identity, at=now()
    )


def _save_for_later(
    request: HttpRequest, portal: OrganisationPortal, step: str, form: forms.Form
) -> HttpResponse:
    """Save an incomplete step as it was typed, and say what remains to be done there."""
    fields = {
        name: values[0] if len(values) == 1 else values
        for name, values in request.POST.lists()
        if name in form.fields
    }
    actions.save_draft(user=reader(request), side=portal.side, step=step, fields=fields, at=now())
    messages.success(
        request,
        _(
            "Enregistré tel que vous l’avez écrit. Cette étape reste à finir\u00a0: "
            "connectez-vous pour la retrouver."
        ),
    )
    return see_other("landing")


def _documents_step(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation
) -> HttpResponse:
    """Save the chosen file, if any, whatever the button; then move to the next step if it was asked."""
    user, is_moving = reader(request), "next" in request.POST or "later" in request.POST
    if is_moving and not request.FILES and not request.POST.get("expires_date"):
        return _go_to_step(request, portal, organisation, "personnes")
    form = document_form(request, organisation, initial=draft_fields(user, portal.side, "pieces"))
    if "later" in request.POST and not request.FILES:
        return _save_for_later(request, portal, "pieces", form)
    if form.is_bound and save_document(request, organisation, form):
        actions.delete_draft(user=user, side=portal.side, step="pieces")
        step = "personnes" if is_moving else "pieces"
        return _go_to_step(request, portal, organisation, step)
    documents = organisation_documents(organisation, user=user, at=now())
    return render_step(request, portal, "pieces", form, organisation, documents=documents)


def _go_to_step(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation, step: str
) -> HttpResponse:
    user = reader(request)
    actions.record_step(organisation_id=organisation.pk, administrator=user, step=step, at=now())
    return redirect_to_step(request, portal, step)


def _people_step(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation
) -> HttpResponse:
    """Send the invitation that was typed, if any, whatever the button; "later" saves it unsent."""
    user, is_moving = reader(request), "next" in request.POST or "later" in request.POST
    if is_moving and not any(request.POST.get(name, "").strip() for name in ("full_name", "email")):
        return _go_to_step(request, portal, organisation, "regles")
    form = InvitationForm(post_data(request), initial=draft_fields(user, portal.side, "personnes"))
    if "later" in request.POST:
        return _save_for_later(request, portal, "personnes", form)
    if request.method == "POST" and _invite(request, organisation, form):
        actions.delete_draft(user=user, side=portal.side, step="personnes")
        messages.success(request, _("Invitation envoyée."))
        return _go_to_step(request, portal, organisation, "regles" if is_moving else "personnes")
    return render_step(request, portal, "personnes", form, organisation)


def _invite(request: HttpRequest, organisation: Organisation, form: InvitationForm) -> bool:
    """Send the invitation of a valid form; return whether it was sent."""
    if not form.is_valid():
        return False
    require_recent_authentication_to_grant(request, form.roles())
    try:
        memberships.invite(
            organisation_id=organisation.pk,
            administrator=reader(request),
            guest=form.guest(),
            roles=form.roles(),
            at=now(),
        )
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _rules_step(request: HttpRequest, portal: OrganisationPortal, organisation: Organisation) -> HttpResponse:
    form = RulesForm(post_data(request), initial={"version": actions.RULES_VERSION})
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit(
                organisation_id=organisation.pk,
                administrator=reader(request),
                rules_version=form.cleaned_data["version"],
                at=now(),
            )
        except (Refusal, OrganisationTransitionNotAllowed) as refusal:
            form.add_error(None, str(getattr(refusal, "sentence", Refusal.sentence)))
        else:
            messages.success(request, _("Inscription envoyée. Le passeur la vérifie et vous écrira."))
            return see_other(portal.url_name("home"))
    return render_step(request, portal, "regles", form, organisation)
