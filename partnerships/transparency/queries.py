"""The public register: sealed charters whose parties all agreed to publication."""

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

PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class RegisterEntry:
    """One published charter; all but `sealed_at` and the code comes from the signed text."""

    text: CharterSnapshot
    parties: Sequence[PartyText]
    verification_code: str
    sealed_at: datetime


def published(page: str) -> tuple[Page[SealedCharter], list[RegisterEntry]]:
    """Return one page of the register, latest first, with its entries. 2 queries."""
    register_page = Paginator(_published(), PAGE_SIZE).get_page(page)
    return register_page, [_entry(sealed) for sealed in register_page.object_list]


def _published() -> QuerySet[SealedCharter]:
    # The consent to publication is in the signed text itself, so that no other field can publish by mistake.
    json_text = Func(F("charter__canonical_json"), Value("UTF8"), function="convert_from")
    return (
        SealedCharter.objects.select_related("charter")
        .annotate(text=Cast(json_text, JSONField()))
        .annotate(publication=KeyTransform("publication", "text"))
        .filter(publication=True)
        .defer("pdf")
        .order_by("-sealed_at", "-pk")
    )


def _entry(sealed: SealedCharter) -> RegisterEntry:
    text = snapshot.from_json(bytes(sealed.charter.canonical_json))
    return RegisterEntry(
        text=text,
        parties=text.parties,
        verification_code=sealed.charter.verification_code,
        sealed_at=sealed.sealed_at,
    )
