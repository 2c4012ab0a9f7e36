"""The room and its name."""

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register the mails of a case and the questions of rounds."""
        from partnerships import registrations  # noqa: PLC0415 - models load after the applications

        registrations.register_all()
