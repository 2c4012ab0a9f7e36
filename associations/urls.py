"""The addresses of the portal of an association."""

from django.urls import path

from associations import views

app_name = "associations"
urlpatterns = [
    path("", views.home, name="home"),
    path("notre-association/", views.organisation, name="organisation"),
    path("notre-association/profil/", views.profile, name="profile"),
    path("notre-association/identite/", views.identity, name="identity"),
    path("notre-association/agrement/", views.approval, name="approval"),
    path("notre-association/ressources/", views.finances, name="finances"),
    path("notre-association/ressources/<int:year>/", views.year, name="year"),
    path(
        "notre-association/ressources/<int:year>/retirer/<int:support_id>/",
        views.remove_support,
        name="remove_support",
    ),
    path("inscription/<slug:step>/", views.registration, name="registration"),
]
