"""URLs of the expectations round, below the case."""

from django.urls import path

from partnerships.expectations.views import comparison, expectations

urlpatterns = [
    path("attentes/", expectations.expectations, name="expectations"),
    path("attentes/demander/", expectations.ask, name="ask_expectations"),
    path("attentes/partie/<slug:part>/", expectations.draft, name="draft_expectations"),
    path("attentes/sceller/", expectations.seal, name="seal_expectations"),
    path("attentes/reprendre/", expectations.take_back, name="take_back_expectations"),
    path("attentes/regrouper/", comparison.regroup, name="regroup"),
    path("tours/<uuid:round_id>/empreintes/", comparison.fingerprints, name="fingerprints"),
]
