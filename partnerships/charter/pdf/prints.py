"""What is printed of a charter or of a report, as a value that a child process reads from JSON."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Print:
    """HTML, its pictures (name -> content, MIME type), and the file attached to the PDF, "" for none.

    `identifier`: fingerprint of what is printed, in hexadecimal; `made_at`: has a time zone;
    `attachment_words`: what the attached file is.
    """

    html: str
    files: Mapping[str, tuple[bytes, str]]
    attachment: str
    attachment_name: str
    identifier: str
    made_at: datetime
    attachment_words: str = "Texte exact de la charte, JSON canonique (RFC 8785)"


def to_json(printed: Print) -> bytes:
    """Return what is printed as JSON."""
    value = {field.name: getattr(printed, field.name) for field in fields(Print)}
    files = {name: (base64.b64encode(body).decode(), kind) for name, (body, kind) in printed.files.items()}
    return json.dumps(value | {"files": files, "made_at": printed.made_at.isoformat()}).encode()


def from_json(data: bytes) -> Print:
    """Return what `to_json` wrote."""
    value = json.loads(data)
    files = {name: (base64.b64decode(body), kind) for name, (body, kind) in value["files"].items()}
    return Print(**value | {"files": files, "made_at": datetime.fromisoformat(value["made_at"])})
