"""Whether an embedded run may load and show the demonstration, remembered beside its database.

The note `demonstration` says "begun" while the cases are played and "done" afterwards; it is only
ever written when the database held nobody, so a database with real people never becomes one.
"""

import os
from pathlib import Path

import psycopg

from lucky_link.console import Refusal

NOTE = "demonstration"
BEGUN, DONE = "begun", "done"


def refuse_foreign_database() -> None:
    """Raise Refusal when the database is not the embedded one."""
    if os.environ.get("DATABASE_URL"):
        raise Refusal(
            "The demonstration signs people in without a password, so it only runs on its embedded database:"
            " unset DATABASE_URL, or leave --demo out."
        )


def must_be_played(folder: Path, database_url: str) -> bool:
    """Tell whether the cases are still to be played.

    Raises Refusal when the database holds other people, or half of a demonstration.
    """
    note = folder / NOTE
    state = note.read_text() if note.exists() else ""
    if not _has_people(database_url):
        return True
    if state == DONE:
        return False
    if state == BEGUN:
        raise Refusal(
            f"The demonstration in {folder} was interrupted while it was being played."
            f" It is fiction, so forget it and begin anew: rm -r '{folder}'"
        )
    raise Refusal(
        f"{folder} holds real people, and the demonstration would let anybody sign in as them."
        " Give the demonstration its own folder: LUCKY_LINK_VAR=/another/folder ./luckylink up --demo"
    )


def remember(folder: Path, state: str) -> None:
    """Note how far the demonstration is."""
    (folder / NOTE).write_text(state)


def _has_people(database_url: str) -> bool:
    with psycopg.connect(database_url) as session:
        found = session.execute("SELECT EXISTS (SELECT FROM accounts_user)").fetchone()
    return found is not None and bool(found[0])
