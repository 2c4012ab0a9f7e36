"""The public register: charters whose parties all agreed to be named there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F, Func, JSONField, QuerySet, Value
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from partnerships.charter import snapshot
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import PartyText
from partnerships.models import SealedCharter

ENTRIES = 20


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the register says of one charter, read from the signed text alone."""

    text: CharterSnapshot
    parties: Sequence[PartyText]
    verification_code: str
    sealed_at: datetime


def published(page: str) -> tuple[Page[SealedCharter], list[Entry]]:
    """Return one page of the register, latest first, with its entries. 2 queries."""
    found = Paginator(_published(), ENTRIES).get_page(page)
    return found, [_entry(each) for each in found.object_list]


def _published() -> QuerySet[SealedCharter]:
    # The answer lies in the signed text itself, so a page of the house cannot publish by mistake.
    words = Func(F("charter__canonical_json"), Value("UTF8"), function="convert_from")
    return (
        SealedCharter.objects.select_related("charter")
        .annotate(text=Cast(words, JSONField()))
        .annotate(publication=KeyTransform("publication", "text"))
        .filter(publication=True)
        .defer("pdf")
        .order_by("-sealed_at", "-pk")
    )


def _entry(sealed: SealedCharter) -> Entry:
    text = snapshot.from_json(bytes(sealed.charter.canonical_json))
    return Entry(
        text=text,
        parties=text.parties,
        verification_code=sealed.charter.verification_code,
        sealed_at=sealed.sealed_at,
    )
