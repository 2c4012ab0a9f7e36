"""URLs of the limits, below the case."""

from django.urls import path

from partnerships.limits import views

urlpatterns = [
    path("limites/", views.limits, name="limits"),
    path("limites/alerte/", views.raise_alert, name="raise_alert"),
    path("limites/alertes/<int:number>/", views.alert, name="alert"),
    path("limites/declarer/", views.choose_action, name="choose_action"),
    path("limites/declarer/<slug:kind>/", views.declare_action, name="declare_action"),
    path("limites/actions/<int:number>/", views.declared_action, name="declared_action"),
]
