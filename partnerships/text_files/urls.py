"""URLs of the files of a text, below the case."""

from django.urls import path

from partnerships.text_files import views

urlpatterns = [
    path("texte/projet.pdf", views.text_pdf, name="text_pdf"),
]
