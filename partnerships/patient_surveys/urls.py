"""URLs of the voice of patients, below the case; the form itself is among the public URLs."""

from django.urls import path

from partnerships.patient_surveys import views

urlpatterns = [
    path("patients/", views.surveys, name="surveys"),
    path("patients/ouvrir/", views.open_survey, name="open_survey"),
    path("patients/<int:survey_id>/fermer/", views.close_survey, name="close_survey"),
    path("patients/<int:survey_id>/affiche.pdf", views.survey_poster, name="survey_poster"),
    path("patients/<int:survey_id>/qr.svg", views.qr_code, name="survey_qr"),
]
