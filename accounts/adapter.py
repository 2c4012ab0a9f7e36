"""Where allauth asks us: who may sign up, what an account keeps, and how its mails leave."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from accounts.actions import letters

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import User


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

    def format_email_subject(self, subject: str) -> str:
        """Leave the subject as it is written."""
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail and hand it to the outbox, which alone sends."""
        site = SimpleNamespace(name=settings.BROKER_NAME, domain=settings.PUBLIC_URL)
        told = {"request": self.request, "email": email, "current_site": site, **context}
        written = self.render_mail(template_prefix, email, told)
        mail = letters.AccountMail(
            address=email,
            language=get_language() or "fr",
            subject=written.subject,
            text=written.body,
            code=str(context.get("code", "")),
        )
        letters.post_account_mail(mail=mail, at=timezone.now())
