"""Detection of words that identify an organisation."""

from __future__ import annotations

import pytest

from partnerships.matching.anonymity import IdentifyingDetails, identifying_words

VALFICTIF = IdentifyingDetails(
    name="Laboratoires Valfictif", numbers=("000000075", "00000007500010"), people=("Carla Morin",)
)
SOUFFLE = IdentifyingDetails(name="Souffle Imaginaire", numbers=("W000000001", "", "000000018"))


@pytest.mark.parametrize(
    "text",
    [
        "Chez laboratoires valfictif, nous écoutons.",
        "L’équipe Valfictif écoute.",
        "Écrivez à Carla MORIN.",
        "SIREN 000 000 075.",
        "Voir https://valfictif.example/patients",
        "Voir www.valfictif.example",
        "c.morin@valfictif.example",
        "Appelez le 01 23 45 67 89.",
    ],
)
def test_an_identity_is_found(text):
    assert identifying_words(["Rien ici.", text], VALFICTIF)


@pytest.mark.parametrize(
    "text",
    ["Nos laboratoires écoutent.", "L’entreprise finance 30 000 € en 2026.", "Morin est un nom de lieu."],
)
def test_plain_words_stay(text):
    assert identifying_words([text], VALFICTIF) == []


def test_a_word_of_a_name_stays_a_word():
    assert identifying_words(["Ceux à qui le souffle manque."], SOUFFLE) == []
    assert identifying_words(["L’association Souffle aide."], SOUFFLE) == ["Souffle"]
    assert identifying_words(["W 000 000 001"], SOUFFLE) == ["W000000001"]
