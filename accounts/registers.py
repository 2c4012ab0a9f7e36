"""The French open registers (Recherche d’entreprises, API Associations), behind one function: `look_up`."""

from __future__ import annotations

import json
import math
import time
import unicodedata
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final, Literal, NamedTuple
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS: Final = 8
MOST_BYTES: Final = 512 * 1024
PIECE: Final = 16 * 1024

type Source = Literal["companies", "associations"]
type Outcome = Literal["found", "not_found", "unreachable", "unreadable"]


class Question(NamedTuple):
    """A register, and the number by which it knows the organisation."""

    source: Source
    number: str


class Reply(NamedTuple):
    """How it went, and the answer as the register gave it (None when there was none to read)."""

    outcome: Outcome
    answer: Any


class Extract(NamedTuple):
    """What a register says; `is_active` is None when it does not say."""

    name: str
    city: str
    is_active: bool | None


class _Straight(HTTPRedirectHandler):
    """A register that moved is asked at its new address by whoever runs the house, not by the program."""

    def redirect_request(self, *_told: Any) -> None:
        return None


class _TooLong(Exception):
    """The answer takes more time or more room than a page of a register needs."""


def question(*, rna: str, siren: str, siret: str) -> Question | None:
    """Return which register knows these numbers, or None: that of a court cannot be asked."""
    if rna:
        return Question("associations", rna)
    if siret or siren:
        return Question("companies", siret or siren)
    return None


def look_up(asked: Question, *, base_url: str) -> Reply:
    """Ask one register about one number, in at most 8 seconds and 512 KB; never raises for its answer."""
    try:
        body = _fetch(_address(asked, base_url))
    except HTTPError as error:
        with error:
            is_unknown = error.code in (HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
        return Reply("not_found" if is_unknown else "unreachable", None)
    except (_TooLong, OSError, HTTPException, ValueError):
        return Reply("unreachable", None)
    return _understood(asked, body)


def extract(asked: Question, answer: Any) -> Extract | None:
    """Return what the answer says of the number that was asked, or None when it does not know it."""
    return _association(answer) if asked.source == "associations" else _company(asked.number, answer)


def is_same(one: str, other: str) -> bool:
    """Tell whether two names are the same but for capitals, accents and punctuation."""
    return _bare(one) == _bare(other)


def _address(asked: Question, base_url: str) -> str:
    number = quote(asked.number, safe="")
    if asked.source == "associations":
        return f"{base_url.rstrip('/')}/structure/{number}"
    return f"{base_url.rstrip('/')}/search?q={number}&page=1&per_page=5"


def _fetch(address: str) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise ValueError("The address of a register is not a web address.")
    end = time.monotonic() + SECONDS
    asked = Request(address, headers={"Accept": "application/json", "User-Agent": "Lucky Link"})  # noqa: S310
    body = b""
    with build_opener(_Straight).open(asked, timeout=SECONDS / 2) as answer:
        while piece := answer.read1(PIECE):
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > end:
                raise _TooLong
    return body


def _understood(asked: Question, body: bytes) -> Reply:
    try:
        answer = _storable(json.loads(body))
    except (ValueError, RecursionError):
        return Reply("unreadable", None)
    if not isinstance(answer, dict):
        return Reply("unreadable", None)
    return Reply("found" if extract(asked, answer) else "not_found", answer)


def _company(number: str, answer: Any) -> Extract | None:
    for result in _list(_dict(answer).get("results")):
        seat = _dict(_dict(result).get("siege"))
        if number in (_text(result, "siren"), _text(seat, "siret")):
            state = _text(result, "etat_administratif")
            name = _text(result, "nom_raison_sociale") or _text(result, "nom_complet")
            return Extract(name, _text(seat, "libelle_commune"), state == "A" if state else None)
    return None


def _association(answer: Any) -> Extract | None:
    identity = _dict(_dict(answer).get("identite"))
    name = _text(identity, "nom")
    if not name:
        return None
    seat = _dict(_dict(_dict(answer).get("coordonnees")).get("adresse_siege"))
    active = identity.get("active")
    return Extract(name, _text(seat, "commune"), active if isinstance(active, bool) else None)


def _dict(thing: Any) -> Mapping[str, Any]:
    return thing if isinstance(thing, dict) else {}


def _list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else []


def _text(thing: Any, name: str) -> str:
    found = _dict(thing).get(name)
    return str(found).strip()[:200] if isinstance(found, str | int) else ""


def _bare(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _storable(thing: Any) -> Any:
    """Return the answer without what PostgreSQL's JSON cannot hold: null and half signs, endless numbers."""
    if isinstance(thing, dict):
        return {_clean(key): _storable(value) for key, value in thing.items()}
    if isinstance(thing, list):
        return [_storable(each) for each in thing]
    if isinstance(thing, float) and not math.isfinite(thing):
        return None
    return _clean(thing) if isinstance(thing, str) else thing


def _clean(words: str) -> str:
    return words.replace("\x00", "").encode("utf-8", "ignore").decode()
