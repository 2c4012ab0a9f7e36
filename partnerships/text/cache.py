"""Cache keys of what a text displays alike to all readers, valid until the next action on its case."""

from __future__ import annotations

import hashlib
from typing import Final

from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from partnerships.case.header import CaseHeader
from partnerships.models import KeptRisk, Roadmap

SECONDS: Final = 24 * 3600
# Increment it when the classes of cached values change: pickles of the former classes cannot be loaded.
FORMAT: Final = 4


def text_key(name: str, roadmap: Roadmap, header: CaseHeader, *values: object) -> str:
    """Return the cache key of something derived from a text. 1 query.

    Every action on a case increments the version of its status. The key adds what no action changes: the
    language, the time zone and the displayed names. `values`: what else the content depends on.
    """
    row = header.case.row
    acceptances = KeptRisk.objects.filter(revision__current_of__roadmap=roadmap).order_by("pk")
    displayed = (
        [(party.code, party.side, party.organisation.name) for party in header.parties],
        header.broker,
        list(acceptances.values_list("pk", "kept_by__full_name")),
        header.partnership.reference,
        values,
    )
    digest = hashlib.sha256(repr(displayed).encode()).hexdigest()
    refreshed_at = row.refreshed_at.isoformat()
    locale = f"{get_language()}:{get_current_timezone_name()}"
    return f"{name}:{FORMAT}:{roadmap.pk}:{row.version}:{refreshed_at}:{locale}:{digest}"
