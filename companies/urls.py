"""The addresses of the portal of a company."""

from django.urls import path

from companies import views

app_name = "companies"
urlpatterns = [
    path("", views.home, name="home"),
    path("notre-entreprise/", views.organisation, name="organisation"),
    path("notre-entreprise/profil/", views.profile, name="profile"),
    path("notre-entreprise/identite/", views.identity, name="identity"),
    path("inscription/<slug:step>/", views.registration, name="registration"),
]
