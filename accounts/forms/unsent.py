"""Forms that were posted and not taken, because the session had ended or the page was too old.

What was typed is kept for an hour in the shared cache, encrypted under a one-time key that only a signed
cookie of the browser contains. Only forms that carry the mark of the account that opened them are kept, and
they are shown to that account alone. Nothing is sent again without a press by the person.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.urls import Resolver404, resolve
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.forms.labels import is_secret_field, view_module

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest, HttpResponse

# Field of every form: a keyed hash of the account for which it was rendered, "" for nobody.
OWNER_FIELD: Final = "form_owner"
# Field of a form that is sent again: the identifier of what was kept.
SENT_AGAIN_FIELD: Final = "unsent_form"
COOKIE: Final = "unsent_forms"
SECONDS: Final = 3600
MAX_BYTES: Final = 400_000
MAX_FORMS: Final = 4  # of one browser; the oldest gives way
_SALT: Final = "accounts.unsent_forms"
_TECHNICAL_FIELDS: Final = {"csrfmiddlewaretoken", OWNER_FIELD, SENT_AGAIN_FIELD}


@dataclass(frozen=True, kw_only=True)
class UnsentForm:
    """`path`: where it was posted; `page`: where it was written; `file_names`: of chosen files."""

    identifier: str
    owner: str
    path: str
    page: str
    fields: list[tuple[str, str]]
    file_names: list[str]


def owner_mark(user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the mark of an account in its forms, "" for nobody."""
    if not user.is_authenticated:
        return ""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]


def is_owner(user: AbstractBaseUser | AnonymousUser, mark: str) -> bool:
    """Return whether a form with this mark was rendered for `user`; for a form without mark, for nobody."""
    return constant_time_compare(owner_mark(user), mark)


def unsent_form(request: HttpRequest) -> UnsentForm | None:
    """Return what a refused POST contained, without its secrets.

    None for a request of another site, and for the pages of allauth, whose fields are secrets.
    """
    if not is_of_this_site(request) or _is_of_allauth(request.path):
        return None
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in _TECHNICAL_FIELDS and not is_secret_field(name)
    ]
    referrer = urlsplit(request.headers.get("Referer", ""))
    return UnsentForm(
        identifier=uuid.uuid4().hex,
        owner=request.POST.get(OWNER_FIELD, ""),
        path=request.get_full_path(),
        page=referrer.path if referrer.netloc == request.get_host() else request.path,
        fields=fields,
        file_names=[str(file.name) for _name, files in request.FILES.lists() for file in files],
    )


def is_of_this_site(request: HttpRequest) -> bool:
    """Return whether a page of this site sent the request, by Origin, Referer and Sec-Fetch-Site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    source = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    return (source.scheme, source.netloc) == (request.scheme, request.get_host())


def keep(request: HttpRequest, response: HttpResponse, form: UnsentForm) -> bool:
    """Store a form, its key in a cookie of `response`; return False if it is too long."""
    key, content = Fernet.generate_key(), json.dumps(asdict(form)).encode()
    if len(content) > MAX_BYTES:
        return False
    cache.set(_cache_key(form.identifier), Fernet(key).encrypt(content), SECONDS)
    keys = [(form.identifier, key.decode()), *_keys(request)][:MAX_FORMS]
    response.set_cookie(
        COOKIE,
        signing.dumps(keys, salt=_SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True


def unsent_forms(request: HttpRequest) -> list[UnsentForm]:
    """Return the forms that were kept for the reader in this browser, the latest first."""
    forms = [_read(identifier, key) for identifier, key in _keys(request)]
    return [form for form in forms if form and form.owner and is_owner(request.user, form.owner)]


def forget(request: HttpRequest, identifier: str) -> None:
    """Delete a form that was kept in this browser."""
    if identifier in dict(_keys(request)):
        cache.delete(_cache_key(identifier))


def _read(identifier: str, key: str) -> UnsentForm | None:
    sealed = cache.get(_cache_key(identifier))
    if sealed is None:
        return None
    try:
        values = json.loads(Fernet(key).decrypt(sealed))
    except InvalidToken:
        return None
    return UnsentForm(**{**values, "fields": [(name, value) for name, value in values["fields"]]})


def _keys(request: HttpRequest) -> list[tuple[str, str]]:
    try:
        pairs = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return []
    return [(identifier, key) for identifier, key in pairs]


def _cache_key(identifier: str) -> str:
    return f"unsent-form:{identifier}"


def _is_of_allauth(path: str) -> bool:
    try:
        return view_module(resolve(path).func).startswith("allauth.")
    except Resolver404:
        return True
