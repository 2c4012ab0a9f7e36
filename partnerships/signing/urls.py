"""URLs of freezing and signing, below the case."""

from django.urls import path

from partnerships.signing.views import freezing, signing

urlpatterns = [
    path("redaction/figer/", freezing.freeze, name="freeze"),
    path("redaction/reprendre/", freezing.withdraw, name="withdraw"),
    path("charte/", signing.charter, name="charter"),
    path("charte/signer/", signing.sign, name="sign"),
    path("charte/refuser/", signing.decline, name="decline"),
    path("charte/<int:edition>/charte.pdf", signing.charter_pdf, name="charter_pdf"),
]
