"""URLs of the dialogue, below the case."""

from django.urls import path

from partnerships.dialogue import views

urlpatterns = [
    # The address of forms opened before the threads had their own page; Django reverses the last of a name.
    path("cadrage/notes/<int:party_id>/", views.note, name="note"),
    path("dialogue/<int:party_id>/", views.note, name="note"),
    path("dialogue/commun/<slug:slug>/", views.thread, name="thread"),
    path("dialogue/commun/<slug:slug>/courriels/", views.thread_mails, name="thread_mails"),
    path("dialogue/", views.dialogue, name="dialogue"),
]
