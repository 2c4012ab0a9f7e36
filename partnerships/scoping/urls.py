"""URLs of scoping, below the case."""

from django.urls import path

from partnerships.scoping import views

urlpatterns = [
    path("cadrage/", views.scoping, name="scoping"),
    path("cadrage/preparer/", views.prepare, name="prepare"),
    path("cadrage/arreter/", views.abandon, name="abandon"),
    path("cadrage/canevas/", views.canvas, name="canvas"),
    path("cadrage/canevas/ecrire/", views.edit_canvas, name="edit_canvas"),
    path("cadrage/entretien/<int:party_id>/", views.interview, name="interview"),
]
