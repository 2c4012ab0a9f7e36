"""URLs of the meetings, below the case."""

from django.urls import path

from partnerships.meetings import views

urlpatterns = [
    path("reunions/", views.meetings, name="meetings"),
    path("reunions/nouvelle/", views.set_meeting, name="set_meeting"),
    path("reunions/taches/<int:task_id>/", views.task, name="task"),
    path("reunions/<int:number>/", views.meeting, name="meeting"),
    path("reunions/<int:number>/changer/", views.change_meeting, name="change_meeting"),
    path("reunions/<int:number>/annuler/", views.cancel_meeting, name="cancel_meeting"),
    path("reunions/<int:number>/compte-rendu/", views.minutes, name="meeting_minutes"),
    path("reunions/<int:number>/repondre/", views.answer, name="answer_meeting"),
    path("reunions/<int:number>/tache/", views.add_task, name="add_task"),
]
