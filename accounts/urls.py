"""The addresses of people and organisations; they carry no namespace."""

from django.conf import settings
from django.urls import include, path

from accounts.organisations.views import documents, interests, ledger
from accounts.people.views import address, demonstration, departure, home, invitation, people, second_factor
from accounts.people.views import settings as own_settings
from accounts.registration.views import registration

organisation = [
    path("inviter/", people.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/renvoyer/", people.resend, name="resend_invitation"),
    path("invitations/<uuid:invitation_id>/annuler/", people.revoke, name="revoke_invitation"),
    path("membres/<uuid:member_id>/", people.member, name="member"),
    path("membres/<uuid:member_id>/retirer/", people.remove, name="remove_member"),
    path("membres/<uuid:member_id>/mandat/", people.mandate, name="mandate"),
    path("mandats/<int:mandate_id>/terminer/", people.end_mandate, name="end_mandate"),
    path("liens/", interests.board, name="interests"),
    path("liens/confirmer/", interests.confirm, name="confirm_links"),
    path("liens/<int:link_id>/", interests.board, name="replace_link"),
    path("liens/<int:link_id>/retirer/", interests.withdraw, name="withdraw_link"),
    path("quitter/", departure.leave, name="leave"),
    path("relais/<int:handover_id>/", departure.acknowledge, name="acknowledge_handover"),
    path("pieces/", documents.documents, name="documents"),
    path("pieces/<uuid:document_id>/", documents.document, name="document"),
    path("journal/", ledger.ledger, name="organisation_ledger"),
    path("journal/<int:sequence>/", ledger.entry, name="organisation_ledger_entry"),
]

urlpatterns = [
    path("accueil/", home.home, name="home"),
    path("organisation/", home.switch, name="switch_organisation"),
    path("organisation/<uuid:organisation_id>/", include(organisation)),
    path("inscription/", registration.doors, name="registration"),
    path("inscription/association/", registration.enter, {"side": "association"}, "register_association"),
    path("inscription/entreprise/", registration.enter, {"side": "company"}, "register_company"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("adresse/<str:token>/", address.change, name="address_change"),
    path("compte/adresse/garder/", address.withdraw, name="withdraw_address"),
    path("compte/seconde-preuve/plus-tard/", second_factor.later, name="second_factor_later"),
    path("compte/preferences/", own_settings.preferences, name="preferences"),
]

if settings.DEMONSTRATION:
    urlpatterns += [
        path("demonstration/", demonstration.people, name="demonstration"),
        path("demonstration/<uuid:user_id>/", demonstration.sign_in, name="demonstration_sign_in"),
    ]
