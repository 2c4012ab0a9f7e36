"""URLs of people and organisations; they have no namespace."""

from django.conf import settings
from django.urls import include, path

from accounts.organisations import views as organisations
from accounts.people.views import (
    account,
    authentication,
    demonstration,
    home,
    invitation,
    memberships,
    unsent,
)
from accounts.registration import views as registration

organisation_patterns = [
    path("inviter/", memberships.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/renvoyer/", memberships.resend, name="resend_invitation"),
    path("invitations/<uuid:invitation_id>/annuler/", memberships.revoke, name="revoke_invitation"),
    path("membres/<uuid:member_id>/", memberships.member, name="member"),
    path("membres/<uuid:member_id>/retirer/", memberships.remove, name="remove_member"),
    path("membres/<uuid:member_id>/mandat/", memberships.mandate, name="mandate"),
    path("mandats/<int:mandate_id>/terminer/", memberships.end_mandate, name="end_mandate"),
    path("liens/", organisations.declare_board_link, name="interests"),
    path("liens/confirmer/", organisations.confirm_links, name="confirm_links"),
    path("liens/<int:link_id>/", organisations.declare_board_link, name="replace_link"),
    path("liens/<int:link_id>/retirer/", organisations.withdraw_link, name="withdraw_link"),
    path("quitter/", memberships.leave, name="leave"),
    path("relais/<int:handover_id>/", memberships.acknowledge_handover, name="acknowledge_handover"),
    path("pieces/", organisations.document_list, name="documents"),
    path("pieces/<uuid:document_id>/", organisations.download_document, name="document"),
    path("journal/", organisations.ledger, name="organisation_ledger"),
    path("journal/<int:sequence>/", organisations.ledger_entry, name="organisation_ledger_entry"),
]

urlpatterns = [
    path("accueil/", home.home, name="home"),
    path("organisation/", home.switch, name="switch_organisation"),
    path("organisation/<uuid:organisation_id>/", include(organisation_patterns)),
    path("inscription/", registration.choose_side, name="registration"),
    path("inscription/association/", registration.start, {"side": "association"}, "register_association"),
    path("inscription/entreprise/", registration.start, {"side": "company"}, "register_company"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("adresse/<str:token>/", account.answer_address_change, name="address_change"),
    path("compte/adresse/garder/", account.cancel_address_change, name="withdraw_address"),
    path(
        "compte/seconde-preuve/plus-tard/", authentication.postpone_second_factor, name="second_factor_later"
    ),
    path("compte/preferences/", account.preferences, name="preferences"),
    path("compte/textes-non-envoyes/", unsent.unsent_form_list, name="unsent_forms"),
    path("compte/textes-non-envoyes/<str:identifier>/", unsent.drop_unsent_form, name="drop_unsent_form"),
]

if settings.DEMONSTRATION:
    urlpatterns += [
        path("demonstration/", demonstration.people, name="demonstration"),
        path("demonstration/<uuid:user_id>/", demonstration.sign_in, name="demonstration_sign_in"),
    ]
