"""Puts our read-only site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "lucky_link.administration.ReadOnlySite"
