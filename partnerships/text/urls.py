"""URLs of the text as everybody reads it, below the case."""

from django.urls import path

from partnerships.text import views

urlpatterns = [
    path("", views.roadmap, name="roadmap"),
]
