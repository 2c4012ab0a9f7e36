"""The list of the payments of one year of an organisation, as a PDF with the same list as CSV attached."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.charter import typography
from partnerships.charter.pdf import pictures
from partnerships.charter.pdf.prints import Print
from partnerships.following.payment_list import STATES, table_of
from partnerships.following.queries.money import PaymentRow, sums_of_rows

if TYPE_CHECKING:
    from accounts.models import Organisation


def payment_print(
    organisation: Organisation, year: int, rows: Sequence[PaymentRow], *, at: datetime
) -> Print:
    """Return the list as printed, in the active language. Raises FontsMissing."""
    sums = sums_of_rows(rows)
    content = csv_of(rows)
    context = {
        "language": get_language(),
        "organisation": typography.printable(organisation.name),
        "side": organisation.side,
        "year": year,
        "rows": [
            (
                row,
                typography.printable(row.payment.label),
                typography.printable(row.payment.partnership.title),
                typography.printable(", ".join([row.payment.payer.organisation.name, *row.others])),
                STATES[row.state],
            )
            for row in rows
        ],
        "sums": sums,
        "made_at": at,
    }
    html = render_to_string("partnerships/following/payment_list.html", context)
    return Print(
        html=html,
        files={"logo.svg": (pictures.LOGO, "image/svg+xml")},
        attachment=content,
        attachment_name=_("versements-%(year)s.csv") % {"year": year},
        attachment_words=_("La même liste, pour un tableur"),
        identifier=hashlib.sha256(html.encode()).hexdigest(),
        made_at=at,
    )


def csv_of(rows: Sequence[PaymentRow]) -> str:
    """Return the list as a spreadsheet reads it."""
    written = io.StringIO()
    written.write("\ufeff")
    csv.writer(written, delimiter=";").writerows(table_of(rows))
    return written.getvalue()
