"""Files that are not a text taken from here, or that would do harm: each is refused in words, and none is kept."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.inspection import sandbox
from accounts.organisations.file_kinds import EICAR, InvalidUpload
from partnerships.text_files.marks import Identity, Mark, signed
from partnerships.text_files.upload import WORD, read_upload
from tests import files, make, word_files
from tests.make import ago
from tests.partnerships.text_files.test_bring_back import address, bring, changes, mark, taken
from tests.word_files import PROPERTIES, RELATIONS, TEXT, TYPES, W, members, packed, related

NOT_WORD = "n’est pas un document Word"
UNREADABLE = "ne s’ouvre pas comme un document Word"
NOT_OURS = "n’est pas un texte emporté d’ici"
TOO_COMPLEX = "trop lourd ou trop complexe"
LINK = "ouvre autre chose qu’une page web"
BOMB = b" " * (40 * 1024 * 1024)


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


def with_head(parts, head):
    """Return the file with something before the root of its text."""
    declaration, _, rest = parts[TEXT].partition(b"?>")
    return packed(parts | {TEXT: declaration + b"?>" + head + rest})


def with_entity(parts, head):
    content = parts[TEXT].replace(b"</w:t>", b"&x;</w:t>", 1)
    return with_head(parts | {TEXT: content}, head)


def encrypted(parts):
    """Return the file with the flag of encryption on each member."""
    content = bytearray(packed(parts))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(signature, start)) >= 0:
            content[start + offset] |= 1
            start += 4
    return bytes(content)


def repeated_member(parts):
    out = io.BytesIO(packed(parts))
    with zipfile.ZipFile(out, "a") as package, pytest.warns(UserWarning, match="Duplicate name"):
        package.writestr(TEXT, b"<x/>")
    return out.getvalue()


def many_members(parts):
    return packed(parts | {f"word/media/{number}.png": b"" for number in range(2500)})


def compressed_otherwise(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_BZIP2) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def deep(parts):
    return packed(parts | {TEXT: b"<a>" * 5000 + b"</a>" * 5000})


def macro_type(parts):
    return parts[TYPES].replace(
        b"wordprocessingml.document.main+xml", b"ms-word.document.macroEnabled.main+xml"
    )


# Changes of one author that follow each other are one.
CHANGES = b"".join(
    b'<w:ins w:author="%s"><w:r><w:t>a</w:t></w:r></w:ins>' % author for author in (b"A", b"B")
)


def with_runs(parts, runs):
    """Return the file with runs before the first text of the first clause."""
    head, marked, rest = parts[TEXT].partition(b"_body")
    first, run, tail = rest.partition(b"<w:r>")
    return packed(parts | {TEXT: head + marked + first + runs + run + tail})


def with_first_text(parts, text):
    return with_runs(parts, b"<w:r><w:t>" + text + b"</w:t></w:r>")


def with_comments(parts, count):
    marks = b"".join(b'<w:commentReference w:id="%d"/>' % number for number in range(count))
    comments = "".join(
        f'<w:comment w:id="{number}" w:author="A"><w:p/></w:comment>' for number in range(count)
    )
    parts = related(parts, "comments", "comments.xml")
    parts["word/comments.xml"] = (
        f'<w:comments xmlns:w="{word_files.NAMESPACE}">{comments}</w:comments>'.encode()
    )
    return with_runs(parts, b"<w:r>" + marks + b"</w:r>")


LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'"><!ENTITY x "' + b"&b;" * 1000 + b'">]>'
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REMOTE = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'
DDE = f'<w:p xmlns:w="{word_files.NAMESPACE}"><w:r><w:instrText>DDEAUTO c:\\\\x</w:instrText></w:r></w:p>'
HOSTILE = {
    "empty": (lambda _parts: b"", "est vide"),
    "pdf": (lambda _parts: files.pdf(), NOT_WORD),
    "text": (lambda _parts: b"Bonjour", NOT_WORD),
    "old format": (lambda _parts: b"\xd0\xcf\x11\xe0" + b"x" * 600, "ancien format .doc"),
    "virus": (lambda parts: packed(parts | {"x": b""}) + EICAR, "ressemble à un virus"),
    "heavy": (lambda _parts: b"PK\x03\x04" + b"x" * (11 * 1024 * 1024), "dépasse 10 Mo"),
    "cut": (lambda parts: packed(parts)[:-300], UNREADABLE),
    "no text": (lambda parts: packed({k: v for k, v in parts.items() if k != TEXT}), UNREADABLE),
    "other archive": (lambda _parts: packed({"a.txt": b"a"}), UNREADABLE),
    "no markup": (lambda parts: packed(parts | {TEXT: b"a"}), UNREADABLE),
    "encrypted": (encrypted, "mot de passe"),
    "repeated member": (repeated_member, UNREADABLE),
    "many members": (many_members, TOO_COMPLEX),
    "other compression": (compressed_otherwise, UNREADABLE),
    "bomb as text": (lambda parts: packed(parts | {TEXT: BOMB}), TOO_COMPLEX),
    "bomb as types": (lambda parts: packed(parts | {TYPES: BOMB}), TOO_COMPLEX),
    "bomb as properties": (lambda parts: packed(parts | {PROPERTIES: BOMB}), TOO_COMPLEX),
    "bomb as relations": (lambda parts: packed(parts | {RELATIONS: BOMB}), TOO_COMPLEX),
    "deep": (deep, UNREADABLE),
    "laughs": (lambda parts: with_entity(parts, LAUGHS), UNREADABLE),
    "outside entity": (lambda parts: with_entity(parts, OUTSIDE), UNREADABLE),
    "remote type": (lambda parts: with_head(parts, REMOTE), UNREADABLE),
    "macro": (lambda parts: packed(parts | {"word/vbaProject.bin": b"x"}), "un programme (macro)"),
    "macro type": (lambda parts: packed(parts | {TYPES: macro_type(parts)}), "un programme (macro)"),
    "control": (lambda parts: packed(parts | {"word/activeX/activeX1.bin": b"x"}), "un programme (macro)"),
    "live field": (
        lambda parts: packed(
            parts | {TEXT: parts[TEXT].replace(b"<w:sectPr", DDE.encode() + b"<w:sectPr", 1)}
        ),
        "un programme (macro)",
    ),
    "embedded": (lambda parts: packed(parts | {"word/embeddings/a.xlsx": b"x"}), "un autre fichier"),
    "chunk": (lambda parts: packed(related(parts, "aFChunk", "a.htm")), "un autre fichier"),
    "remote template": (
        lambda parts: packed(related(parts, "attachedTemplate", "http://x.example/a.dotm", mode="External")),
        LINK,
    ),
    "remote picture": (
        lambda parts: packed(related(parts, "image", "http://x.example/a.png", mode="External")),
        LINK,
    ),
    "shared folder": (
        lambda parts: packed(related(parts, "hyperlink", "\\\\x.example\\a", mode="External")),
        LINK,
    ),
    "script": (
        lambda parts: packed(related(parts, "hyperlink", "javascript:x()", mode="External")),
        LINK,
    ),
    "no property": (lambda parts: packed({k: v for k, v in parts.items() if k != PROPERTIES}), UNREADABLE),
    "forged property": (
        lambda parts: packed(
            parts | {PROPERTIES: parts[PROPERTIES].replace(b"<vt:lpwstr>", b"<vt:lpwstr>x")}
        ),
        NOT_OURS,
    ),
    "long part": (lambda parts: with_first_text(parts, b"mot " * 12_000), TOO_COMPLEX),
    "many changes": (lambda parts: with_runs(parts, CHANGES * 1001), TOO_COMPLEX),
    "many comments": (lambda parts: with_comments(parts, 501), TOO_COMPLEX),
    "no marks": (lambda parts: packed(parts | {TEXT: parts[TEXT].replace(b"_LL_", b"_XX_")}), NOT_OURS),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_words(cast, enter, case, name):
    browser = enter(cast.ada)
    spoil, sentence = HOSTILE[name]
    response = bring(browser, case, spoil(members(taken(browser, case))))
    assert response.status_code == 422
    (error,) = response.context["form"].errors["file"]
    assert sentence in error
    assert "root:" not in response.content.decode()
    assert browser.get(address(case, "choose_changes"))["Location"] == address(case, "bring_back")


@pytest.mark.parametrize("target", ["https://example.org/", "mailto:a@example.org", "#signet"])
def test_links_that_lawyers_write_are_harmless(cast, enter, case, target):
    browser = enter(cast.ada)
    parts = related(members(taken(browser, case)), "hyperlink", target, mode="External")
    parts = related(parts, "attachedTemplate", "file:///C:\\Cabinet\\modele.dotx", mode="External")
    assert changes(browser, case, packed(parts)).context["comparison"].changed == []


def test_a_file_of_another_case_is_refused_by_its_reference(cast, enter, case):
    other = make.partnership(cast, at=ago(days=1), title="Un autre dossier")
    browser = enter(cast.ada)
    response = bring(browser, case, taken(browser, other))
    (error,) = response.context["form"].errors["file"]
    assert f"un autre dossier, {other.reference}" in error.replace("d’un", "un")


def test_a_file_of_another_edition_is_refused(cast, enter, case):
    browser = enter(cast.ada)
    parts = members(taken(browser, case))
    start, _, rest = parts[PROPERTIES].partition(b"<vt:lpwstr>")
    name = signed(Identity(case.reference, 2, "0" * 32, "fr")).encode()
    parts[PROPERTIES] = start + b"<vt:lpwstr>" + name + b"</vt:lpwstr>" + rest.partition(b"</vt:lpwstr>")[2]
    response = bring(browser, case, packed(parts))
    (error,) = response.context["form"].errors["file"]
    assert "l’édition 2, et le tour porte sur l’édition 1" in error


def test_a_clause_copied_twice_cannot_be_told_apart(cast, enter, case):
    browser = enter(cast.ada)

    def copy(root):
        body = root.find(f"{W}body")
        control = word_files.control(root, mark(case, 1)).getparent()
        body.insert(len(body) - 1, word_files.etree.fromstring(word_files.etree.tostring(control)))

    response = bring(browser, case, word_files.changed(taken(browser, case), copy))
    (error,) = response.context["form"].errors["file"]
    assert "Les clauses ne se distinguent plus" in error


def test_notes_and_text_boxes_are_said_to_be_unread(cast, enter, case):
    browser = enter(cast.ada)

    def add_note(root):
        note = word_files.element('<w:r><w:footnoteReference w:id="1"/></w:r>')
        word_files.paragraph_of(root, mark(case, 1)).append(note)

    page = changes(browser, case, word_files.changed(taken(browser, case), add_note))
    assert page.context["comparison"].unread == 1
    assert "n’ont pas été lues" in page.content.decode()


def test_words_of_the_file_are_shown_as_text(cast, enter, case):
    browser = enter(cast.ada)
    content = word_files.changed(
        taken(browser, case),
        lambda root: word_files.track(root, mark(case, 1), "dix", "<script>alert(1)</script>", "<b>A</b>"),
    )
    content = word_files.add_comment(content, mark(case, 2), "<img src=x onerror=alert(1)>", "<i>")
    html = changes(browser, case, content).content.decode()
    for markup in ("<script>alert", "<img src=x", "<b>A</b>"):
        assert markup not in html
    assert "&lt;script&gt;alert(1)" in html


def test_a_file_that_takes_too_long_is_stopped(cast, enter, case, monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.0)
    with pytest.raises((InvalidUpload, sandbox.InspectionUnavailable)):
        read_upload(packed(members(taken(enter(cast.ada), case))))


def test_the_text_of_a_large_case_is_read_within_the_limits(cast, enter):
    case = make.partnership(cast, at=ago(days=1), clauses=60)
    browser = enter(cast.ada)
    content = taken(browser, case)
    facts = sandbox.inspect(WORD, content, is_public=False).facts
    assert len(facts["lines"]) > 120
    assert len(changes(browser, case, content).context["comparison"].changed) == 0


def test_too_many_files_are_refused_unread(cast, enter, case, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "add_document": "1/m/user"}
    browser = enter(cast.ada)
    content = taken(browser, case)
    assert bring(browser, case, content).status_code == 303
    response = bring(browser, case, content)
    assert response.status_code == 422
    assert "Trop de fichiers" in str(response.context["form"].errors["file"])


def test_the_content_of_a_file_is_stored_encrypted(cast, enter, case):
    browser = enter(cast.ada)
    content = word_files.changed(
        taken(browser, case),
        lambda root: word_files.replace_text(root, mark(case, 1), "Une réponse secrète."),
    )
    bring(browser, case, content)
    (entry,) = (value for key, value in browser.session.items() if key.startswith("pending-upload-"))
    from django.core.cache import cache

    assert "secrète" not in repr(cache.get(f"pending-upload:{entry['id']}"))
    assert "secrète" not in repr(dict(browser.session.items()))


def test_a_mark_has_one_form(case):
    assert Mark("ab12", 3, "body").name == "_LL_ab12_3_body"


def test_the_page_says_what_is_missing(cast, enter, case):
    response = enter(cast.ada).post(reverse("partnerships:bring_back", args=[case.reference]), {})
    assert response.status_code == 422
    assert "Choisissez le fichier Word modifié" in str(response.context["form"].errors["file"])
    odd = SimpleUploadedFile("a\u202etxt.docx", b"PK\x03\x04")
    assert enter(cast.ada).post(address(case, "bring_back"), {"file": odd}).status_code == 422
