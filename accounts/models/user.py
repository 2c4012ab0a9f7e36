"""A person who can sign in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.text import canonical

ERASED = "Personne effacée"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person; without a password they sign in by a passkey or a code."""
        user = self.model(email=canonical.email_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person with access to the read-only admin, and no right in any case."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("adresse électronique"), unique=True)
    full_name = models.CharField(_("prénom et nom"), max_length=120)
    language = models.CharField(
        _("langue"), max_length=2, choices=[("fr", "Français"), ("en", "English")], default="fr"
    )
    time_zone = models.CharField(_("fuseau horaire"), max_length=60, default="Europe/Paris")
    # Whose public holidays the mails observe: a key of `outbox.schedule.CALENDARS`, "" as in the time zone.
    territory = models.CharField(_("jours fériés"), max_length=20, blank=True, default="")
    is_broker = models.BooleanField(_("passeur"), default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    # Once set, name and address are erased; signatures and ledger entries still refer to the row.
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_for_each_email"),
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(
                    is_active=False,
                    is_broker=False,
                    is_staff=False,
                    is_superuser=False,
                    full_name=ERASED,
                    email__endswith=".invalid",
                ),
                name="an_erased_person_has_no_name_and_no_door",
            ),
        ]

    def __str__(self) -> str:
        return gettext("Personne supprimée") if self.erased_at else self.full_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self).partition(" ")[0]
