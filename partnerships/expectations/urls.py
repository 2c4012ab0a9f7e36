"""URLs of the expectations round, below the case."""

from django.urls import path

from partnerships.expectations import views

urlpatterns = [
    path("attentes/", views.expectations, name="expectations"),
    path("attentes/demander/", views.ask, name="ask_expectations"),
    path("attentes/passer/", views.skip, name="skip_expectations"),
    path("attentes/partie/<slug:part>/", views.draft, name="draft_expectations"),
    path("attentes/sceller/", views.seal, name="seal_expectations"),
    path("attentes/reprendre/", views.take_back, name="take_back_expectations"),
    path("attentes/regrouper/", views.regroup, name="regroup"),
    path("tours/<uuid:round_id>/empreintes/", views.fingerprints, name="fingerprints"),
]
