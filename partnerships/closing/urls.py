"""URLs of the closing, below the case."""

from django.urls import path

from partnerships.closing import views

urlpatterns = [
    path("cloture/", views.closing, name="closing"),
    path("cloture/bilan/", views.start_review, name="start_review"),
    path("cloture/part/<int:party_id>/", views.closing_part, name="closing_part"),
    path("cloture/comptes/<int:party_id>/", views.closing_accounts, name="closing_accounts"),
    path("cloture/rapport.pdf", views.report_pdf, name="closing_report"),
    path("cloture/sortie/", views.ask_exit, name="ask_early_exit"),
    path("cloture/sortie/<int:number>/", views.early_exit, name="early_exit"),
    path("cloture/sortie/<int:number>/conditions/", views.rewrite_terms, name="rewrite_exit_terms"),
    path("cloture/sortie/<int:number>/retirer/", views.withdraw_exit, name="withdraw_early_exit"),
    path("cloture/reconduire/", views.renew, name="renew"),
]
