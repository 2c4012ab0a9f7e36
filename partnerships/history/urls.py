"""URLs of the ledger and the documents, below the case."""

from django.urls import path

from partnerships.history import views

urlpatterns = [
    path("journal/", views.ledger, name="ledger"),
    path("journal/<int:sequence>/", views.entry, name="ledger_entry"),
    path("documents/", views.documents, name="documents"),
    path("documents/charte-ethique/<int:party_id>/", views.ethics_charter, name="ethics_charter"),
]
