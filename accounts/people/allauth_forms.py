"""The forms of allauth with the fields of the product: addresses in one spelling, codes as copied."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.fields import EmailField
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms

from accounts.forms.fields import AddressField, CodeField, TextLineField


class ProductFields(forms.Form):
    """Replaces the fields of addresses, codes and names by those of the product, with their labels."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            if isinstance(field, EmailField):
                self.fields[name] = _replaced(field, AddressField)
            elif name in ("code", "name"):
                self.fields[name] = _replaced(field, CodeField if name == "code" else TextLineField)


def _replaced(field: forms.Field, kind: type[forms.CharField]) -> forms.Field:
    return kind(
        label=field.label,
        required=field.required,
        widget=field.widget,
        help_text=field.help_text,
        max_length=getattr(field, "max_length", None),
    )


class LoginForm(ProductFields, account.LoginForm):
    pass


class AccountSignupForm(ProductFields, account.SignupForm):
    pass


class AddEmailForm(ProductFields, account.AddEmailForm):
    pass


class ChangeEmailForm(ProductFields, account.ChangeEmailForm):
    pass


class ResetPasswordForm(ProductFields, account.ResetPasswordForm):
    pass


class RequestLoginCodeForm(ProductFields, account.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(ProductFields, account.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(ProductFields, account.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(ProductFields, account.ConfirmPasswordResetCodeForm):
    pass


class AuthenticateForm(ProductFields, mfa.AuthenticateForm):
    pass


class ReauthenticateForm(ProductFields, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(ProductFields, totp.ActivateTOTPForm):
    pass


class AddWebAuthnForm(ProductFields, webauthn.AddWebAuthnForm):
    pass


class EditWebAuthnForm(ProductFields, webauthn.EditWebAuthnForm):
    pass
