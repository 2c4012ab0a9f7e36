"""Briefs of an organisation (list, page, form) and the introductions it is invited to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import current_organisation, post_data, reader, see_other
from accounts.refusals import Refusal
from partnerships.case.views import form_status
from partnerships.matching.actions import briefs as brief_actions
from partnerships.matching.actions import introductions as introduction_actions
from partnerships.matching.actions.briefs import NotAWriter
from partnerships.matching.forms import YES, IntroductionAnswerForm, brief_form
from partnerships.matching.queries import briefs as brief_queries
from partnerships.matching.queries import introductions as introduction_queries

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def briefs(request: HttpRequest) -> HttpResponse:
    """Show the briefs of the organisation of this portal, and its introductions."""
    organisation = current_organisation(request)
    context = {
        "brief_list": brief_queries.brief_list(organisation, reader(request), at=now()),
        "introductions": introduction_queries.introductions_of(organisation.pk, at=now()),
    }
    return render(request, "partnerships/matching/briefs/list.html", context)


@require_POST
def start_brief(request: HttpRequest) -> HttpResponse:
    """Create an empty draft and redirect to its form."""
    organisation = current_organisation(request)
    try:
        brief = brief_actions.start_brief(organisation_id=organisation.pk, author=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("partnerships:briefs")
    return see_other("partnerships:edit_brief", brief.pk)


@require_safe
def brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Show one brief to its organisation, and to the brokers once it is published."""
    brief = brief_queries.brief_for(reader(request), brief_id)
    page = brief_queries.brief_page(brief, reader(request))
    return render(request, "partnerships/matching/briefs/page.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Show the form of a brief and save it; a draft is also saved by htmx while typing."""
    brief = brief_queries.writable_brief(reader(request), brief_id)
    form = brief_form(brief, post_data(request))

    def act() -> None:
        brief_actions.save_brief(
            brief_id=brief.pk,
            author=reader(request),
            content=form.content(),
            seen_number=form.cleaned_data["seen_number"],
            at=now(),
        )
        if "publish" in request.POST:
            brief_actions.publish_brief(brief_id=brief.pk, author=reader(request), at=now())

    is_saved = request.method == "POST" and submit_form(form, act)
    is_stale = False
    if request.method == "POST":
        brief = brief_queries.writable_brief(reader(request), brief_id)
        seen_number = form.cleaned_data.get("seen_number")
        is_stale = not is_saved and brief_queries.is_stale(brief, reader(request), seen_number)
    if request.headers.get("HX-Request"):
        context = {"is_saved": is_saved, "is_stale": is_stale, "brief": brief, "at": now()}
        return render(request, "partnerships/matching/briefs/saved.html", context)
    if is_saved:
        messages.success(
            request,
            _("Publié. Le passeur peut le lire.") if "publish" in request.POST else _("Enregistré."),
        )
        return see_other("partnerships:brief", brief.pk)
    status = form_status(form)
    if is_stale:
        form.set_seen_number(brief.number)
    context = {
        "form": form,
        "page": brief_queries.brief_page(brief, reader(request)),
        "is_stale": is_stale,
    }
    return render(request, "partnerships/matching/briefs/edit.html", context, status=status)


@require_POST
def publish_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Publish a draft, so that the brokers read it."""
    return _press(request, brief_id, brief_actions.publish_brief, _("Publié. Le passeur peut le lire."))


@require_POST
def withdraw_brief(request: HttpRequest, brief_id: UUID) -> HttpResponse:
    """Withdraw a brief."""
    return _press(
        request,
        brief_id,
        brief_actions.withdraw_brief,
        _("Retiré. Aucune mise en relation ne sera plus proposée."),
    )


def _press(request: HttpRequest, brief_id: UUID, act: Callable[..., None], confirmation: str) -> HttpResponse:
    brief = brief_queries.writable_brief(reader(request), brief_id)
    try:
        act(brief_id=brief.pk, author=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, confirmation)
    return see_other("partnerships:brief", brief.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """Show the other organisations without names; take the answer of a referent or administrator."""
    introduction, membership, own = introduction_queries.introduction_for(reader(request), introduction_id)
    page = introduction_queries.introduction_page(introduction, membership, own, at=now())
    if request.method == "POST" and not (membership.is_referent or membership.is_administrator):
        raise PermissionDenied(NotAWriter.sentence)
    form = IntroductionAnswerForm(post_data(request))

    def act() -> None:
        introduction_actions.answer(
            introduction_id=introduction.pk,
            member=reader(request),
            is_yes=form.cleaned_data["answer"] == YES,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse enregistrée. Le passeur l’a reçue."))
        return see_other("partnerships:introduction", introduction.pk)
    context = {"page": page, "form": form}
    return render(request, "partnerships/matching/introductions/page.html", context, status=form_status(form))
