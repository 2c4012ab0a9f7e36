"""The addresses that anybody may open; they carry no namespace."""

from django.urls import path

from partnerships.signing.views import verification
from partnerships.transparency import views as register

urlpatterns = [
    path("verifier/", verification.verification, name="verification"),
    path("verifier/<str:code>/", verification.verification_code, name="verification_code"),
    path("registre/", register.register, name="register"),
]
