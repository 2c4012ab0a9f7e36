"""URLs of the portal of an association."""

from django.urls import path

from accounts.people.views import organisation as organisation_views
from accounts.registration import views as registration_views
from accounts.vetting import views as vetting_views
from associations import views

app_name = "associations"
portal = {"portal": views.PORTAL}
urlpatterns = [
    path("", views.home, name="home"),
    path("notre-association/", organisation_views.organisation, portal, name="organisation"),
    path("notre-association/profil/", organisation_views.profile, portal, name="profile"),
    path("notre-association/identite/", vetting_views.change_identity, portal, name="identity"),
    path("notre-association/agrement/", views.approval, name="approval"),
    path("notre-association/ressources/", views.finances, name="finances"),
    path("notre-association/ressources/<int:year>/", views.year, name="year"),
    path(
        "notre-association/ressources/<int:year>/retirer/<int:support_id>/",
        views.remove_support,
        name="remove_support",
    ),
    path("inscription/<slug:step>/", registration_views.registration_step, portal, name="registration"),
]
