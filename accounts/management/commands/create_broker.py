"""Invite a broker; the operator invites the first one."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse
from django.utils import timezone

from accounts.people.actions import brokers
from accounts.text import canonical


class Command(BaseCommand):
    help = "Write an enrolment address for a new broker; it is good for 14 days and for that person alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            email = canonical.email_address(options["email"])
            validate_email(email)
            invitation = brokers.invite_broker(
                email=email, full_name=canonical.name(options["name"]), at=timezone.now()
            )
        except ValidationError as error:
            raise CommandError("This is not an e-mail address.") from error
        except (brokers.BrokerError, canonical.TextRefused) as error:
            raise CommandError(error.message) from error
        path = reverse("invitation", args=[invitation.token])
        self.stdout.write(f"{settings.PUBLIC_URL}{path}")
