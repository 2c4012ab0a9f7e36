"""Where allauth asks us: who may sign up, what an account keeps, and how its mails leave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
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

from accounts.context import is_demonstration
from accounts.people.actions import account_mails, addresses
from accounts.people.queries import desk
from accounts.privacy import secret_box

if TYPE_CHECKING:
    from allauth.account.models import EmailAddress
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User


# Which accounts signed in from a browser before: marks that tell nothing about whose they are.
DEVICE_COOKIE = "known_device"
DEVICE_SALT = "accounts.device"
DEVICE_SECONDS = 400 * 24 * 3600
ACCOUNTS_A_DEVICE = 8


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: Any) -> bool:
        """Open the door only to who registers an organisation or holds an invitation."""
        return bool(request.session.get("registering") or request.session.get("invitation"))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        """Keep the name and the language with the account."""
        user.full_name = form.cleaned_data.get("full_name", "")
        user.language = form.cleaned_data.get("language") or get_language() or "fr"
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Take a first address at its code; a change waits for a yes from the address in use."""
        user = email_address.user
        if not desk.has_proved_address(user):
            confirmed: bool = super().confirm_email(request, email_address)
            return confirmed
        addresses.ask_for_change(user=user, new_email=email_address.email, at=timezone.now())
        messages.info(
            request,
            _("Nouvelle adresse prouvée. Ouvrez maintenant le lien envoyé à %(address)s pour finir.")
            % {"address": user.email},
        )
        return False

    def send_account_already_exists_mail(self, email: str) -> None:
        """Hash as for a new account, so that the time of the answer does not tell a known address."""
        make_password(get_random_string(20))
        super().send_account_already_exists_mail(email)

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Ask again before what is sensitive, except of the people of a demonstration."""
        if is_demonstration(self.request):
            return False
        required: bool = super().is_reauthentication_required(app=app, **options)
        return required

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Tell the person when the browser is one they never signed in from."""
        answer: HttpResponse = super().post_login(request, user, **options)
        own = salted_hmac(DEVICE_SALT, str(user.pk), algorithm="sha256").hexdigest()[:32]
        known = _marks(request)
        if own not in known and not options["signup"]:
            account_mails.post_new_device(
                user=user,
                address=self.get_client_ip(request),
                agent=self.get_http_user_agent(request),
                at=timezone.now(),
            )
        marks = [own, *(each for each in known if each != own)][:ACCOUNTS_A_DEVICE]
        answer.set_cookie(
            DEVICE_COOKIE,
            signing.dumps(marks, salt=DEVICE_SALT),
            max_age=DEVICE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return answer

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is written."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail and hand it to the outbox, which alone sends."""
        site = SimpleNamespace(name=settings.BROKER_NAME, domain=settings.PUBLIC_URL)
        told = {"request": self.request, "email": email, "current_site": site, **context}
        written = self.render_mail(template_prefix, email, told)
        mail = account_mails.AccountMail(
            address=email,
            language=get_language() or "fr",
            subject=written.subject,
            text=written.body,
            code=str(context.get("code", "")),
        )
        account_mails.post_account_mail(mail=mail, at=timezone.now())


class MFAAdapter(DefaultMFAAdapter):
    """Keep the secrets of second factors sealed: who reads the database alone cannot sign in with them."""

    def encrypt(self, text: str) -> str:
        """Seal under the present key."""
        return secret_box.seal(text, _keys())

    def decrypt(self, encrypted_text: str) -> str:
        """Open under the present key or one before it."""
        try:
            return secret_box.unseal(encrypted_text, _keys())
        except secret_box.Unreadable as error:
            raise ValidationError(
                _(
                    "Votre seconde preuve ne peut plus être lue : la clé de ce site a changé. Écrivez à qui "
                    "le tient, ou connectez-vous avec une clé d’accès si vous en avez une."
                )
            ) from error


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _marks(request: HttpRequest) -> list[str]:
    try:
        marks = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT)
    except signing.BadSignature:
        return []
    return list(marks)
