"""URLs of the follow-up, below the case."""

from django.urls import path

from partnerships.following.views import evidence, follow_up, payments, postponement

urlpatterns = [
    path("suivi/", follow_up.follow_up, name="follow_up"),
    path("suivi/<int:milestone_id>/preuve/", evidence.evidence, name="evidence"),
    path(
        "suivi/engagements/<int:commitment_id>/preuve/",
        evidence.commitment_evidence,
        name="commitment_evidence",
    ),
    path("suivi/preuves/<int:evidence_id>/", evidence.answer, name="answer_evidence"),
    path("suivi/preuves/<int:evidence_id>/decision/", evidence.settle, name="settle_evidence"),
    path("suivi/<int:milestone_id>/report/", postponement.postpone, name="postpone"),
    path("suivi/reports/<int:request_id>/", postponement.answer, name="answer_postponement"),
    path("suivi/versements/<int:payment_id>/", payments.pay, name="pay"),
    path("suivi/versements/<int:payment_id>/reception/", payments.receive, name="receive"),
    path("suivi/fichiers/<uuid:file_id>/", evidence.download_file, name="case_file"),
]
