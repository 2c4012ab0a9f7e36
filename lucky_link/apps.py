"""Configuration of the project package, which has commands and system checks of its own."""

from django.apps import AppConfig


class LuckyLinkConfig(AppConfig):
    name = "lucky_link"

    def ready(self) -> None:
        """Register the system checks."""
        from lucky_link import checks  # noqa: F401, PLC0415 - checks read the settings, which are loaded by then
