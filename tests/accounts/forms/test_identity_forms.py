"""What the forms of an identity ask together, and refuse together."""

from associations.forms import AssociationIdentityForm
from companies.forms import CompanyIdentityForm


def test_the_kind_of_registration_decides_which_numbers_are_required_and_saved():
    court = {"court": "Tribunal judiciaire de Strasbourg", "court_volume": "00", "court_folio": "000"}
    form = AssociationIdentityForm(
        {
            "name": "Peau",
            "city": "Strasbourg",
            "purpose": "Agir pour la peau.",
            "kind": "court",
            "rna": "W000000001",
            **court,
        }
    )
    assert form.is_valid(), form.errors
    identity = form.identity()
    assert (identity.rna, identity.court, identity.court_folio) == (
        "",
        "Tribunal judiciaire de Strasbourg",
        "000",
    )
    empty = AssociationIdentityForm({"name": "Peau", "city": "Strasbourg", "kind": "court"})
    assert set(empty.errors) == {"court", "court_volume", "court_folio", "purpose"}


def test_a_siret_of_another_company_is_refused():
    form = CompanyIdentityForm({"name": "V", "city": "Lyon", "siren": "000000018", "siret": "00000007500010"})
    assert "n’est pas celui de ce SIREN" in form.errors["siret"][0]
