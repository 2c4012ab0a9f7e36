"""The ledger: the append-only history that every party reads alike."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
