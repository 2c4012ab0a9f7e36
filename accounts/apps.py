"""The room and its name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organisations"

    def ready(self) -> None:
        """Tell the outbox which mails this room writes."""
        # Models can only be imported once the application registry is complete.
        from accounts import notices  # noqa: PLC0415

        notices.register()
