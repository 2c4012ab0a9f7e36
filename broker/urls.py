"""URLs of the portal of the broker."""

from django.urls import path

from broker.views import (
    cases,
    interests,
    introductions,
    library,
    mailbox,
    model_charters,
    organisations,
    reminders,
    vetting,
)

app_name = "broker"
urlpatterns = [
    path("", cases.board, name="pipeline"),
    path("dossiers/nouveau/", cases.open_case, name="open_case"),
    path("dossiers/<slug:reference>/neutralite/", cases.neutrality, name="neutrality"),
    path("relations/", introductions.matches, name="matches"),
    path("relations/proposer/", introductions.propose, name="propose"),
    path("relations/<uuid:introduction_id>/", introductions.introduction, name="introduction"),
    path("relations/<uuid:introduction_id>/retirer/", introductions.withdraw, name="withdraw_introduction"),
    path("verifications/", vetting.queue, name="vetting"),
    path("verifications/<uuid:organisation_id>/", vetting.vet, name="vet"),
    path("verifications/<uuid:organisation_id>/registre/", vetting.register, name="register"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("interets/", interests.interests, name="interests"),
    path("interets/reperes/", interests.thresholds, name="thresholds"),
    path("interets/<int:interest_id>/", interests.interests, name="replace_interest"),
    path("interets/<int:interest_id>/retirer/", interests.withdraw, name="withdraw_interest"),
    path("bibliotheque/", library.library, name="library"),
    path("modeles/", model_charters.model_charters, name="model_charters"),
    path("modeles/<int:model_id>/", model_charters.model_charter, name="model_charter"),
    path("modeles/<int:model_id>/retirer/", model_charters.retire, name="retire_model_charter"),
    path("bibliotheque/nouvelle/", library.add, name="new_library_clause"),
    path("bibliotheque/<int:clause_id>/", library.clause, name="library_clause"),
    path("bibliotheque/<int:clause_id>/retirer/", library.retire, name="retire_library_clause"),
    path("rappels/", reminders.rules, name="reminder_rules"),
    path("courrier/", mailbox.mailbox, name="mailbox"),
    path("courrier/<uuid:delivery_id>/", mailbox.mail, name="mail"),
    path("courrier/<uuid:delivery_id>/html/", mailbox.mail_html, name="mail_html"),
    path("courrier/<uuid:delivery_id>/renvoyer/", mailbox.send_again, name="send_again"),
]
