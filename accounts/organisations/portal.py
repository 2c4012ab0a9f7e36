"""What differs between the portal of an association and that of a company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from accounts.models import Organisation

if TYPE_CHECKING:
    from accounts.organisations.forms import ProfileForm
    from accounts.registration.forms import IdentityForm


def no_details(_organisation: Organisation) -> Mapping[str, Any]:
    """Return no initial value."""
    return {}


def save_no_details(**_arguments: Any) -> None:
    """Save nothing."""


@dataclass(frozen=True, kw_only=True)
class OrganisationPortal:
    """The portal of one side: its URLs, its forms, what they save, and what its page shows.

    `namespace`: of its URLs. `registration_title`: heading of the first step.
    `identity_form`, `profile_form`: built from POST data or None, and `initial`.
    `initial_details`, `save_details`: what the identity step holds beyond identity and presentation;
    saving takes organisation_id, administrator, form and at, and raises NotAnAdministrator.
    `initial_profile`: initial values of the profile form; `profile_data`: built from its details.
    `save_profile`: takes organisation_id, administrator, presentation, profile (of `profile_data`) and at.
    `page_context`: what `page_template` shows beyond what both sides have.
    """

    side: str
    namespace: str
    registration_title: str | Promise
    identity_form: Callable[..., IdentityForm]
    initial_details: Callable[[Organisation], Mapping[str, Any]] = no_details
    save_details: Callable[..., object] = save_no_details
    profile_form: Callable[..., ProfileForm]
    initial_profile: Callable[[Organisation], Mapping[str, Any]]
    profile_data: Callable[..., object]
    save_profile: Callable[..., object]
    page_template: str
    page_context: Callable[[Organisation, datetime], Mapping[str, Any]]

    def url_name(self, name: str) -> str:
        """Return the URL name of a page of this portal, such as "associations:home"."""
        return f"{self.namespace}:{name}"
