"""URLs of briefs and introductions."""

from django.urls import path

from partnerships.matching.views import briefs, introductions

urlpatterns = [
    path("besoins/", briefs.briefs, name="briefs"),
    path("besoins/nouveau/", briefs.start_brief, name="start_brief"),
    path("besoins/<uuid:brief_id>/", briefs.brief, name="brief"),
    path("besoins/<uuid:brief_id>/ecrire/", briefs.edit_brief, name="edit_brief"),
    path("besoins/<uuid:brief_id>/publier/", briefs.publish_brief, name="publish_brief"),
    path("besoins/<uuid:brief_id>/retirer/", briefs.withdraw_brief, name="withdraw_brief"),
    path("mises-en-relation/<uuid:introduction_id>/", introductions.introduction, name="introduction"),
]
