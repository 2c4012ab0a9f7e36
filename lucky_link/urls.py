"""Root URL configuration; each application lists its own URLs."""

from allauth import urls as account_urls
from django.contrib import admin
from django.urls import include, path

from accounts.people.views import account
from lucky_link import health, site_files

urlpatterns = [
    path("sante/", health.health, name="health"),
    path("robots.txt", site_files.robots, name="robots"),
    path("favicon.ico", site_files.favicon, name="favicon"),
    path("compte/email/", account.email_page, name="account_email"),
    path("compte/", include(account_urls)),
    path("administration/", admin.site.urls),
    path("association/", include("associations.urls")),
    path("entreprise/", include("companies.urls")),
    path("passeur/", include("broker.urls")),
    path("", include("accounts.public_urls")),
    path("", include("accounts.urls")),
    path("", include("partnerships.public_urls")),
    path("", include("partnerships.urls")),
    path("", include("outbox.urls")),
]
