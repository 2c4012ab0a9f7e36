"""URLs of briefs and introductions."""

from django.urls import path

from partnerships.matching import views

urlpatterns = [
    path("besoins/", views.briefs, name="briefs"),
    path("besoins/nouveau/", views.start_brief, name="start_brief"),
    path("besoins/<uuid:brief_id>/", views.brief, name="brief"),
    path("besoins/<uuid:brief_id>/ecrire/", views.edit_brief, name="edit_brief"),
    path("besoins/<uuid:brief_id>/publier/", views.publish_brief, name="publish_brief"),
    path("besoins/<uuid:brief_id>/retirer/", views.withdraw_brief, name="withdraw_brief"),
    path("mises-en-relation/<uuid:introduction_id>/", views.introduction, name="introduction"),
]
