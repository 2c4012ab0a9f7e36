"""URLs of the ledger and the documents, below the case."""

from django.urls import path

from partnerships.history.views import documents, ledger

urlpatterns = [
    path("journal/", ledger.ledger, name="ledger"),
    path("journal/<int:sequence>/", ledger.entry, name="ledger_entry"),
    path("documents/", documents.documents, name="documents"),
    path("documents/charte-ethique/<int:party_id>/", documents.ethics_charter, name="ethics_charter"),
]
