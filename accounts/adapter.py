"""Adapters of allauth: sign-up, addresses, notices of new devices, mails, secrets of second factors."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.people.actions import account
from accounts.people.queries.account import has_second_factor, has_verified_address
from accounts.portals import is_demonstration
from accounts.privacy import secret_box

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress, Login
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


# Cookie of a browser with a keyed hash of each account that signed in from it.
DEVICE_COOKIE = "known_device"
DEVICE_SALT = "accounts.device"
DEVICE_SECONDS = 400 * 24 * 3600
MAX_ACCOUNTS_OF_DEVICE = 8


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        """Allow sign-up only to who registers an organisation or has opened an invitation."""
        return bool(request.session.get("registering") or request.session.get("invitation"))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Save the name and the language with the account."""
        user.full_name = form.cleaned_data.get("full_name", "")
        user.language = form.cleaned_data.get("language") or get_language() or "fr"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm a first address by its code; a change is also confirmed from the current address."""
        user = email_address.user
        if not has_verified_address(user):
            confirmed: bool = super().confirm_email(request, email_address)
            return confirmed
        account.request_address_change(user=user, new_email=email_address.email, at=timezone.now())
        messages.info(
            request,
            _("Nouvelle adresse confirmée. Ouvrez maintenant le lien envoyé à %(address)s pour finir.")
            % {"address": user.email},
        )
        return False

    def send_account_already_exists_mail(self, email: str) -> None:
        """Hash a password as for a new account, so that the time of the response reveals no known address."""
        make_password(get_random_string(20))
        super().send_account_already_exists_mail(email)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Never require reauthentication of the people of a demonstration."""
        if is_demonstration(self.request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **options)
        return required

    def pre_authenticate(self, request: HttpRequest, **_credentials: Any) -> None:
        """Refuse an address from which too many wrong passwords came. Raises ValidationError.

        allauth's own limit also counts by account, which lets anybody lock a named person out.
        """
        if not ratelimit.consume(request, action="sign_in_failed", dry_run=True):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password against its address and against the account it was for."""
        ratelimit.consume(request, action="sign_in_failed")
        key = credentials.get("email", "").lower()
        ratelimit.consume(request, action="sign_in_failed_account", key=key)

    def is_login_by_code_required(self, login: Login) -> bool:
        """Return whether a code by mail must follow the right password, because wrong ones came before it.

        A browser that the person signed in from before, or a second factor, stands for the code.
        """
        records = get_authentication_records(self.request, login.user)
        if not records or records[-1]["method"] != "password":
            return False
        if _device_mark(login.user) in _known_marks(self.request) or has_second_factor(login.user):
            return False
        key = login.user.email.lower()
        return not ratelimit.consume(self.request, action="sign_in_failed_account", key=key, dry_run=True)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Write to the person after a sign-in from a new browser, and mark it as known."""
        response: HttpResponse = super().post_login(request, user, **options)
        mark = _device_mark(user)
        known_marks = _known_marks(request)
        if mark not in known_marks and not options["signup"]:
            account.post_new_device(
                user=user,
                address=self.get_client_ip(request),
                agent=self.get_http_user_agent(request),
                at=timezone.now(),
            )
        marks = [mark, *(other for other in known_marks if other != mark)][:MAX_ACCOUNTS_OF_DEVICE]
        response.set_cookie(
            DEVICE_COOKIE,
            signing.dumps(marks, salt=DEVICE_SALT),
            max_age=DEVICE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` may be followed: an address of this site, under https if the page is."""
        is_downgrade = self.request.is_secure() and urlsplit(url).scheme == "http"
        return not is_downgrade and bool(super().is_safe_url(url))

    def format_email_subject(self, subject: str) -> str:
        """Return the subject without the prefix that allauth adds."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render the mail and post it to the outbox."""
        site = SimpleNamespace(name=settings.BROKER_NAME, domain=settings.PUBLIC_URL)
        context = {"request": self.request, "email": email, "current_site": site, **context}
        rendered = self.render_mail(template_prefix, email, context)
        mail = account.AccountMail(
            address=email,
            language=get_language() or "fr",
            subject=rendered.subject,
            text=rendered.body,
            code=str(context.get("code", "")),
        )
        account.post_account_mail(mail=mail, at=timezone.now())


class MFAAdapter(DefaultMFAAdapter):
    """Encrypt the secrets of second factors in the database."""

    def encrypt(self, text: str) -> str:
        """Encrypt under the current key."""
        return secret_box.seal(text, _keys())

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt under the current key or an earlier one. Raises ValidationError."""
        try:
            return secret_box.unseal(encrypted_text, _keys())
        except secret_box.CannotUnseal as error:
            raise ValidationError(
                _(
                    "Votre vérification en deux étapes ne fonctionne plus : la clé de ce "
                    "site a changé. Connectez-vous avec une clé d’accès si vous en avez une, "
                    "ou écrivez au passeur."
                )
            ) from error


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _device_mark(user: User) -> str:
    return salted_hmac(DEVICE_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]


def _known_marks(request: HttpRequest) -> list[str]:
    try:
        marks = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT)
    except signing.BadSignature:
        return []
    return list(marks)
