"""What can be asked about the portal of an association."""

from __future__ import annotations

from accounts.models import Organisation
from associations.models import AssociationProfile


def profile_of(organisation: Organisation) -> AssociationProfile | None:
    """Return the profile, or None before that step of the registration. 1 query."""
    return AssociationProfile.objects.filter(pk=organisation.pk).first()


def known_profile(organisation: Organisation) -> dict[str, object]:
    """Return what the profile form starts from, amounts in whole euros. 2 queries."""
    known: dict[str, object] = {"purpose": organisation.purpose, "website": organisation.website}
    profile = profile_of(organisation)
    if profile:
        names = ("member_count", "volunteer_hours", "ethics_summary", "approval", "approved_date")
        known |= {name: getattr(profile, name) for name in names}
    latest = organisation.incomes.order_by("-year").first()
    if latest:
        known |= {
            "year": latest.year,
            "income": latest.income_minor // 100,
            "industry": latest.industry_minor // 100,
        }
    return known
