"""URLs of the rounds of criticism, below the case."""

from django.urls import path

from partnerships.negotiation.views import negotiation, rounds

urlpatterns = [
    path("redaction/negocier/", rounds.open_negotiation, name="open_negotiation"),
    path("tours/", negotiation.rounds, name="rounds"),
    path("tours/clause/<int:clause_id>/", negotiation.answer, name="answer"),
    path("tours/accord/", negotiation.agree, name="agree"),
    path("tours/remarque/<int:answer_id>/", negotiation.reply, name="reply"),
    path("tours/sceller/", rounds.seal, name="seal"),
    path("tours/rouvrir/", rounds.take_back, name="take_back"),
    path("tours/nouveau/", rounds.ask_again, name="ask_again"),
    path("tours/delai/", rounds.ask_for_time, name="ask_for_time"),
    path("tours/delai/<int:request_id>/", rounds.decide_on_time, name="decide_on_time"),
    path("tours/reconduire/", rounds.resume_agreement, name="resume_agreement"),
    path("tours/annuler/", rounds.cancel_round, name="cancel_round"),
]
