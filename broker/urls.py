"""The addresses of the console."""

from django.urls import path

from broker.views import (
    interests,
    library,
    mailbox,
    matches,
    neutrality,
    opening,
    organisations,
    pipeline,
    register,
    vetting,
)

app_name = "broker"
urlpatterns = [
    path("", pipeline.board, name="pipeline"),
    path("dossiers/nouveau/", opening.open_case, name="open_case"),
    path("dossiers/<slug:reference>/neutralite/", neutrality.neutrality, name="neutrality"),
    path("relations/", matches.matches, name="matches"),
    path("relations/proposer/", matches.propose, name="propose"),
    path("relations/<uuid:introduction_id>/", matches.introduction, name="introduction"),
    path("relations/<uuid:introduction_id>/retirer/", matches.withdraw, name="withdraw_introduction"),
    path("verifications/", vetting.queue, name="vetting"),
    path("verifications/<uuid:organisation_id>/", vetting.vet, name="vet"),
    path("verifications/<uuid:organisation_id>/registre/", register.register, name="register"),
    path("organisations/", organisations.everyone, name="organisations"),
    path("interets/", interests.interests, name="interests"),
    path("interets/reperes/", interests.thresholds, name="thresholds"),
    path("interets/<int:interest_id>/", interests.interests, name="replace_interest"),
    path("interets/<int:interest_id>/retirer/", interests.withdraw, name="withdraw_interest"),
    path("bibliotheque/", library.shelf, name="library"),
    path("bibliotheque/nouvelle/", library.add, name="new_library_clause"),
    path("bibliotheque/<int:clause_id>/", library.clause, name="library_clause"),
    path("bibliotheque/<int:clause_id>/retirer/", library.retire, name="retire_library_clause"),
    path("courrier/", mailbox.log, name="mailbox"),
    path("courrier/<uuid:delivery_id>/", mailbox.mail, name="mail"),
    path("courrier/<uuid:delivery_id>/html/", mailbox.picture, name="mail_html"),
    path("courrier/<uuid:delivery_id>/renvoyer/", mailbox.send_again, name="send_again"),
]
