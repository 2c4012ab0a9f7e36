"""Bring the clause library and the model charters up to the shipped files, after an upgrade."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from partnerships.drafting.actions import library, model_charters


class Command(BaseCommand):
    help = "Add the shipped clauses and models that are missing; what a broker changed stays as it is."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        written = library.update_shipped_clauses(at=at) + model_charters.update_shipped_models(at=at)
        self.stdout.write(f"{written} versions written.")
