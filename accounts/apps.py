"""Application configuration of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organisations"

    def ready(self) -> None:
        """Register the kinds of mails of this app and the lookup of searches."""
        # Models can only be imported once the application registry is complete.
        from accounts import lookups, notices  # noqa: PLC0415

        notices.register()
        lookups.register()
