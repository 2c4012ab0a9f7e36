"""URLs of the closing, below the case."""

from django.urls import path

from partnerships.closing import views

urlpatterns = [
    path("cloture/", views.closing, name="closing"),
    path("cloture/bilan/", views.start_review, name="start_review"),
]
