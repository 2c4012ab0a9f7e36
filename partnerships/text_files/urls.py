"""URLs of the files of a text, below the case."""

from django.urls import path

from partnerships.text_files.views import files, returns

urlpatterns = [
    path("texte/projet.pdf", files.text_pdf, name="text_pdf"),
    path("texte/projet.docx", files.text_docx, name="text_docx"),
    path("texte/tableaux.xlsx", files.text_tables, name="text_tables"),
    path("tours/fichier/", returns.bring_back, name="bring_back"),
    path("tours/fichier/modifications/", returns.choose_changes, name="choose_changes"),
]
