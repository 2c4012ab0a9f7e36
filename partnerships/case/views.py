"""What the pages of a case have in common: the head, the answer to a press, and to a form."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from accounts.page_cache import hour_of
from accounts.refusals import Refusal
from accounts.session import reader
from partnerships.case.header import case_header
from partnerships.permissions import Right, partnership_for

if TYPE_CHECKING:
    from datetime import datetime

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


class SeeOther(HttpResponseRedirect):
    """Go and look there: the answer to a POST that was taken."""

    status_code = 303


def case_page(
    request: HttpRequest,
    partnership: Partnership,
    template: str,
    *,
    tab: str = "",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Return a page of the case, under its head as the reader sees it."""
    header = case_header(partnership, reader(request), now(), tab=tab)
    return render(request, template, {"header": header, **context}, status=status)


def case_version(request: HttpRequest, partnership: Partnership, at: datetime) -> tuple[object, ...]:
    """Return values that change whenever what a page of the case says to its reader may change. No query.

    Every act on a case raises the version of its status, every act of an organisation its own version.
    `partnership` is from `case_of`.
    """
    deadline = partnership.status_deadline_at  # type: ignore[attr-defined]
    return (
        partnership.pk,
        partnership.status_version,  # type: ignore[attr-defined]
        partnership.status_refreshed_at,  # type: ignore[attr-defined]
        partnership.organisation_versions,  # type: ignore[attr-defined]
        deadline is not None and deadline <= at,
        partnership.rights,  # type: ignore[attr-defined]
        reader(request).pk,
        hour_of(at),
    )


def case_of(request: HttpRequest, reference: str, right: Right) -> Partnership:
    """Return the case if the reader has `right`. 1 query. Raises Http404, PermissionDenied."""
    return partnership_for(reader(request), reference, right)


def see(partnership: Partnership, name: str, *args: object, anchor: str = "") -> SeeOther:
    """Return the way to another page of the case."""
    return SeeOther(reverse(f"partnerships:{name}", args=[partnership.reference, *args]) + anchor)


def press(
    request: HttpRequest,
    act: Callable[[], object],
    done: str,
    to: SeeOther,
    *,
    let_through: tuple[type[Refusal], ...] = (),
) -> SeeOther:
    """Do what a button asks and say so, or say why not; go to the same page in both cases.

    `let_through`: refusals for which the caller has better words.
    """
    try:
        act()
    except let_through:
        raise
    except Refusal as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return to


def took(form: forms.Form, act: Callable[[], object], *, let_through: tuple[type[Refusal], ...] = ()) -> bool:
    """Do what a valid form asks; a refusal becomes an error of the form, which keeps what was typed.

    `let_through`: refusals for which the caller has better words.
    """
    if not form.is_valid():
        return False
    try:
        act()
    except let_through:
        raise
    except Refusal as error:
        form.add_error(None, error.message)
        return False
    return True


def invalid(form: forms.Form) -> int:
    """Return the status of a page that shows this form: 422 when something in it was refused."""
    return 422 if form.errors else 200


def address_of(request: HttpRequest) -> str | None:
    """Return the address from which somebody writes, beyond the proxies that the settings trust."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None
