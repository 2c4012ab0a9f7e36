"""Whether an embedded run may load and show the demonstration, recorded beside its database.

The state file `demonstration` contains "begun" while the cases are loaded and "done" afterwards. It is only
written when the database has no users, so a database with real people never becomes a demonstration.
"""

import os
from pathlib import Path

import psycopg

from lucky_link.local.console import LauncherError

STATE_FILE = "demonstration"
BEGUN, DONE = "begun", "done"


def refuse_external_database() -> None:
    """Raise Refusal when the database is not the embedded one."""
    if os.environ.get("DATABASE_URL"):
        raise LauncherError(
            "The demonstration signs people in without a password, so it only runs on its embedded database:"
            " unset DATABASE_URL, or leave --demo out."
        )


def must_load(folder: Path, database_url: str) -> bool:
    """Return whether the demonstration still has to be loaded.

    Raises Refusal when the database has other users, or half of a demonstration.
    """
    state_file = folder / STATE_FILE
    state = state_file.read_text() if state_file.exists() else ""
    if not _has_users(database_url):
        return True
    if state == DONE:
        return False
    if state == BEGUN:
        raise LauncherError(
            f"The demonstration in {folder} was interrupted while it was being played."
            f" It is fiction, so forget it and begin anew: rm -r '{folder}'"
        )
    raise LauncherError(
        f"{folder} holds real people, and the demonstration would let anybody sign in as them."
        " Give the demonstration its own folder: LUCKY_LINK_VAR=/another/folder ./luckylink up --demo"
    )


def write(folder: Path, state: str) -> None:
    """Write the state file."""
    (folder / STATE_FILE).write_text(state)


def _has_users(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM accounts_user)").fetchone()
    return row is not None and bool(row[0])
