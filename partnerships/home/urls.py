"""URL of the list of cases."""

from django.urls import path

from partnerships.home import views

urlpatterns = [
    path("dossiers/", views.cases, name="list"),
]
