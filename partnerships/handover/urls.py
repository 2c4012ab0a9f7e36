"""URLs of the hand-over, below the case."""

from django.urls import path

from partnerships.handover import views

urlpatterns = [
    path("transmission/", views.handover, name="handover"),
    path("transmission/accepter/", views.accept, name="accept_handover"),
    path("transmission/decliner/", views.decline, name="decline_handover"),
    path("transmission/retirer/", views.withdraw, name="withdraw_handover"),
]
