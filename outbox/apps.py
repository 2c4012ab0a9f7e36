"""The outbox: every word the product sends, written with the fact that it tells."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Installs the outbox."""

    name = "outbox"
