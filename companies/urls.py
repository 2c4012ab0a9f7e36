"""URLs of the portal of a company."""

from django.urls import path

from accounts.people.views import organisation as organisation_views
from accounts.registration import views as registration_views
from accounts.vetting import views as vetting_views
from companies import views

app_name = "companies"
portal = {"portal": views.PORTAL}
urlpatterns = [
    path("", views.home, name="home"),
    path("notre-entreprise/", organisation_views.organisation, portal, name="organisation"),
    path("notre-entreprise/profil/", organisation_views.profile, portal, name="profile"),
    path("notre-entreprise/identite/", vetting_views.change_identity, portal, name="identity"),
    path("inscription/<slug:step>/", registration_views.registration_step, portal, name="registration"),
]
