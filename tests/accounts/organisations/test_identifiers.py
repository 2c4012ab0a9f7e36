import pytest

from accounts.organisations import identifiers


@pytest.mark.parametrize(
    ("check", "written", "number"),
    [
        (identifiers.rna, "w000 000 001", "W000000001"),
        (identifiers.rna, "W9R0000006", "W9R0000006"),
        (identifiers.rna, " W2A.0000.001 ", "W2A0000001"),
        (identifiers.siren, "000 000 018", "000000018"),
        (identifiers.siren, "356000000", "356000000"),
        (identifiers.siret, "000 000 075 00010", "00000007500010"),
        # La Poste: its offices follow a rule of their own, its head office the common one.
        (identifiers.siret, "35600000049837", "35600000049837"),
        (identifiers.siret, "35600000000048", "35600000000048"),
    ],
)
def test_a_number_is_read_with_any_separators(check, written, number):
    assert check(written) == number


@pytest.mark.parametrize(
    ("check", "written", "sentence"),
    [
        (identifiers.rna, "W00000001", "Il manque 1 caractère"),
        (identifiers.rna, "W00000000111", "Il y a 2 caractères de trop"),
        (identifiers.rna, "000000001", "commence par la lettre W"),
        (identifiers.rna, "WABCDEFGHI", "seul le deuxième peut être une lettre"),
        (identifiers.rna, "W00000000१", "viennent des chiffres"),
        (identifiers.siren, "00000001", "Il manque 1 caractère"),
        (identifiers.siren, "000000019", "La clé de ce SIREN est fausse"),
        (identifiers.siren, "00000001A", "ne s’écrit qu’avec des chiffres"),
        (identifiers.siren, "００００００018", "ne s’écrit qu’avec des chiffres"),
        (identifiers.siret, "00000007500011", "La clé de ce SIRET est fausse"),
        (identifiers.siret, "35600000049838", "La clé de ce SIRET est fausse"),
        (identifiers.siret, "", "ne s’écrit qu’avec des chiffres"),
    ],
)
def test_an_invalid_number_is_refused_with_a_reason(check, written, sentence):
    with pytest.raises(identifiers.InvalidIdentifier) as refusal:
        check(written)
    assert sentence in str(refusal.value.sentence)


@pytest.mark.parametrize(
    ("check", "pasted", "number"),
    [
        (identifiers.siren, "SIREN n°\u00a0000–000–018", "000000018"),
        (identifiers.siren, "\u200e000\u2009000\u2009018\u200b.", "000000018"),
        (identifiers.siren, "RCS Paris 000 000 018", "000000018"),
        (identifiers.siret, "SIRET : 000 000 075 00010", "00000007500010"),
        (identifiers.siret, "n° siret 000.000.075.00010", "00000007500010"),
        (identifiers.rna, "RNA\u202f: w 000 000 002", "W000000002"),
        (identifiers.rna, "W\u00ad000000002", "W000000002"),
    ],
)
def test_a_number_is_understood_however_it_was_pasted(check, pasted, number):
    assert check(pasted) == number
