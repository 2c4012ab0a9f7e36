"""The middleware by which the second press of a button gives the result of the first.

The one-time token of a form is the value of its CSRF field: Django masks the secret anew for each
rendering, and `accounts.pages.cache` does so for each response with a cached page. So every form carries
one, and no template has to think of it.

A POST with that token runs in one transaction with a row of `FormSubmission`; both are committed or
neither. If it ends in a redirection that says success, the row stores where to and with which messages.
The same data sent again from the same rendering of the form get that result. Other data are another
submission, and replace the stored one: saving A, then B, then A again from one page saves three times.
Whatever ends otherwise (errors of the form, a refusal, a failure) stores nothing, and can be sent again.

Not covered: views marked `repeatable`, responses that set a cookie or open a session (signing in),
a POST without the field or with the bare secret of the cookie (a script), and requests of htmx,
which save drafts and create nothing twice.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.messages.storage.base import BaseStorage
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.people.actions.submissions import StoredResult, SubmissionResult, submit_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.messages.storage.base import Message
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpRequest

CSRF_FIELD: Final = "csrfmiddlewaretoken"
# A later repetition is no double click: the reader is told that nothing was done again.
DOUBLE_CLICK: Final = timedelta(seconds=30)


def repeatable[View: Callable[..., HttpResponse]](view: View) -> View:
    """Mark a view that changes only the session of the reader: pressed again, it does so again."""
    view.is_repeatable = True  # type: ignore[attr-defined]
    return view


class SubmissionFailed(Exception):
    """The view failed; what it wrote is rolled back."""


class Submission(NamedTuple):
    """What identifies a POST: `key` its form and address, `digest` its data."""

    key: str
    digest: str
    is_signed_in: bool
    session_key: str | None


class SubmissionMiddleware:
    """Answers a form that was already submitted with the first result."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response of the view, or that of the same submission before it."""
        submission = _submission(request)
        if submission is None:
            return self.get_response(request)
        waiting = len(messages.get_messages(request))
        responses: list[HttpResponse] = []

        def act() -> SubmissionResult | None:
            response = self.get_response(request)
            responses.append(response)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                raise SubmissionFailed
            return _result(request, response, submission, waiting=waiting)

        try:
            stored = submit_once(key=submission.key, digest=submission.digest, act=act, at=now())
        except SubmissionFailed:
            stored = None
        return responses[0] if stored is None else _repeat(request, stored, now())


def _submission(request: HttpRequest) -> Submission | None:
    """Return what identifies a submission, None for a request that is never compared with another."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return None
    token, cookie = request.POST.get(CSRF_FIELD, ""), request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    if token in ("", cookie):
        return None
    is_signed_in = request.user.is_authenticated
    # Without an account the cookie says which browser it is.
    owner = str(request.user.pk) if is_signed_in else f"cookie {cookie}"
    files = [
        (name, file.name, _file_digest(file)) for name, uploaded in request.FILES.lists() for file in uploaded
    ]
    return Submission(
        key=_digest((owner, token, request.get_full_path())),
        digest=_digest((list(request.POST.lists()), files)),
        is_signed_in=is_signed_in,
        session_key=request.session.session_key,
    )


def _result(
    request: HttpRequest, response: HttpResponse, submission: Submission, *, waiting: int
) -> SubmissionResult | None:
    """Return what to store of a response, None unless it is a redirection that says success.

    `waiting`: number of messages that waited to be shown before.
    """
    if not _is_success(response, submission) or _is_repeatable(request, response, submission):
        return None
    added = _waiting_messages(request)[waiting:]
    if any(message.level >= messages.ERROR for message in added):
        return None
    return SubmissionResult(
        status=response.status_code,
        location=response.headers["Location"],
        messages=[(message.level, str(message.message), message.extra_tags) for message in added],
    )


def _is_success(response: HttpResponse, submission: Submission) -> bool:
    """Return whether a response redirects after an act; every act of ours answers 303.

    Whoever is signed in is sent elsewhere first (another proof, a second factor) by 302, which is how
    allauth ends a sign-up too.
    """
    if response.status_code == HTTPStatus.FOUND and not submission.is_signed_in:
        return urlsplit(response.headers["Location"]).path != resolve_url(settings.LOGIN_URL)
    return response.status_code == HTTPStatus.SEE_OTHER


def _is_repeatable(request: HttpRequest, response: HttpResponse, submission: Submission) -> bool:
    match = request.resolver_match
    # Sign-in gives a new secret to the forms as well, which the pages after it set again.
    sets_cookie = set(response.cookies) - {settings.CSRF_COOKIE_NAME}
    opens_session = not submission.is_signed_in and request.session.session_key != submission.session_key
    return bool(sets_cookie) or opens_session or (match is not None and hasattr(match.func, "is_repeatable"))


def _repeat(request: HttpRequest, stored: StoredResult, at: datetime) -> HttpResponse:
    """Return the first response again, with its messages unless they still wait to be shown."""
    result = stored.result
    waiting = {str(message.message) for message in _waiting_messages(request)}
    if at - stored.submitted_at > DOUBLE_CLICK:
        messages.info(
            request,
            _(
                "Vous aviez déjà envoyé ce formulaire\u00a0: voici le résultat du premier "
                "envoi. Rien n’a été fait deux fois."
            ),
        )
    for level, text, tags in result.messages:
        if text not in waiting:
            messages.add_message(request, level, text, extra_tags=tags)
    response = HttpResponseRedirect(result.location)
    response.status_code = result.status
    return response


def _waiting_messages(request: HttpRequest) -> list[Message]:
    """Return the messages that wait to be shown, and leave them waiting."""
    storage = messages.get_messages(request)
    waiting = list(storage)
    if isinstance(storage, BaseStorage):  # without the middleware of messages, a list
        storage.used = False
    return waiting


def _file_digest(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
