"""The addresses of a case, one list a chapter."""

from django.urls import include, path

from partnerships.views import (
    arranging,
    briefs,
    canvas,
    cases,
    closing,
    comparison,
    documents,
    drafting,
    expectations,
    following,
    introductions,
    ledger,
    negotiation,
    personal_data,
    risks,
    roadmap,
    rounds,
    scoping,
    shelf,
    signing,
    tying,
)

app_name = "partnerships"

scoping_pages = [
    path("cadrage/", scoping.scoping, name="scoping"),
    path("cadrage/preparer/", scoping.prepare, name="prepare"),
    path("cadrage/arreter/", scoping.abandon, name="abandon"),
    path("cadrage/notes/<int:party_id>/", scoping.note, name="note"),
    path("cadrage/canevas/", canvas.canvas, name="canvas"),
    path("cadrage/canevas/ecrire/", canvas.edit_canvas, name="edit_canvas"),
    path("cadrage/entretien/<int:party_id>/", canvas.interview, name="interview"),
]
drafting_pages = [
    path("redaction/", drafting.text, name="drafting"),
    path("redaction/rubrique/<int:heading>/", drafting.new_clause, name="new_clause"),
    path("redaction/clause/<int:clause_id>/", drafting.clause, name="clause"),
    path("redaction/clause/<int:clause_id>/retirer/", arranging.remove_clause, name="remove_clause"),
    path("redaction/clause/<int:clause_id>/origine/", tying.tie_lines, name="tie_lines"),
    path("redaction/clause/<int:clause_id>/deplacer/", arranging.move_clause, name="move_clause"),
    path("redaction/bibliotheque/<int:heading>/", shelf.shelf, name="shelf"),
    path("redaction/bibliotheque/clause/<int:version_id>/", shelf.insert_clause, name="insert_clause"),
    path("redaction/risques/", risks.at_risk, name="risks"),
    path("redaction/risques/relire/", risks.reread, name="reread"),
    path("redaction/clause/<int:clause_id>/risque/<slug:code>/garder/", risks.keep, name="keep_risk"),
    path("redaction/clause/<int:clause_id>/risque/<slug:code>/", risks.adopt, name="adopt_wording"),
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

brief_pages = [
    path("besoins/", briefs.briefs, name="briefs"),
    path("besoins/nouveau/", briefs.start_brief, name="start_brief"),
    path("besoins/<uuid:brief_id>/", briefs.brief, name="brief"),
    path("besoins/<uuid:brief_id>/ecrire/", briefs.edit_brief, name="edit_brief"),
    path("besoins/<uuid:brief_id>/publier/", briefs.publish_brief, name="publish_brief"),
    path("besoins/<uuid:brief_id>/retirer/", briefs.withdraw_brief, name="withdraw_brief"),
    path("mises-en-relation/<uuid:introduction_id>/", introductions.introduction, name="introduction"),
]

urlpatterns = [
    *brief_pages,
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
