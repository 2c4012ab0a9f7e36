"""URLs of the suspensions, below the case."""

from django.urls import path

from partnerships.suspension import views

urlpatterns = [
    path("suspension/", views.suspensions, name="suspensions"),
    path("suspension/demander/", views.ask, name="ask_suspension"),
    path("suspension/<int:number>/", views.suspension, name="suspension"),
    path("suspension/<int:number>/decider/", views.decide, name="decide_suspension"),
    path("suspension/<int:number>/retirer/", views.withdraw, name="withdraw_suspension"),
    path("suspension/<int:number>/prolonger/", views.prolong, name="prolong_suspension"),
    path("suspension/<int:number>/pret/", views.say_ready, name="say_ready"),
    path("suspension/<int:number>/finir/", views.resume, name="resume_case"),
]
