"""Client of the French open registers (Recherche d’entreprises, API Associations): `query_register`."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final, Literal, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

from accounts.text.canonical import folded

SECONDS: Final = 8
MAX_BYTES: Final = 512 * 1024
CHUNK_BYTES: Final = 16 * 1024

type Source = Literal["companies", "associations"]
type Outcome = Literal["found", "not_found", "unreachable", "unreadable"]


class RegisterQuery(NamedTuple):
    """A register and the number of the organisation in it."""

    source: Source
    number: str


class RegisterReply(NamedTuple):
    """The outcome and the JSON of the answer, None if there was none to read."""

    outcome: Outcome
    answer: Any


class RegisterExtract(NamedTuple):
    """The fields read from an answer; `is_active` is None when the register does not contain it."""

    name: str
    city: str
    is_active: bool | None


class _NoRedirect(HTTPRedirectHandler):
    """Follow no redirection: the operator configures the address of a register that moved."""

    def redirect_request(self, *_args: Any) -> None:
        return None


class _TooLong(Exception):
    """The answer exceeds the limit of time or size."""


def register_query(*, rna: str, siren: str, siret: str) -> RegisterQuery | None:
    """Return the query for these numbers, or None: the register of a court has no API."""
    if rna:
        return RegisterQuery("associations", rna)
    if siret or siren:
        return RegisterQuery("companies", siret or siren)
    return None


def query_register(query: RegisterQuery, *, base_url: str) -> RegisterReply:
    """Query one register, within 8 seconds and 512 KB; failures are outcomes, not exceptions."""
    try:
        body = _fetch(_address(query, base_url))
    except HTTPError as error:
        with error:
            is_unknown = error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
        return RegisterReply("not_found" if is_unknown else "unreachable", None)
    except (_TooLong, OSError, HTTPException, ValueError):
        return RegisterReply("unreachable", None)
    return _parse(query, body)


def extract(query: RegisterQuery, answer: Any) -> RegisterExtract | None:
    """Return the fields of the organisation in the answer, or None if it is not in it."""
    return _association(answer) if query.source == "associations" else _company(query.number, answer)


def is_same(one: str, other: str) -> bool:
    """Return whether two names are equal apart from case, accents and punctuation."""
    return _normalised(one) == _normalised(other)


def _address(query: RegisterQuery, base_url: str) -> str:
    number = quote(query.number, safe="")
    if query.source == "associations":
        return f"{base_url.rstrip('/')}/structure/{number}"
    return f"{base_url.rstrip('/')}/search?q={number}&page=1&per_page=5"


def _fetch(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise ValueError("The address of a register is not a web address.")
    end = time.monotonic() + SECONDS
    request = Request(address, headers={"Accept": "application/json", "User-Agent": "Lucky Link"})  # noqa: S310
    body = b""
    with build_opener(_NoRedirect).open(request, timeout=SECONDS / 2) as answer:
        while chunk := answer.read1(CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_BYTES or time.monotonic() > end:
                raise _TooLong
    return body


def _parse(query: RegisterQuery, body: bytes) -> RegisterReply:
    try:
        answer = _storable(json.loads(body))
    except (ValueError, RecursionError):
        return RegisterReply("unreadable", None)
    if not isinstance(answer, dict):
        return RegisterReply("unreadable", None)
    return RegisterReply("found" if extract(query, answer) else "not_found", answer)


def _company(number: str, answer: Any) -> RegisterExtract | None:
    for result in _list(_dict(answer).get("results")):
        head_office = _dict(_dict(result).get("siege"))
        if number in (_text(result, "siren"), _text(head_office, "siret")):
            state = _text(result, "etat_administratif")
            name = _text(result, "nom_raison_sociale") or _text(result, "nom_complet")
            return RegisterExtract(
                name, _text(head_office, "libelle_commune"), state == "A" if state else None
            )
    return None


def _association(answer: Any) -> RegisterExtract | None:
    identity = _dict(_dict(answer).get("identite"))
    name = _text(identity, "nom")
    if not name:
        return None
    head_office = _dict(_dict(_dict(answer).get("coordonnees")).get("adresse_siege"))
    active = identity.get("active")
    return RegisterExtract(name, _text(head_office, "commune"), active if isinstance(active, bool) else None)


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any, name: str) -> str:
    field = _dict(value).get(name)
    return str(field).strip()[:200] if isinstance(field, str | int) else ""


def _normalised(words: str) -> str:
    return "".join(filter(str.isalnum, folded(words)))


def _storable(value: Any) -> Any:
    """Return the answer without what PostgreSQL's JSON refuses: NUL, lone surrogates, infinite numbers."""
    if isinstance(value, dict):
        return {_clean(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _clean(value) if isinstance(value, str) else value


def _clean(words: str) -> str:
    return words.replace("\x00", "").encode("utf-8", "ignore").decode()
