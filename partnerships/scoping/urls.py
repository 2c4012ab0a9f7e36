"""URLs of scoping, below the case."""

from django.urls import path

from partnerships.scoping.views import canvas, scoping

urlpatterns = [
    path("cadrage/", scoping.scoping, name="scoping"),
    path("cadrage/preparer/", scoping.prepare, name="prepare"),
    path("cadrage/arreter/", scoping.abandon, name="abandon"),
    path("cadrage/notes/<int:party_id>/", scoping.note, name="note"),
    path("cadrage/canevas/", canvas.canvas, name="canvas"),
    path("cadrage/canevas/ecrire/", canvas.edit_canvas, name="edit_canvas"),
    path("cadrage/entretien/<int:party_id>/", canvas.interview, name="interview"),
]
