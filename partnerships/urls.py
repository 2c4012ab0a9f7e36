"""The URLs of a case, one module a chapter."""

from django.urls import include, path

from partnerships.calendar import views as calendar
from partnerships.following.views.payments import payment_list, payment_list_pdf

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
    "calendar",
    "questionnaires",
    "meetings",
    "mediation",
    "suspension",
    "handover",
    "limits",
    "patient_surveys",
    "closing",
)

urlpatterns = [
    path("", include("partnerships.matching.urls")),
    path("", include("partnerships.privacy.urls")),
    path("", include("partnerships.home.urls")),
    path("compte/messages-a-venir/", calendar.mails_to_come, name="mails_to_come"),
    path("compte/calendrier/", calendar.calendar, name="calendar"),
    path("versements/<int:year>.csv", payment_list, name="payment_list"),
    path("versements/<int:year>.pdf", payment_list_pdf, name="payment_list_pdf"),
    path(
        "dossiers/<slug:reference>/",
        include([path("", include(f"partnerships.{chapter}.urls")) for chapter in CHAPTERS]),
    ),
]
