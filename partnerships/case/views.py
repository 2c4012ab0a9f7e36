"""Helpers of the views of a case: the case of a request, its pages, redirections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now

from accounts.pages.cache import hour_of
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.permissions import Right, partnership_for

if TYPE_CHECKING:
    from datetime import datetime

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


class CaseRedirect(HttpResponseRedirect):
    """A redirection with status 303, the response to a successful POST."""

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
    """Return a page of the case, with its header as the reader sees it."""
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


def case_redirect(partnership: Partnership, name: str, *args: object, anchor: str = "") -> CaseRedirect:
    """Return the redirection to another page of the case."""
    return CaseRedirect(reverse(f"partnerships:{name}", args=[partnership.reference, *args]) + anchor)


def form_status(form: forms.Form) -> int:
    """Return the status of a page with this form: 422 when it has errors."""
    return 422 if form.errors else 200


def client_address(request: HttpRequest) -> str | None:
    """Return the IP address of the client, seen through the trusted proxies; None when it is unknown."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return None
