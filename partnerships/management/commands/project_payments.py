"""Write the payments of charters that were signed before payments were followed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from partnerships.following.actions import projection


class Command(BaseCommand):
    help = "Write the payments of signed charters that have none; running it twice changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        written = [
            projection.project_missing_payments(partnership_id=partnership_id, at=now())
            for partnership_id in projection.cases_without_payments()
        ]
        self.stdout.write(f"{sum(written)} payments in {sum(map(bool, written))} cases.")
