"""Read-only admin of people and organisations."""

from typing import ClassVar

from django.contrib import admin

from accounts.models import Mandate, Membership, Organisation, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    fields = ("id", "email", "full_name", "language", "is_broker", "is_staff", "is_active", "joined_at")
    list_display = ("email", "full_name", "is_broker", "is_active")
    search_fields = ("email__folded__contains", "full_name__folded__contains")
    ordering = ("email",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    fields: ClassVar = ["id", "side", "state", "name", "city", "rna", "siren", "siret", "submitted_at"]
    list_display = ("name", "side", "state", "city")
    list_filter = ("side", "state")
    search_fields = ("name__folded__contains", "rna__folded__contains", "siren")
    ordering = ("name", "id")


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "organisation", "is_administrator", "is_referent", "is_signatory", "left_at")
    list_select_related = ("user", "organisation")
    ordering = ("-joined_at", "-id")


@admin.register(Mandate)
class MandateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("user", "organisation", "capacity", "valid_from_date", "valid_until_date")
    list_select_related = ("user", "organisation")
    ordering = ("-recorded_at", "-id")
