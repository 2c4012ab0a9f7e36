"""URLs of the public pages; they have no namespace."""

from django.urls import path

from accounts.privacy import views as public

urlpatterns = [
    path("", public.landing, name="landing"),
    path("glossaire/", public.glossary, name="glossary"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("donnees-personnelles/", public.personal_data, name="personal_data"),
    path("donnees-personnelles/registre/", public.processing, name="processing"),
    path("langue/", public.choose_language, name="set_language"),
]
