"""URLs of an amendment, below the case."""

from django.urls import path

from partnerships.amending import views

urlpatterns = [
    path("avenant/", views.amendment, name="amendment"),
    path("avenant/decrire/", views.describe_amendment, name="describe_amendment"),
    path("avenant/abandonner/", views.give_up_amendment, name="give_up_amendment"),
    path("avenant/envoyer/", views.send_correction, name="send_correction"),
    path("avenant/confirmer/", views.confirm_correction, name="confirm_correction"),
    path("avenant/contester/", views.contest_correction, name="contest_correction"),
]
