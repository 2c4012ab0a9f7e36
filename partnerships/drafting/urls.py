"""URLs of drafting, below the case."""

from django.urls import path

from partnerships.drafting.views import beginning, clause_parts, clauses, risks, unsaved_wordings

urlpatterns = [
    path("redaction/", clauses.text, name="drafting"),
    path("redaction/commencer/", beginning.begin_text, name="begin_text"),
    path("redaction/blancs/", beginning.fill_blanks, name="fill_blanks"),
    path("redaction/rubrique/<int:heading>/", clauses.new_clause, name="new_clause"),
    path("redaction/clause/<int:clause_id>/", clauses.clause, name="clause"),
    path("redaction/clause/<int:clause_id>/sur-place/", clauses.edit_clause, name="edit_clause"),
    path("redaction/clause/<int:clause_id>/versions/", clause_parts.former_revisions, name="clause_versions"),
    path("redaction/clause/<int:clause_id>/copier/", clause_parts.copy_clause, name="copy_clause"),
    path("redaction/clause/<int:clause_id>/partager/", clause_parts.split_clause, name="split_clause"),
    path("redaction/clause/<int:clause_id>/joindre/", clause_parts.join_clauses, name="join_clauses"),
    path("redaction/mots/", unsaved_wordings.store_wording, name="store_wording"),
    path("redaction/mots/abandonner/", unsaved_wordings.discard_wording, name="discard_wording"),
    path("redaction/clause/<int:clause_id>/retirer/", clauses.remove_clause, name="remove_clause"),
    path("redaction/clause/<int:clause_id>/remettre/", clauses.restore_clause, name="restore_clause"),
    path("redaction/clause/<int:clause_id>/origine/", clauses.edit_source_lines, name="tie_lines"),
    path("redaction/clause/<int:clause_id>/deplacer/", clauses.move_clause, name="move_clause"),
    path("redaction/bibliotheque/<int:heading>/", clauses.library_offer, name="shelf"),
    path("redaction/bibliotheque/clause/<int:version_id>/", clauses.insert_clause, name="insert_clause"),
    path("redaction/risques/", risks.risk_list, name="risks"),
    path("redaction/risques/relire/", risks.check_body, name="reread"),
    path("redaction/clause/<int:clause_id>/risque/<slug:code>/garder/", risks.keep_risk, name="keep_risk"),
    path(
        "redaction/clause/<int:clause_id>/risque/<slug:code>/", risks.adopt_suggestion, name="adopt_wording"
    ),
    path("redaction/avenant/", clauses.open_amendment, name="open_amendment"),
]
