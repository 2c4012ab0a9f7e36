"""Names that others rely on: URL names, kinds of messages and of ledger entries, names of tasks.

Stored rows, sent mails, bookmarks and queued tasks contain them. A change of the list is a decision, not a side effect.
"""

from pathlib import Path

from django.urls import get_resolver

from accounts.organisations.queries.ledger_sentences import SENTENCES as ORGANISATION_SENTENCES
from lucky_link.celery import app
from outbox.kinds import all_kinds
from partnerships.history.queries.entry_sentences import SENTENCES as CASE_SENTENCES
from tests.architecture.source import ROOMS
from tests.architecture.test_addresses import ours

LIST = Path(__file__).with_name("stable_names.txt")


def names() -> list[str]:
    """Return every name with its family, one a line, in order; two addresses may have one name."""
    app.loader.import_default_modules()
    tasks = [name for name in app.tasks if name.split(".")[0] in ROOMS]
    return sorted(
        {
            *(f"url {prefix}{pattern.name}" for prefix, pattern in ours(get_resolver())),
            *(f"message {kind.name}" for kind in all_kinds() if not kind.name.startswith("test-")),
            *(f"entry {kind}" for kind in CASE_SENTENCES),
            *(f"entry {kind}" for kind in ORGANISATION_SENTENCES),
            *(f"task {name}" for name in tasks),
        }
    )


def test_names_that_others_rely_on_are_those_of_the_list() -> None:
    assert names() == LIST.read_text().splitlines()
