"""What a file really is, whatever its name says."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.organisations.file_kinds import MAX_BYTES, InvalidUpload, check_file, safe_name
from tests import files
from tests.hostile_pdfs import HARMFUL, harmful
from tests.pdf_syntax import one_page, stream

SAMPLES = Path(__file__).parents[2] / "samples"

ATTACKS = {
    "empty": ("a.pdf", b"", "est vide"),
    "too large": ("a.pdf", b"%PDF-" + bytes(MAX_BYTES), "dépasse 10 Mo"),
    "test virus": ("a.pdf", files.EICAR, "ressemble à un virus"),
    "test virus inside": ("a.png", files.picture("PNG") + files.EICAR, "ressemble à un virus"),
    "windows program": ("statuts.pdf", b"MZ\x90\x00" + bytes(64), "est un programme"),
    "linux program": ("statuts.pdf", b"\x7fELF" + bytes(64), "est un programme"),
    "script": ("statuts.pdf", b"#!/bin/sh\nrm -rf /\n", "est un programme"),
    "web page": ("statuts.pdf", b"  <!DOCTYPE html><script>alert(1)</script>", "est une page web"),
    "picture with script": ("a.png", b"<svg onload=alert(1)>", "est une page web"),
    "office": ("statuts.pdf", files.archive(), "archive ou un document de bureau"),
    "text": ("statuts.pdf", b"bonjour", "ni un PDF"),
    "picture called pdf": ("statuts.pdf", files.picture("PNG"), "le contenu est PNG"),
    "pdf called program": ("statuts.pdf.exe", files.pdf(), "finit par « .exe »"),
    "pdf with a program": (
        "a.pdf",
        files.pdf_that_acts("/JavaScript", "/JS", "app.alert(1)"),
        "un programme",
    ),
    "pdf that launches": ("a.pdf", files.pdf_that_acts("/Launch", "/F", "cmd.exe"), "un programme"),
    "pdf that sends": (
        "a.pdf",
        files.pdf_that_acts("/SubmitForm", "/F", "https://x.example"),
        "un formulaire",
    ),
    "pdf with a file": ("a.pdf", files.pdf_with_a_file(), "fichier joint"),
    "pdf with a password": ("a.pdf", files.encrypted_pdf("secret"), "mot de passe"),
    "pdf and archive": ("a.pdf", files.pdf() + files.archive(), "contient un autre fichier"),
    "pdf and more": ("a.pdf", files.pdf() + b"GIF89a", "contient un autre fichier après sa fin"),
    "pdf cut short": ("a.pdf", files.pdf()[:200] + b"%%EOF", "ne s’ouvre pas"),
    "only a header": ("a.pdf", b"%PDF-1.7\n%%EOF", "ne s’ouvre pas"),
    "picture cut short": ("a.png", files.picture("PNG")[:45], "ne s’ouvre pas"),
    "picture too large": ("a.png", files.picture_announced(9_000, 9_000), "trop grande"),
    "picture of another size": ("a.png", files.picture_announced(40, 60_000), "ne s’ouvre pas"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_unsafe_file_is_refused_with_a_reason(attack):
    name, content, words = ATTACKS[attack]
    with pytest.raises(InvalidUpload) as refusal:
        check_file(name, content)
    assert words in str(refusal.value.sentence)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("statuts.pdf", files.pdf(), "application/pdf"),
        ("STATUTS.PDF", files.pdf(), "application/pdf"),
        ("photo.jpeg", files.picture(), "image/jpeg"),
        ("photo.png", files.picture("PNG"), "image/png"),
        ("sans extension", files.picture("PNG"), "image/png"),
    ],
)
def test_a_safe_file_is_accepted_with_its_real_type(name, content, content_type):
    assert check_file(name, content).content_type == content_type


HARMLESS = {
    "protected against changes alone": files.encrypted_pdf(),
    "a page that says a word": one_page(
        stream(b"BT /F1 9 Tf (/JavaScript /Launch /JS /EmbeddedFile <script>) Tj ET"), page=b"/Contents 4 0 R"
    ),
    "a title that says a word": files.pdf("/JavaScript << /S /Launch >>"),
    "a mark of order before": b"\xef\xbb\xbf" + files.pdf(),
    "a new line before": b"\r\n" + files.pdf(),
    "zeros after": files.pdf() + bytes(5_000),
    "new lines after": files.pdf() + b"\r\n" * 900,
    "an end of file of the old days": files.pdf() + b"\x1a",
    "no end": files.pdf().rpartition(b"%%EOF")[0],
    "a table that is wrong": files.pdf().replace(b"startxref\n", b"startxref\n9"),
    "many objects": one_page(*[b"<</A 1>>"] * 61_000),
    "links": one_page(
        page=b"/Annots[%b]"
        % b"".join(
            b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(%b)>>>>" % address
            for address in (
                b"https://souffle.example/a?b=c:d",
                b"mailto:a@b.example",
                b"tel:+33102030405",
                b"www.a.example",
            )
        )
    ),
    "a link to a page of itself": one_page(
        page=b"/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoTo/D[3 0 R/Fit]>>>>]"
    ),
    "no attachment in the list of attachments": one_page(catalogue=b"/Names<</EmbeddedFiles<</Names[]>>>>"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_pdf_is_taken_as_it_is(name):
    assert check_file("statuts.pdf", HARMLESS[name]).content == HARMLESS[name]


@pytest.mark.parametrize("name", ["bom_before", "owner_only_AES-128", "text_says_javascript"])
def test_a_harmless_pdf_of_another_program_is_taken(name):
    content = (SAMPLES / f"{name}.pdf").read_bytes()
    assert check_file("statuts.pdf", content).content == content


@pytest.mark.parametrize("name", ["Statuts signés par J.P", "Procès-verbal du 3.mars", "v1.2"])
def test_a_full_stop_in_a_name_is_no_extension(name):
    assert check_file(name, files.pdf()).content == files.pdf()


@pytest.mark.parametrize("name", HARMFUL)
@pytest.mark.parametrize("setting", ["annotation", "unlisted in an object stream"])
def test_a_harmful_pdf_is_refused_by_what_it_contains(name, setting):
    with pytest.raises(InvalidUpload) as refusal:
        check_file("statuts.pdf", harmful(name, setting))
    assert HARMFUL[name][1] in str(refusal.value.sentence)


def test_a_refusal_names_all_that_a_pdf_contains():
    page = one_page(HARMFUL["script"][0], HARMFUL["movie"][0], HARMFUL["share file"][0])
    with pytest.raises(InvalidUpload) as refusal:
        check_file("statuts.pdf", page)
    for words in ("un programme", "un son, une vidéo", "un lien"):
        assert words in str(refusal.value.sentence)


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("statuts.pdf", "statuts.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Ada\\Statuts 2026.PDF", "Statuts 2026.pdf"),
        ("stat\x00uts\r\n.pdf", "statuts.pdf"),
        ("\u202efdp.stutats.pdf", "fdp.stutats.pdf"),
        ("🫁🫁.pdf", "piece.pdf"),
        ("...", "piece.pdf"),
        ("", "piece.pdf"),
        ("a" * 300 + ".pdf", "a" * 120 + ".pdf"),
        ('<img src=x>";drop table.pdf', "img srcxdrop table.pdf"),
        ("Procès-verbal d’été.pdf", "Procès-verbal d’été.pdf"),
        ("نظام.pdf", "نظام.pdf"),
    ],
)
def test_a_file_name_loses_its_unsafe_characters(written, clean):
    assert safe_name(written, "application/pdf") == clean


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=200),
    content=st.binary(max_size=400),
    magic=st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"]),
)
def test_any_content_under_any_name_is_accepted_or_refused(name, content, magic):
    try:
        examined = check_file(name, magic + content)
    except InvalidUpload as refusal:
        assert str(refusal.sentence)  # noqa: PT017
    else:
        assert examined.name.endswith((".pdf", ".jpg", ".png"))
        assert not {"/", "\\", "\x00", "\n", '"'} & set(examined.name)
