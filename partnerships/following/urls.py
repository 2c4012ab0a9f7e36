"""URLs of the follow-up, below the case."""

from django.urls import path

from partnerships.following import views

urlpatterns = [
    path("suivi/", views.follow_up, name="follow_up"),
    path("suivi/<int:milestone_id>/preuve/", views.evidence, name="evidence"),
]
