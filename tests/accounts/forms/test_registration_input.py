"""Each step of a registration through HTTP, whatever is typed: said in words or kept clean, never a failure."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, Side
from accounts.registration import actions as registration
from tests.accounts.forms.odd_inputs import words
from tests.cast import SOUFFLE, VALFICTIF, create_person

pytestmark = pytest.mark.django_db
NUMBERS = st.one_of(
    words,
    st.sampled_from(
        ["W000000007", "w2a 000 0007", "W9R0000001", "000000018", "356 000 000", "00000007500010"]
    ),
    st.from_regex(r"W[0-9A-Z ]{8,10}", fullmatch=True),
    st.from_regex(r"[0-9]{9}", fullmatch=True),
)
COMMON = {
    "name": words,
    "city": words,
    "siren": NUMBERS,
    "purpose": words,
    "website": words,
    "join": st.just("1"),
    "later": st.just("1"),
}
ASSOCIATION = {
    **COMMON,
    "kind": st.one_of(words, st.sampled_from(["rna", "siren", "court"])),
    "rna": NUMBERS,
    "court": words,
    "court_volume": words,
    "court_folio": words,
}
COMPANY = {
    **COMMON,
    "siret": NUMBERS,
    "trade": st.one_of(words, st.sampled_from(["device", "service"])),
    "declares": st.one_of(words, st.sampled_from(["yes", "no", "unknown"])),
}
GUEST = {
    "full_name": words,
    "email": st.one_of(words, st.emails()),
    "is_referent": words,
    "is_signatory": words,
    "is_administrator": words,
    "next": st.just("1"),
}
RULES = {"version": st.one_of(words, st.just(registration.RULES_VERSION)), "accepted": words}
STEPS = {
    "associations:identite": ASSOCIATION,
    "companies:identite": COMPANY,
    "associations:personnes": GUEST,
    "associations:regles": RULES,
}


@pytest.fixture
def ada(at):
    founder = create_person("Ada Vernet")
    for side, identity in ((Side.ASSOCIATION, SOUFFLE), (Side.COMPANY, VALFICTIF)):
        registration.start_registration(founder=founder, side=side, identity=identity, at=at)
    client = Client()
    client.force_login(founder, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("step", STEPS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_registration_step_handles_any_input(ada, step, data):
    room, name = step.split(":")
    typed = data.draw(st.fixed_dictionaries({}, optional=STEPS[step]))
    answer = ada.post(reverse(f"{room}:registration", args=[name]), typed)
    # 400 and 413: more text than the server reads, said on a page of its own.
    assert answer.status_code in (302, 303, 400, 413, 422)
    if answer.status_code == 422:
        assert "point" in answer.content.decode()
    for organisation in Organisation.objects.order_by("pk"):
        assert len(organisation.name) <= 200
        assert (
            "\x00"
            not in f"{organisation.name}{organisation.city}{organisation.purpose}{organisation.court}{organisation.website}"
        )


@pytest.mark.parametrize("rna", ["W000000007", "w2a 000 0007", "W9R-000.0007", "W9D0000007"])
def test_an_rna_number_may_have_the_letter_of_corsica_or_overseas(ada, rna):
    typed = {"name": "Souffle", "city": "Ajaccio", "kind": "rna", "rna": rna, "purpose": "Agir."}
    assert ada.post(reverse("associations:registration", args=["identite"]), typed).status_code == 303
    assert len(Organisation.objects.get(side="association").rna) == 10


def test_a_siret_of_la_poste_is_valid_by_its_own_rule(ada):
    typed = {
        "name": "La Poste (essai)",
        "city": "Paris",
        "siren": "356 000 000",
        "siret": "356 000 000 00048",
        "purpose": "Porter.",
        "trade": "service",
        "declares": "no",
    }
    assert ada.post(reverse("companies:registration", args=["identite"]), typed).status_code == 303
    assert Organisation.objects.get(side="company").siret == "35600000000048"
    wrong = ada.post(
        reverse("companies:registration", args=["identite"]), {**typed, "siret": "356 000 000 00049"}
    )
    assert "clé de ce SIRET est fausse" in wrong.content.decode()
    silent = ada.post(reverse("companies:registration", args=["identite"]), {**typed, "declares": ""})
    assert "Répondez oui, non" in silent.content.decode()
