"""Forms posted after the end of a session or from a page that is too old: kept, and offered again."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.labels import LabelledField, labelled_fields, view_module
from accounts.forms.unsent import (
    SENT_AGAIN_FIELD,
    UnsentForm,
    forget,
    is_owner,
    keep,
    unsent_form,
    unsent_forms,
)
from accounts.pages.session import see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class UnsentFormShown(NamedTuple):
    """A form with its values as a person reads them; `page`: where it was written."""

    form: UnsentForm
    rows: list[LabelledField]
    page: str


class SessionEndMiddleware:
    """Keep what is posted without a session, and offer it again after the next sign-in.

    An htmx request is answered by a message inside the page, which keeps what is typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.user.is_authenticated and _is_redirect_to_sign_in(response):
            if request.headers.get("HX-Request"):
                return _page_message(request)
            if request.method == "POST":
                return _kept_until_sign_in(request) or response
        elif request.method == "POST" and response.status_code in (200, 302, 303, 422):
            forget(request, request.POST.get(SENT_AGAIN_FIELD, ""))
        return response


@require_safe
def unsent_form_list(request: HttpRequest) -> HttpResponse:
    """Show what the reader wrote and could not send, each with a button that sends it again."""
    forms = [_shown(form) for form in unsent_forms(request)]
    return render(request, "accounts/people/unsent/page.html", {"forms": forms})


@require_POST
def drop_unsent_form(request: HttpRequest, identifier: str) -> HttpResponse:
    """Delete what was kept."""
    if identifier in [form.identifier for form in unsent_forms(request)]:
        forget(request, identifier)
    return see_other("home")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is too old, showing what was typed with a button that sends it again.

    Without a session, what an account had typed is kept until its next sign-in. Nothing is shown of a form
    that another account opened, nor of one that another site sent.
    """
    if request.headers.get("HX-Request"):
        return _page_message(request)
    form = unsent_form(request)
    if form and form.owner and not request.user.is_authenticated:
        # The middleware above keeps it.
        return redirect_to_login(form.page)
    is_shown = form is not None and (not form.owner or is_owner(request.user, form.owner))
    context = {"shown": _shown(form) if form and is_shown else None, "reason": reason}
    return render(request, "403_csrf.html", context, status=HTTPStatus.FORBIDDEN)


def _kept_until_sign_in(request: HttpRequest) -> HttpResponse | None:
    form = unsent_form(request)
    if form is None or not form.owner:
        return None
    response = redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': reverse('unsent_forms')})}")
    if not keep(request, response, form):
        messages.warning(
            request,
            _(
                "Votre session était terminée et votre texte est trop long pour être "
                "conservé ici. Revenez à la page précédente, copiez votre texte, puis "
                "connectez-vous."
            ),
        )
        return None
    messages.warning(
        request,
        _("Votre session était terminée. Votre texte est conservé une heure\u00a0: connectez-vous."),
    )
    return response


def _page_message(request: HttpRequest) -> HttpResponse:
    """Return a message for the top of the page, whatever the target of the htmx request."""
    response = render(request, "accounts/people/unsent/message.html", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    response["HX-Retarget"] = "#session-end"
    response["HX-Reswap"] = "innerHTML"
    return response


def _is_redirect_to_sign_in(response: HttpResponse) -> bool:
    location = urlsplit(response.get("Location", ""))
    return response.status_code == HTTPStatus.FOUND and location.path == resolve_url(settings.LOGIN_URL)


def _shown(form: UnsentForm) -> UnsentFormShown:
    match = resolve(urlsplit(form.path).path)
    packages = (view_module(match.func).partition(".views")[0], *match.namespaces)
    page = form.page if url_has_allowed_host_and_scheme(form.page, allowed_hosts=None) else "/"
    return UnsentFormShown(form, labelled_fields(form.fields, packages), page)
