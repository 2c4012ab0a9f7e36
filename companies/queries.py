"""The profile of a company."""

from __future__ import annotations

from accounts.models import Organisation
from companies.models import CompanyProfile


def profile_of(organisation: Organisation) -> CompanyProfile | None:
    """Return the profile, or None before that step of the registration. 1 query."""
    return CompanyProfile.objects.filter(pk=organisation.pk).first()


def initial_profile(organisation: Organisation) -> dict[str, object]:
    """Return the initial values of the profile form. 1 query."""
    names = ("purpose", "website", "ethics_summary")
    initial: dict[str, object] = {name: getattr(organisation, name) for name in names}
    profile = profile_of(organisation)
    if profile:
        initial |= {name: getattr(profile, name) for name in ("trade", "professional_body")}
        initial["declares"] = organisation.declares
    return initial


def initial_activity(organisation: Organisation) -> dict[str, object]:
    """Return the initial values of trade and declares, none before they were first given. 1 query."""
    profile = profile_of(organisation)
    return {"trade": profile.trade, "declares": organisation.declares} if profile else {}
