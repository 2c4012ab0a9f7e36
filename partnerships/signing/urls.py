"""URLs of freezing and signing, below the case."""

from django.urls import path

from partnerships.signing import views

urlpatterns = [
    path("redaction/figer/", views.freeze, name="freeze"),
    path("redaction/reprendre/", views.withdraw, name="withdraw"),
    path("charte/", views.charter, name="charter"),
    path("charte/signer/", views.sign, name="sign"),
    path("charte/refuser/", views.decline, name="decline"),
    path("charte/<int:edition>/texte-fige.pdf", views.frozen_pdf, name="frozen_pdf"),
    path("charte/<int:edition>/charte.pdf", views.charter_pdf, name="charter_pdf"),
]
