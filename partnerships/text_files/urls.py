"""URLs of the files of a text, below the case."""

from django.urls import path

from partnerships.text_files import views

urlpatterns = [
    path("texte/projet.pdf", views.text_pdf, name="text_pdf"),
    path("texte/projet.docx", views.text_docx, name="text_docx"),
    path("texte/tableaux.xlsx", views.text_tables, name="text_tables"),
]
