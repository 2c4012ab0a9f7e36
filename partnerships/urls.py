"""The addresses of a case, one list a chapter."""

from django.urls import include, path

from partnerships.views import (
    cases,
    closing,
    comparison,
    documents,
    drafting,
    expectations,
    following,
    ledger,
    negotiation,
    personal_data,
    roadmap,
    rounds,
    scoping,
    signing,
)

app_name = "partnerships"

scoping_pages = [
    path("cadrage/", scoping.scoping, name="scoping"),
    path("cadrage/preparer/", scoping.prepare, name="prepare"),
    path("cadrage/arreter/", scoping.abandon, name="abandon"),
    path("cadrage/notes/<int:party_id>/", scoping.note, name="note"),
]
drafting_pages = [
    path("redaction/", drafting.text, name="drafting"),
    path("redaction/rubrique/<int:heading>/", drafting.new_clause, name="new_clause"),
    path("redaction/clause/<int:clause_id>/", drafting.clause, name="clause"),
    path("redaction/clause/<int:clause_id>/retirer/", drafting.remove_clause, name="remove_clause"),
    path("redaction/negocier/", rounds.open_negotiation, name="open_negotiation"),
    path("redaction/figer/", drafting.freeze, name="freeze"),
    path("redaction/reprendre/", drafting.withdraw, name="withdraw"),
    path("redaction/avenant/", drafting.open_amendment, name="open_amendment"),
]
signing_pages = [
    path("charte/", signing.charter, name="charter"),
    path("charte/signer/", signing.sign, name="sign"),
    path("charte/refuser/", signing.decline, name="decline"),
    path("charte/<int:edition>/charte.pdf", signing.charter_pdf, name="charter_pdf"),
]
following_pages = [
    path("suivi/", following.follow_up, name="follow_up"),
    path("suivi/<int:milestone_id>/preuve/", following.evidence, name="evidence"),
]
closing_pages = [
    path("cloture/", closing.closing, name="closing"),
    path("cloture/bilan/", closing.start_review, name="start_review"),
]

reading_pages = [
    path("", roadmap.roadmap, name="roadmap"),
    path("journal/", ledger.ledger, name="ledger"),
    path("journal/<int:sequence>/", ledger.entry, name="ledger_entry"),
    path("documents/", documents.documents, name="documents"),
    path("documents/charte-ethique/<int:party_id>/", documents.ethics_charter, name="ethics_charter"),
]
expectations_pages = [
    path("attentes/", expectations.expectations, name="expectations"),
    path("attentes/demander/", expectations.ask, name="ask_expectations"),
    path("attentes/partie/<slug:part>/", expectations.draft, name="draft_expectations"),
    path("attentes/sceller/", expectations.seal, name="seal_expectations"),
    path("attentes/reprendre/", expectations.take_back, name="take_back_expectations"),
    path("attentes/regrouper/", comparison.regroup, name="regroup"),
    path("tours/<uuid:round_id>/empreintes/", comparison.fingerprints, name="fingerprints"),
]
negotiation_pages = [
    path("tours/", negotiation.rounds, name="rounds"),
    path("tours/clause/<int:clause_id>/", negotiation.answer, name="answer"),
    path("tours/accord/", negotiation.agree, name="agree"),
    path("tours/remarque/<int:answer_id>/", negotiation.reply, name="reply"),
    path("tours/sceller/", rounds.seal, name="seal"),
    path("tours/rouvrir/", rounds.take_back, name="take_back"),
    path("tours/nouveau/", rounds.ask_again, name="ask_again"),
    path("tours/annuler/", rounds.cancel_round, name="cancel_round"),
]

urlpatterns = [
    path("compte/donnees/", personal_data.own_data, name="own_data"),
    path("compte/effacer/", personal_data.erase, name="erase"),
    path("dossiers/", cases.cases, name="list"),
    path(
        "dossiers/<slug:reference>/",
        include(
            [
                *reading_pages,
                *negotiation_pages,
                *expectations_pages,
                *scoping_pages,
                *drafting_pages,
                *signing_pages,
                *following_pages,
                *closing_pages,
            ]
        ),
    ),
]
