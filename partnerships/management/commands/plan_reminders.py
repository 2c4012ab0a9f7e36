"""Plan every reminder of a due date again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.organisations.actions import approvals, documents
from accounts.people.actions import mandates
from partnerships.following import actions as following


class Command(BaseCommand):
    help = "Plan the reminders of milestones, mandates, documents and approvals again; none leaves twice."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        counts = [
            chapter.plan_reminders_again(at=at) for chapter in (following, mandates, documents, approvals)
        ]
        self.stdout.write("{} milestones, {} mandates, {} documents, {} approvals.".format(*counts))
