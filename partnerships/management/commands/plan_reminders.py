"""Plan every reminder of a due date again."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from accounts.organisations.actions import approvals, documents
from accounts.people.actions import mandates
from partnerships.following.actions import projection as following


class Command(BaseCommand):
    help = "Plan the reminders of milestones, mandates, documents and approvals again; none leaves twice."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at, planners = now(), (following, mandates, documents, approvals)
        counts = [chapter.plan_reminders_again(at=at) for chapter in planners]
        words = ("milestones", "mandates", "documents", "approvals")
        lines = [f"{count} {word}" for count, word in zip(counts, words, strict=True)]
        self.stdout.write(f"{', '.join(lines)}.")
