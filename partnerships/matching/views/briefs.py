"""What an organisation looks for or offers: its list, its pages, its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.refusals import Refusal
from accounts.session import current_organisation, post_data, reader, see_other
from partnerships.case.views import invalid, took
from partnerships.matching.actions import briefs as actions
from partnerships.matching.forms.briefs import brief_form
from partnerships.matching.queries import briefs as queries
from partnerships.matching.queries.introductions import introductions_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def briefs(request: HttpRequest) -> HttpResponse:
    """Show the briefs of the organisation of this portal, and who it is put in touch with."""
    organisation = current_organisation(request)
    told = {
        "shelf": queries.shelf(organisation, reader(request), at=now()),
        "introductions": introductions_of(organisation.pk, at=now()),
    }
    return render(request, "partnerships/matching/briefs/shelf.html", told)


@require_POST
def start_brief(request: HttpRequest) -> HttpResponse:
    """Open an empty draft and go to it."""
    organisation = current_organisation(request)
    try:
        brief = actions.start_brief(organisation_id=organisation.pk, author=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("partnerships:briefs")
    return see_other("partnerships:edit_brief", brief.pk)


@require_safe
def brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Show one brief to its organisation, and to the brokers once it is published."""
    found = queries.brief_for(reader(request), brief_id)
    page = queries.brief_page(found, reader(request))
    return render(request, "partnerships/matching/briefs/page.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Show and keep what is written; a draft is also kept as one goes."""
    found = queries.writable_brief(reader(request), brief_id)
    form = brief_form(found, post_data(request))

    def act() -> None:
        actions.save_brief(
            brief_id=found.pk,
            author=reader(request),
            told=form.told(),
            seen_number=form.cleaned_data["seen_number"],
            at=now(),
        )
        if "publish" in request.POST:
            actions.publish_brief(brief_id=found.pk, author=reader(request), at=now())

    is_kept = request.method == "POST" and took(form, act)
    is_overtaken = False
    if request.method == "POST":
        found = queries.writable_brief(reader(request), brief_id)
        seen_number = form.cleaned_data.get("seen_number")
        is_overtaken = not is_kept and queries.is_overtaken(found, reader(request), seen_number)
    if request.headers.get("HX-Request"):
        told = {"is_kept": is_kept, "is_overtaken": is_overtaken, "brief": found, "at": now()}
        return render(request, "partnerships/matching/briefs/kept.html", told)
    if is_kept:
        messages.success(
            request,
            _("C’est publié. Le passeur le lit.") if "publish" in request.POST else _("C’est enregistré."),
        )
        return see_other("partnerships:brief", found.pk)
    status = invalid(form)
    if is_overtaken:
        form.reads(found.number)
    told = {"form": form, "page": queries.brief_page(found, reader(request)), "is_overtaken": is_overtaken}
    return render(request, "partnerships/matching/briefs/edit.html", told, status=status)


@require_POST
def publish_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Let the brokers read a draft."""
    return _press(request, brief_id, actions.publish_brief, _("C’est publié. Le passeur le lit."))


@require_POST
def withdraw_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Take a brief back."""
    return _press(
        request, brief_id, actions.withdraw_brief, _("C’est retiré. Plus personne ne sera mis en relation.")
    )


def _press(request: HttpRequest, brief_id: UUID, act: Callable[..., None], done: str) -> HttpResponse:
    found = queries.writable_brief(reader(request), brief_id)
    try:
        act(brief_id=found.pk, author=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return see_other("partnerships:brief", found.pk)
