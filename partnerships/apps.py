"""The room and its name."""

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Make the mails of a case known to the outbox."""
        from partnerships import notices  # noqa: PLC0415 - models load after the applications

        notices.register_all()
