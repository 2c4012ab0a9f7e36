"""URLs of the mediations, below the case."""

from django.urls import path

from partnerships.mediation import views

urlpatterns = [
    path("mediation/", views.mediations, name="mediations"),
    path("mediation/ouvrir/", views.open_mediation, name="open_mediation"),
    path("mediation/<int:number>/", views.mediation, name="mediation"),
    path("mediation/<int:number>/repondre/", views.answer, name="answer_mediation"),
    path("mediation/<int:number>/compte-rendu/", views.minutes, name="mediation_minutes"),
]
