"""What can be asked about the portal of a company."""

from __future__ import annotations

from accounts.models import Organisation
from companies.models import CompanyProfile


def profile_of(organisation: Organisation) -> CompanyProfile | None:
    """Return the profile, or None before that step of the registration. 1 query."""
    return CompanyProfile.objects.filter(pk=organisation.pk).first()


def known_profile(organisation: Organisation) -> dict[str, object]:
    """Return what the profile form starts from. 1 query."""
    names = ("purpose", "website", "ethics_summary")
    known: dict[str, object] = {name: getattr(organisation, name) for name in names}
    profile = profile_of(organisation)
    if profile:
        known |= {name: getattr(profile, name) for name in ("trade", "professional_body")}
        known["declares"] = organisation.declares
    return known


def known_business(organisation: Organisation) -> dict[str, object]:
    """Return what the identity step starts from beyond the identity. 1 query."""
    known: dict[str, object] = {"purpose": organisation.purpose, "website": organisation.website}
    profile = profile_of(organisation)
    return known | {"trade": profile.trade, "declares": organisation.declares} if profile else known
