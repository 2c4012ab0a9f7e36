"""What all readers of a text read alike, kept in the cache from one act on its case to the next."""

from __future__ import annotations

import hashlib
from typing import Final

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from partnerships.case.header import CaseHeader
from partnerships.models import KeptRisk, Roadmap

SECONDS: Final = 24 * 3600


def text_key(name: str, roadmap: Roadmap, header: CaseHeader, *values: object) -> str:
    """Return the key under which something made of a text is cached. 1 query.

    Every act on a case raises the version of its status, so the key says all but what an act does not
    write: the language, the time zone and the names shown. `values`: what else the content depends on.
    """
    row = header.case.row
    kept = KeptRisk.objects.filter(revision__current_of__roadmap=roadmap).order_by("pk")
    shown = (
        [(party.code, party.side, party.organisation.name) for party in header.parties],
        header.broker,
        list(kept.values_list("pk", "kept_by__full_name")),
        header.partnership.reference,
        values,
    )
    digest = hashlib.sha256(repr(shown).encode()).hexdigest()
    at = row.refreshed_at.isoformat()
    return f"{name}:{roadmap.pk}:{row.version}:{at}:{get_language()}:{get_current_timezone_name()}:{digest}"
