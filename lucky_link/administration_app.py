"""Replaces the admin site of Django with the read-only one."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "lucky_link.administration.ReadOnlySite"
