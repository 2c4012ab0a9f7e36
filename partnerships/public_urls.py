"""URLs that need no login; they carry no namespace."""

from django.urls import path

from partnerships.calendar import views as calendar
from partnerships.patient_surveys import views as patient_surveys
from partnerships.signing import views as signing
from partnerships.transparency import views as transparency

urlpatterns = [
    path("verifier/", signing.verification_page, name="verification"),
    path("verifier/<str:code>/", signing.verification_code_page, name="verification_code"),
    path("passeur-mode-d-emploi/", transparency.what_a_broker_may_do, name="what_a_broker_may_do"),
    path("calendrier/<str:token>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("avis/<str:token>/", patient_surveys.public_form, name="patient_survey"),
    path("avis/<str:token>/merci/", patient_surveys.thanks, name="patient_survey_thanks"),
    path("registre/", transparency.register, name="register"),
]
