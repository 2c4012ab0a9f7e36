"""Django's migrate, as the owner of the tables; afterwards the role of the application gets its rights.

Then stored texts are brought to their canonical form, which rows written by an earlier version may not have.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands import migrate
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from lucky_link import database_rights
from lucky_link.checks import OWNER


class Command(migrate.Command):
    def add_arguments(self, parser: CommandParser) -> None:
        """Make the database of the owner the default, where the settings name one."""
        super().add_arguments(parser)
        if OWNER in connections:
            parser.set_defaults(database=OWNER)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant; a plan alone grants nothing."""
        super().handle(*args, **options)
        if options["plan"] or options["check_unapplied"]:
            return
        database_rights.grant(
            connections[options["database"]],
            role=settings.DATABASE_APPLICATION_ROLE,
            password=settings.DATABASES[DEFAULT_DB_ALIAS]["PASSWORD"],
        )
        if self._is_complete(options["database"]):
            call_command(
                "canonicalise", verbosity=options["verbosity"], stdout=self.stdout, stderr=self.stderr
            )

    def _is_complete(self, alias: str) -> bool:
        """Return whether the tables are those of this code: a migration may have been taken back."""
        executor = MigrationExecutor(connections[alias])
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
