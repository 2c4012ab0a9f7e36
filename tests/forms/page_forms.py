"""The forms that a page shows, filled in as a person might."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver

from tests import files
from tests.cast import PASSWORD

# What is typed over what stands there, so that something changes.
CHANGED = {"city": "Grenoble"}
# What a field of that name takes, where any text would not do.
WORDS = {
    "link": "https://souffle.example/preuve",
    "days": "5",
    "website": "https://souffle.example/",
    "year": "2024",
    "income": "41200",
    "industry": "1000",
    "rna": "W000000002",
    "name": "Cœur Imaginaire",
    "siren": "000000026",
    "siret": "00000002600013",
}
TYPED = {
    "hidden": "",
    "number": "7",
    "date": str((datetime.now(UTC) + timedelta(days=40)).date()),
    "email": "zoe@theatre.example",
    "password": PASSWORD,
}
TEXT = "Former les patients à leur traitement, en trois ateliers."


class PageForm(NamedTuple):
    """A form with one of its buttons: where it is posted, and what."""

    address: str
    fields: dict[str, list[str]]
    uploads: tuple[str, ...]

    def data(self) -> dict[str, Any]:
        """Return what a client of Django posts; files are made anew for each press."""
        uploads = {
            name: SimpleUploadedFile("piece.pdf", files.pdf(), "application/pdf") for name in self.uploads
        }
        return {**self.fields, **uploads}


def all_patterns(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", pattern.callback
        else:
            yield from all_patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space)


def forms_of(response: Any, address: str) -> Iterator[PageForm]:
    """Yield each POST form of a page with each of its buttons."""
    page = BeautifulSoup(response.content, "html.parser")
    for form in page.select('form[method="post"]'):
        action = str(form.get("action") or address)
        fields, uploads = _filled(form)
        buttons = form.select("button:not([type=button]):not([form])")
        if form.get("id"):
            buttons += page.select(f'button[form="{form["id"]}"]')
        for button in buttons:
            pressed = {str(button["name"]): [str(button.get("value", ""))]} if button.get("name") else {}
            target = urljoin(address, str(button.get("formaction") or action)).partition("#")[0]
            yield PageForm(target, fields | pressed, uploads)


def _filled(form: Tag) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    fields: dict[str, list[str]] = {}
    uploads = []
    for field in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(field["name"]), str(field.get("type", field.name))
        if kind == "file":
            uploads.append(name)
        elif kind == "radio":
            if field.get("checked") is not None or name not in fields:
                fields[name] = [str(field.get("value", "on"))]
        elif kind == "checkbox":
            fields.setdefault(name, []).append(str(field.get("value", "on")))
        elif kind == "select":
            options = [str(option.get("value", "")) for option in field.select("option")]
            chosen = [str(option.get("value", "")) for option in field.select("option[selected]")]
            fields[name] = [value for value in chosen if value] or [value for value in options if value][:1]
        else:
            shown = field.get_text().strip() if kind == "textarea" else str(field.get("value", ""))
            is_number = field.get("inputmode") in ("numeric", "decimal")
            text = CHANGED.get(name) or shown or _typed(name, "number" if is_number else kind)
            fields[name] = [text[: int(str(field.get("maxlength", len(text))))]]
    return fields, tuple(uploads)


def _typed(name: str, kind: str) -> str:
    number = "7" if "hours" in name or "amount" in name else ""
    return WORDS.get(name) or number or TYPED.get(kind, TEXT)
