"""All that stands in the way of freezing an agreed text, each with the page where it is settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.people.queries.mandates import valid_mandates
from partnerships.charter import terms as charter_terms
from partnerships.drafting.queries import blanks, completeness, corrections
from partnerships.lifecycle import Edition
from partnerships.models import Clause, Partnership, Party, Roadmap
from partnerships.text import risks
from partnerships.text.money import company_commitment_minor


class FreezeObstacle(NamedTuple):
    """What is missing, and the page where it is settled."""

    text: str
    url: str


def freeze_obstacles(
    partnership: Partnership,
    roadmap: Roadmap | None,
    clauses: Sequence[Clause],
    parties: Sequence[Party],
    at: datetime,
) -> list[FreezeObstacle]:
    """Return what keeps an agreed text from being frozen, none of a text in another state.

    At most 12 queries. `clauses`: from `agreement.clauses_of`; `parties`: with their organisations. The
    action refuses the same.
    """
    if roadmap is None or roadmap.state != Edition.AGREED:
        return []
    return [
        *_about_parties(clauses, parties, at),
        *_about_amendment(partnership, roadmap, clauses),
        *_about_blanks(partnership, clauses),
        *_about_risks(partnership, clauses),
        *_about_completeness(partnership, clauses, parties, at),
    ]


def _about_parties(
    clauses: Sequence[Clause], parties: Sequence[Party], at: datetime
) -> Iterator[FreezeObstacle]:
    terms = charter_terms.together(
        charter_terms.read(clause.current.terms) for clause in clauses if clause.current
    )
    amount_minor = company_commitment_minor(terms, parties)
    organisation_ids = [party.organisation_id for party in parties]
    mandates = valid_mandates(organisation_ids, amount_minor=amount_minor, at=at)
    mandated = {mandate.organisation_id for mandate in mandates}
    for party in parties:
        url = reverse("broker:vet", args=[party.organisation_id])
        values = {"name": party.organisation.name}
        if not party.organisation.is_verified:
            yield FreezeObstacle(
                _("%(name)s\u00a0: vérification en cours, aucune signature d’ici là.") % values, url
            )
        if party.organisation_id not in mandated:
            words = _(
                "Aucun mandat de signature valable ce jour et pour ce montant : %(name)s. Un "
                "gestionnaire de cette organisation doit en enregistrer un."
            )
            yield FreezeObstacle(words % values, url)


def _about_amendment(
    partnership: Partnership, roadmap: Roadmap, clauses: Sequence[Clause]
) -> Iterator[FreezeObstacle]:
    if roadmap.edition == 1:
        return
    url = reverse("partnerships:amendment", args=[partnership.reference])
    if corrections.changes_nothing(partnership, roadmap, clauses):
        yield FreezeObstacle(_("Cet avenant ne change rien au texte signé."), url)
    for fault in corrections.correction_faults(roadmap, clauses):
        yield FreezeObstacle(_("Ce n’est plus une simple correction\u00a0: %(what)s.") % {"what": fault}, url)


def _about_blanks(partnership: Partnership, clauses: Sequence[Clause]) -> Iterator[FreezeObstacle]:
    url = reverse("partnerships:fill_blanks", args=[partnership.reference])
    for description in blanks.described(blanks.blank_rows(partnership, clauses)):
        yield FreezeObstacle(_("Un passage reste à remplir\u00a0: %(what)s.") % {"what": description}, url)


def _about_risks(partnership: Partnership, clauses: Sequence[Clause]) -> Iterator[FreezeObstacle]:
    url = reverse("partnerships:risks", args=[partnership.reference])
    for description in risks.unsettled(clauses, risks.products_of(partnership)):
        yield FreezeObstacle(_("Un risque attend une raison\u00a0: %(what)s.") % {"what": description}, url)


def _about_completeness(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], at: datetime
) -> Iterator[FreezeObstacle]:
    for item in completeness.blocking_items(partnership, clauses, parties, at=at):
        yield FreezeObstacle(f"{item.code}. {item.label}. {item.hint}", item.url)
