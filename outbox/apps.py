"""The outbox: every mail, saved in the transaction of the fact it is about."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        """Register the kind of the digests."""
        from outbox import kinds  # noqa: PLC0415
        from outbox.sending import digests  # noqa: PLC0415

        kinds.register(digests.KIND)
