"""The table of the payments of one year, as a spreadsheet reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from partnerships.following.queries.money import PaymentRow

STATES: Final = {
    "to_come": gettext_lazy("à venir"),
    "due": gettext_lazy("dû"),
    "paid": gettext_lazy("payé"),
    "received": gettext_lazy("reçu"),
    "unpaid": gettext_lazy("non versé"),
}
# A cell that begins with one of these is a formula for a spreadsheet.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def table_of(rows: Sequence[PaymentRow]) -> Iterator[list[str]]:
    """Yield the heading, then one line for each payment; amounts in euros with two decimals."""
    yield [
        _("Dossier"),
        _("Intitulé"),
        _("Payeur"),
        _("Autres parties"),
        _("Versement"),
        _("Montant en euros"),
        _("Après le jalon"),
        _("État"),
        _("Payé le"),
        _("Référence"),
        _("Réception confirmée le"),
    ]
    for row in rows:
        payment = row.payment
        cells = [
            payment.partnership.reference,
            payment.partnership.title,
            payment.payer.organisation.name,
            ", ".join(row.others),
            payment.label,
            f"{payment.amount_minor // 100},{payment.amount_minor % 100:02}",
            payment.milestone.code if payment.milestone else "",
            str(STATES[row.state]),
            payment.paid_on.isoformat() if payment.paid_on else "",
            payment.reference,
            payment.received_at.date().isoformat() if payment.received_at else "",
        ]
        yield [_plain(cell) for cell in cells]


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
