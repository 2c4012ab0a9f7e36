"""The URLs of a case, one module a chapter."""

from django.urls import include, path

app_name = "partnerships"

CHAPTERS = (
    "text",
    "history",
    "negotiation",
    "text_files",
    "expectations",
    "scoping",
    "dialogue",
    "drafting",
    "signing",
    "amending",
    "following",
    "questionnaires",
    "mediation",
    "closing",
)

urlpatterns = [
    path("", include("partnerships.matching.urls")),
    path("", include("partnerships.privacy.urls")),
    path("", include("partnerships.home.urls")),
    path(
        "dossiers/<slug:reference>/",
        include([path("", include(f"partnerships.{chapter}.urls")) for chapter in CHAPTERS]),
    ),
]
