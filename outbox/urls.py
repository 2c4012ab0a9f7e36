"""URL of the outbox."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [path("desabonnement/<str:token>/", views.unsubscribe, name="unsubscribe")]
