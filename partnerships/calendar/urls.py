"""URLs of the rules of reminders and of a snooze, below the case."""

from django.urls import path

from partnerships.calendar import views

urlpatterns = [
    path("suivi/rappels/", views.reminder_rules, name="reminder_rules"),
    path("suivi/<int:milestone_id>/rappel/", views.snooze, name="snooze"),
]
