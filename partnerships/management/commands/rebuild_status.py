"""Write the status of every case anew from its history."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from partnerships.status import actions as status


class Command(BaseCommand):
    help = "Write the status of every case anew from its history; running it twice changes nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        cases = status.cases()
        for partnership_id in cases:
            status.rebuild_status(partnership_id=partnership_id, at=now())
        self.stdout.write(f"{len(cases)} cases.")
