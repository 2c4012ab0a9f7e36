"""What is typed is stored as it is seen, or refused in words; two texts that a person sees as one compare as one."""

import unicodedata

import pytest
from django.db.models import CharField, Value
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from accounts.text import canonical
from accounts.text.lookups import Folded

signs = st.text(st.characters(codec="utf-8"), max_size=40)


def area(text):
    return canonical.canonical(text, multiline=True, printed=True)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("e\u0301te\u0301", "été"),
        ("a\u200bb\u00adc\ufeffd\u2060", "abcd"),
        ("un\r\ndeux\rtrois\u2028quatre\u2029cinq\x0bsix", "un\ndeux\ntrois\nquatre\ncinq\nsix"),
        ("un\n\n\n\n\ndeux", "un\n\ndeux"),
        ("un \t  deux  \n  trois ", "un deux\ntrois"),
        ("\u3164\u2800\u115f\uffa0\u2003", ""),
        ("\u200eAda\u200f", "Ada"),
        ("\u202aC:\u202c", "C:"),
        ("\uf0b7 un\n\uf0a7 deux\n● trois\n‣ quatre", "• un\n• deux\n• trois\n• quatre"),
        ("□ oui\n\uf0a8 non\n✔ fait", "☐ oui\n☐ non\n✓ fait"),
        ("porte\u2011parole, \ufb01n", "porte-parole, fin"),
        ("prix\u00a0: 1\u202f000", "prix\u00a0: 1\u202f000"),
        ("1\u2009000", "1\u202f000"),
    ],
)
def test_what_nobody_sees_is_removed_and_what_looks_alike_is_one(typed, stored):
    assert area(typed) == stored


@pytest.mark.parametrize(
    ("typed", "refusal", "name"),
    [
        ("Le versement est de 10\u202e0001\u202c euros.", canonical.ReversedReading, "U+202E"),
        ("de 10 \u2067000 1\u2069 euros", canonical.ReversedReading, "U+2067"),
        ("12\u200f 34 56", canonical.ReversedReading, "U+200F"),
        ("a \uf123 b", canonical.UnknownSign, "U+F123"),
        ("a \u0378 b", canonical.UnknownSign, "U+0378"),
        ("a \ufdd0 b", canonical.UnknownSign, "U+FDD0"),
        ("a \ud800 b", canonical.UnknownSign, "U+D800"),
        ("a \ufffd b", canonical.UnknownSign, "U+FFFD"),
        ("a 😀 b", canonical.UnprintableSign, "😀 (U+1F600)"),
        ("a 漢 b", canonical.UnprintableSign, "漢 (U+6F22)"),
    ],
)
def test_what_changes_the_reading_or_cannot_be_shown_is_refused_by_its_name(typed, refusal, name):
    with pytest.raises(refusal) as caught:
        area(typed)
    assert name in caught.value.message


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(signs)
@example("\u0345\u1e9b\u0323")
def test_what_is_stored_is_stored_again_unchanged_and_contains_nothing_unseen(text):
    for multiline in (True, False):
        for printed in (True, False):
            try:
                stored = canonical.canonical(text, multiline=multiline, printed=printed)
            except canonical.TextRefused:
                continue
            assert canonical.canonical(stored, multiline=multiline, printed=printed) == stored
            assert unicodedata.is_normalized("NFC", stored)
            assert multiline or "\n" not in stored
            assert (
                canonical.seen(text) == canonical.seen(stored)
                or not printed
                or any(
                    sign in text
                    for sign in "\u061c\u200e\u200f\u202a\u202c\u202d\u2066\u2068\u2069●○▪▫◦‣⁃◆◇❖➢➤►■"
                )
            )


@pytest.mark.parametrize(
    "typed", ["\u3164", " \u2800 ", "\u00ad", "\u200b\u200b", "\ufeff", "\u115f\u1160", "\u00a0"]
)
def test_a_name_of_blanks_is_empty(typed):
    assert canonical.name(typed) == ""


def test_a_name_needs_a_letter_and_one_alphabet_in_a_word():
    with pytest.raises(canonical.NamelessName):
        canonical.name("…")
    with pytest.raises(canonical.MixedAlphabets):
        canonical.name("Ad\u0430")  # the last letter is Cyrillic
    assert canonical.name("Ада Лавлейс") == "Ада Лавлейс"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Ada@Example.ORG\u200b", "ada@example.org"),
        ("ada@xn--exmple-cua.org", "ada@exämple.org"),
        ("ada@EXÄMPLE.org", "ada@exämple.org"),
        ("ada@exa\u0308mple.org", "ada@exämple.org"),
        ("ada@example。org", "ada@example.org"),
        ("mailto:ada@example.org", "ada@example.org"),
        ("<ada@example.org>;", "ada@example.org"),
        ("ada@\u0430pple.com", "ada@xn--pple-43d.com"),
    ],
)
def test_an_address_has_one_spelling(typed, stored):
    assert canonical.email_address(typed) == stored == canonical.email_address(stored)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nora d’Arc", "nora d'arc"),
        ("mémoire", "memoire"),
        ("Nuagénia", "NUAGENIA"),
        ("Cœurs", "coeurs"),
        ("peau d’exemple", "Peau d\u00b4exemple"),
        ("Saint‑Étienne", "saint-etienne"),
        ("Anne\u00a0 Marie", "anne marie"),
        ("e\u0301te\u0301", "été"),
        ("Straße", "STRASSE"),
        ("Ελένη", "ΕΛΕΝΗ"),
    ],
)
def test_what_a_person_sees_as_one_folds_to_one(one, other):
    assert canonical.folded(one) == canonical.folded(other)


@pytest.mark.django_db
@settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cn"]), max_size=60)
)
@example("".join(map(chr, range(1, 0x600))))
@example("".join(map(chr, range(0x1E00, 0x2400))))
def test_the_database_folds_as_the_code_does(text):
    User.objects.get_or_create(email="ada@example.org", full_name="Ada")
    folded_people = User.objects.annotate(words=Folded(Value(text, output_field=CharField())))
    folded = folded_people.values_list("words", flat=True).order_by("pk").first()
    assert " ".join(folded.split()) == canonical.folded(text)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.500,50", "1500.50"),
        ("1,500.50", "1500.50"),
        ("1500 euros", "1500"),
        ("1 200", "1200"),
        ("1\u202f200 €", "1200"),
        ("1'200", "1200"),
        ("1.200.300", "1200300"),
        ("12,5", "12.5"),
        ("１２", "12"),
        ("0,500", "0,500"),
        ("1 2", "1 2"),
        ("1,2,3", "1,2,3"),
        ("12.34.56", "12.34.56"),
    ],
)
def test_an_amount_is_read_as_it_is_written_or_not_at_all(typed, number):
    assert canonical.number(typed, ("euros", "€")) == number
