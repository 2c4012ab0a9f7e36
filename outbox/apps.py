"""The outbox: every word the product sends, written with the fact that it tells."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Installs the outbox."""

    name = "outbox"

    def ready(self) -> None:
        """Register the outbox's own kind of message, once the models are loaded."""
        from outbox import digests, kinds  # noqa: PLC0415

        kinds.register(digests.KIND)
