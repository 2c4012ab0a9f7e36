"""URLs of one's own data."""

from django.urls import path

from partnerships.privacy import views

urlpatterns = [
    path("compte/donnees/", views.own_data, name="own_data"),
    path("compte/effacer/", views.erase, name="erase"),
]
