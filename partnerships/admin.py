"""Read-only administration pages of cases, without envelopes, private notes and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin

from partnerships.models import Charter, Milestone, Partnership, Party, Roadmap, Signature

if TYPE_CHECKING:
    from django.http import HttpRequest


class ReadOnlyPermissions:
    """Permissions that let staff view rows and let nobody add, change or delete them."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        return False


class PartyInline(ReadOnlyPermissions, admin.TabularInline):  # type: ignore[type-arg]
    model = Party
    fields: ClassVar = ["code", "organisation", "side", "rank"]
    ordering: ClassVar = ["rank"]


class EditionInline(ReadOnlyPermissions, admin.TabularInline):  # type: ignore[type-arg]
    model = Roadmap
    fields: ClassVar = ["edition", "state", "version", "opened_at", "entered_at"]
    ordering: ClassVar = ["edition"]


class MilestoneInline(ReadOnlyPermissions, admin.TabularInline):  # type: ignore[type-arg]
    model = Milestone
    fields: ClassVar = ["code", "title", "owner", "due_date", "completed_at", "cancelled_at"]
    ordering: ClassVar = ["due_date"]


class SignatureInline(ReadOnlyPermissions, admin.TabularInline):  # type: ignore[type-arg]
    model = Signature
    fields: ClassVar = ["party", "signatory", "method", "signed_at"]
    ordering: ClassVar = ["signed_at"]


@admin.register(Partnership)
class PartnershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("reference", "title", "state", "broker", "opened_at", "entered_at")
    list_filter: ClassVar = ["state"]
    search_fields: ClassVar = [
        "reference__folded__contains",
        "title__folded__contains",
        "parties__organisation__name__folded__contains",
    ]
    list_select_related: ClassVar = ["broker"]
    ordering: ClassVar = ["-opened_at"]
    fields: ClassVar = [
        "reference",
        "title",
        "state",
        "broker",
        "opened_at",
        "entered_at",
        "activated_at",
        "closed_at",
    ]
    inlines: ClassVar = [PartyInline, EditionInline, MilestoneInline]


@admin.register(Charter)
class CharterAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("verification_code", "partnership", "roadmap", "frozen_at")
    list_select_related: ClassVar = ["partnership", "roadmap__partnership"]
    search_fields: ClassVar = ["verification_code", "fingerprint", "partnership__reference"]
    ordering: ClassVar = ["-frozen_at"]
    fields: ClassVar = [
        "verification_code",
        "fingerprint",
        "partnership",
        "roadmap",
        "amount_minor",
        "frozen_by",
        "frozen_at",
    ]
    inlines: ClassVar = [SignatureInline]
