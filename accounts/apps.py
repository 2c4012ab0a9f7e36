"""Application configuration of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Personnes et organisations"

    def ready(self) -> None:
        """Register the kinds of mails, the lookup of searches and the activation of second factors."""
        # Models can only be imported once the application registry is complete.
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415

        from accounts import notices  # noqa: PLC0415
        from accounts.people.views.authentication import spend_activation_code  # noqa: PLC0415
        from accounts.text import lookups  # noqa: PLC0415

        notices.register()
        lookups.register()
        # allauth gives no other hook at the activation of a second factor.
        authenticator_added.connect(spend_activation_code)
