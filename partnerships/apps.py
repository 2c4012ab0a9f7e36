"""Configuration of the app."""

from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = "Dossiers"

    def ready(self) -> None:
        """Register kinds of messages, questions of rounds and hooks."""
        from partnerships import registrations  # noqa: PLC0415 - models load after the applications

        registrations.register_all()
