"""URLs of drafting, below the case."""

from django.urls import path

from partnerships.drafting.views import clause_order, drafting, library, risks, source_links

urlpatterns = [
    path("redaction/", drafting.text, name="drafting"),
    path("redaction/rubrique/<int:heading>/", drafting.new_clause, name="new_clause"),
    path("redaction/clause/<int:clause_id>/", drafting.clause, name="clause"),
    path("redaction/clause/<int:clause_id>/retirer/", clause_order.remove_clause, name="remove_clause"),
    path("redaction/clause/<int:clause_id>/origine/", source_links.tie_lines, name="tie_lines"),
    path("redaction/clause/<int:clause_id>/deplacer/", clause_order.move_clause, name="move_clause"),
    path("redaction/bibliotheque/<int:heading>/", library.shelf, name="shelf"),
    path("redaction/bibliotheque/clause/<int:version_id>/", library.insert_clause, name="insert_clause"),
    path("redaction/risques/", risks.at_risk, name="risks"),
    path("redaction/risques/relire/", risks.reread, name="reread"),
    path("redaction/clause/<int:clause_id>/risque/<slug:code>/garder/", risks.keep, name="keep_risk"),
    path("redaction/clause/<int:clause_id>/risque/<slug:code>/", risks.adopt, name="adopt_wording"),
    path("redaction/avenant/", drafting.open_amendment, name="open_amendment"),
]
