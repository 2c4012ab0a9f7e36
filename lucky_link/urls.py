"""Every address of the house; each room lists its own."""

from allauth import urls as account_urls
from django.contrib import admin
from django.urls import include, path

from lucky_link import health

urlpatterns = [
    path("sante/", health.health, name="health"),
    path("compte/", include(account_urls)),
    path("administration/", admin.site.urls),
    path("", include("outbox.urls")),
]
