"""What a file really is, whatever its name says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.organisations.file_kinds import MAX_BYTES, InvalidUpload, check_file, safe_name
from tests import files

ATTACKS = {
    "empty": ("a.pdf", b"", "est vide"),
    "too heavy": ("a.pdf", b"%PDF-" + bytes(MAX_BYTES), "dépasse 10 Mo"),
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
        "un programme",
    ),
    "pdf with a file": ("a.pdf", files.pdf_with_a_file(), "fichier joint"),
    "pdf with a password": ("a.pdf", files.encrypted_pdf("secret"), "mot de passe"),
    "pdf with an owner": ("a.pdf", files.encrypted_pdf(), "mot de passe"),
    "pdf and archive": ("a.pdf", files.pdf() + files.archive(), "en cache un autre"),
    "pdf and more": ("a.pdf", files.pdf() + b"GIF89a", "suit la fin"),
    "pdf cut short": ("a.pdf", files.pdf()[:200] + b"%%EOF", "ne s’ouvre pas"),
    "only a header": ("a.pdf", b"%PDF-1.7\n%%EOF", "ne s’ouvre pas"),
    "picture and archive": ("a.jpg", files.picture() + files.archive(), "en cache un autre"),
    "picture and page": ("a.jpg", files.picture() + b"<script >alert(1)</script>", "en cache un autre"),
    "picture and pdf": ("a.jpg", files.picture() + files.pdf(), "en cache un autre"),
    "picture cut short": ("a.png", files.picture("PNG")[:45], "ne s’ouvre pas"),
    "picture too large": ("a.png", files.picture("PNG", 8000, 8000), "trop grande"),
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


@settings(max_examples=300, deadline=None)
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
