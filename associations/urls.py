"""The addresses of the portal of an association."""

from django.urls import path

from associations import views

app_name = "associations"
urlpatterns = [
    path("", views.home, name="home"),
    path("notre-association/", views.organisation, name="organisation"),
    path("notre-association/profil/", views.profile, name="profile"),
    path("notre-association/identite/", views.identity, name="identity"),
    path("inscription/<slug:step>/", views.registration, name="registration"),
]
