"""What is wrong with the bytes of a mail that leaves: every mail of every test is read by it."""

import re
from email.header import decode_header, make_header

MAX_SUBJECT = 60
MAX_LINE = 998
MAX_ENCODED_WORD = 75
REQUIRED = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "content-language",
    "mime-version",
    "content-type",
}
# Free text, which may be encoded and folded; of an address, the name alone.
FREE = {"subject"}
NAMED = {"from", "reply-to"}
NAME = rb'(?:"(?:[^"\\\r\n]|\\.)*"|[^<>"]+)'
EXACT = {
    "to": rb"[^\s<>@]+@[a-z0-9.-]+",
    "from": NAME + rb" <[^\s<>@]+@[a-z0-9.-]+>|[^\s<>@]+@[a-z0-9.-]+",
    "reply-to": NAME + rb" <[^\s<>@]+@[a-z0-9.-]+>",
    "date": rb"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}",
    "message-id": rb"<[^\s<>@]+@[a-z0-9.-]+>",
    "auto-submitted": rb"auto-generated",
    "content-language": rb"fr|en",
    "mime-version": rb"1\.0",
    "content-type": rb'multipart/(?:alternative|mixed); boundary="[^"\s]+"',
    "list-unsubscribe": rb"<https?://[^\s<>]+>",
    "list-unsubscribe-post": rb"List-Unsubscribe=One-Click",
}


def headers(raw: bytes) -> dict[str, bytes]:
    """Return the header fields of a mail as they are written, folded lines included."""
    head = raw.partition(b"\r\n\r\n")[0]
    fields = re.split(rb"\r\n(?![ \t])", head)
    return {name.decode("ascii").lower(): value for name, _, value in (f.partition(b": ") for f in fields)}


def defects(raw: bytes) -> list[str]:
    """Return what a mail program or a server could stumble over."""
    header_fields = headers(raw)
    wrong = [f"{name} is missing" for name in sorted(REQUIRED - header_fields.keys())]
    wrong += [f"line of {len(line)} bytes" for line in raw.split(b"\r\n") if len(line) > MAX_LINE]
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        wrong.append("a line break that is not CR LF")
    if ("list-unsubscribe" in header_fields) != ("list-unsubscribe-post" in header_fields):
        wrong.append("List-Unsubscribe without its one click, or the reverse")
    for name, value in header_fields.items():
        wrong += _header_defects(name, value)
    for part in re.split(rb"\r\n--=_[^\r]*\r\n", raw)[1:]:
        wrong += _part_defects(part)
    return wrong


def _header_defects(name: str, value: bytes) -> list[str]:
    wrong = []
    if not value.isascii():
        wrong.append(f"{name} is not ASCII: {value!r}")
    if name not in EXACT and name not in FREE:
        wrong.append(f"{name} has no rule in tests/guards/wire.py")
    if name in EXACT and not re.fullmatch(EXACT[name], value):
        wrong.append(f"{name} is not well formed: {value!r}")
    if name not in FREE | NAMED and (b"=?" in value or b"\r\n" in value):
        wrong.append(f"{name} is encoded or folded: {value!r}")
    wrong += [
        f"encoded word of {len(word)} in {name}"
        for word in re.findall(rb"=\?[^\s]+\?=", value)
        if len(word) > MAX_ENCODED_WORD
    ]
    if name == "subject":
        subject = str(make_header(decode_header(value.replace(b"\r\n", b"").decode("ascii"))))
        if len(subject) > MAX_SUBJECT:
            wrong.append(f"subject of {len(subject)} signs: {subject}")
    return wrong


def _part_defects(part: bytes) -> list[str]:
    header_fields = headers(part)
    kind = header_fields.get("content-type", b"")
    encoding = header_fields.get("content-transfer-encoding", b"")
    if kind.startswith(b"text/") and (kind, encoding) != (
        kind.partition(b";")[0] + b'; charset="utf-8"',
        b"quoted-printable",
    ):
        return [f"a text is {kind!r}, {encoding!r}"]
    if kind.startswith(b"application/") and encoding != b"base64":
        return [f"an attachment is {encoding!r}"]
    return []
