"""Run an action and turn a refusal into an error of a form or into a message."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from django import forms
from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

# Fields that nobody types, and parts of the names of those that are not shown again.
HIDDEN_FIELDS: Final = {"csrfmiddlewaretoken", "for_organisation", "seen_number"}
SECRET_PARTS: Final = ("password", "code", "secret", "token")

logger = logging.getLogger(__name__)


def submit_form(
    form: forms.BaseForm,
    action: Callable[[], object],
    *,
    propagate: tuple[type[Refusal], ...] = (),
) -> bool:
    """Run `action` if the form is valid, and return whether it was done.

    A refusal becomes an error of the form, at its `field` if the form has it; the form keeps what was typed.
    `propagate`: refusals that the caller handles itself.
    """
    if not form.is_valid():
        return False
    try:
        action()
    except propagate:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    return True


def run_action(
    request: HttpRequest,
    action: Callable[[], object],
    success: str | _StrPromise,
    *,
    propagate: tuple[type[Refusal], ...] = (),
) -> bool:
    """Run `action`, add a message of its success or of its refusal, and return whether it was done.

    `propagate`: refusals that the caller handles itself.
    """
    try:
        action()
    except propagate:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return False
    messages.success(request, success)
    return True


def keep_unsent(request: HttpRequest, form: forms.Form, page: str) -> None:
    """Keep for the next display of a page what was typed in its form while another button was pressed.

    `page`: the name under which `take_unsent` returns it. A choice alone, which a page always sends, is not
    kept.
    """
    if all(isinstance(form.fields[name], forms.ChoiceField) for name in form.changed_data):
        return
    request.session[f"unsent-{page}"] = {
        name: request.POST[form.add_prefix(name)]
        for name in form.fields
        if form.add_prefix(name) in request.POST
    }
    messages.warning(
        request, _("Ce que vous avez écrit ailleurs sur cette page y est encore, sans être enregistré.")
    )


def take_unsent(request: HttpRequest, page: str) -> dict[str, str]:
    """Return what `keep_unsent` kept for a page, once; empty on a POST, which has its own text."""
    if request.method == "POST":
        return {}
    unsent: dict[str, str] = request.session.pop(f"unsent-{page}", {})
    return unsent


class RefusalMiddleware:
    """Answers 409 with the sentence of a refusal that no view handled, and logs it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page of a refusal, or None for any other exception."""
        if not isinstance(exception, Refusal):
            return None
        logger.warning("Unhandled refusal at %s", request.path, exc_info=exception)
        context = {"message": exception.message, "typed": _typed_values(request)}
        return render(request, "409.html", context, status=HTTPStatus.CONFLICT)


def _typed_values(request: HttpRequest) -> list[str]:
    """Return the text of a refused form in its order, without passwords, codes and hidden fields."""
    return [
        value
        for name, values in request.POST.lists()
        if name not in HIDDEN_FIELDS and not any(part in name for part in SECRET_PARTS)
        for value in values
        if value.strip()
    ]
