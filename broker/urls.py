"""The addresses of the console."""

from django.urls import path

from broker.views import mailbox, neutrality, opening, organisations, pipeline, register

app_name = "broker"
urlpatterns = [
    path("", pipeline.board, name="pipeline"),
    path("dossiers/nouveau/", opening.open_case, name="open_case"),
    path("dossiers/<slug:reference>/neutralite/", neutrality.neutrality, name="neutrality"),
    path("verifications/", organisations.queue, name="vetting"),
    path("verifications/<uuid:organisation_id>/", organisations.vet, name="vet"),
    path("verifications/<uuid:organisation_id>/registre/", register.register, name="register"),
    path("organisations/", organisations.everyone, name="organisations"),
    path("courrier/", mailbox.log, name="mailbox"),
    path("courrier/<uuid:delivery_id>/", mailbox.mail, name="mail"),
    path("courrier/<uuid:delivery_id>/html/", mailbox.picture, name="mail_html"),
    path("courrier/<uuid:delivery_id>/renvoyer/", mailbox.send_again, name="send_again"),
]
