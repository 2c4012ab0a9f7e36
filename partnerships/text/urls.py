"""URLs of the page of the text, below the case."""

from django.urls import path

from partnerships.text import views

urlpatterns = [
    path("", views.roadmap, name="roadmap"),
]
