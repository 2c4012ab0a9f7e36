"""Opening an account for somebody whose address is already known to be theirs."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts.models import User


@transaction.atomic
def enrol(*, email: str, full_name: str, language: str = "fr", password: str | None = None) -> User:
    """Create a person with a verified address; without a password they choose one by a code sent to it."""
    email = email.strip().lower()
    user = User.objects.create_user(email, password, full_name=full_name, language=language)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
