"""URLs of the questionnaires, below the case."""

from django.urls import path

from partnerships.questionnaires import views

urlpatterns = [
    path("points/", views.questionnaires, name="questionnaires"),
    path("points/demander/", views.ask, name="ask_questionnaire"),
    path("points/sceller/", views.seal, name="seal_questionnaire"),
    path("points/rouvrir/", views.take_back, name="take_back_questionnaire"),
    path("points/annuler/", views.cancel, name="cancel_questionnaire"),
]
