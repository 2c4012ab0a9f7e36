"""The admin site: it shows the tables of our own applications, read-only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

APPLICATIONS = ("accounts", "associations", "companies", "ledger", "partnerships")


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Staff may view; nobody may add, change or delete, whatever their permissions."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return bool(request.user.is_active and request.user.is_staff)

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        return False


class ReadOnlySite(admin.AdminSite):
    """Registers the models of our applications only, none of a library."""

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[admin.ModelAdmin] | None = None,  # type: ignore[type-arg]
        **options: Any,
    ) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        ours = [model for model in models if model.__module__.partition(".")[0] in APPLICATIONS]
        read_only = type("ReadOnlyAdmin", (ReadOnly, admin_class or admin.ModelAdmin), {})
        super().register(ours, read_only, **options)

    def unregister(self, model_or_iterable: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        super().unregister([model for model in models if self.is_registered(model)])

    # Staff sign in on the page of everybody, with its second factor and its rate limits.
    @method_decorator(secure_admin_login)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().login(request, extra_context)
