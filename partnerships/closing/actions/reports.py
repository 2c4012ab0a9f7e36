"""The PDF of the closing report: printed from the stored record, stored once and mailed.

No page imports this module: it loads the PDF renderer, which takes a second.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction

from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.charter.pdf import printing
from partnerships.closing.report_print import compose
from partnerships.closing.report_text import report_from_json
from partnerships.models import ClosingRecord, ClosingReport
from partnerships.status.actions import refresh_status


def unwritten() -> list[UUID]:
    """Return the keys of the closed cases whose report is not printed yet, oldest first. 1 query."""
    records = ClosingRecord.objects.filter(report=None).order_by("closed_at", "pk")
    return list(records.values_list("pk", flat=True))


@transaction.atomic
def write_report(*, partnership_id: UUID, at: datetime) -> ClosingReport | None:
    """Print the report of a closed case, store its bytes for good, and mail it to all.

    Returns None when it is stored already. Raises FontsMissing.
    """
    partnership = lock(partnership_id)
    record = ClosingRecord.objects.get(pk=partnership_id)
    if ClosingReport.objects.filter(pk=partnership_id).exists():
        return None
    pdf = printing.pdf_of(compose(report_from_json(bytes(record.canonical_json)), record.fingerprint))
    report = ClosingReport.objects.create(
        record=record, pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), made_at=at
    )
    write(
        partnership,
        "closing.report",
        actor=None,
        at=at,
        fingerprint=record.fingerprint,
        sha256=report.sha256,
    )
    post.post(
        kind="closing-report",
        key=message_keys.closing_report(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)
    return report
