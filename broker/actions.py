"""What a broker does in the delivery log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal
from outbox.sending import delivery


class NothingToSend(Refusal):
    """The mail did not fail."""

    sentence = _("Ce courriel n’est pas en échec : il n’y a rien à renvoyer.")


class MailTextErased(Refusal):
    """The mail held a secret that was erased, so it cannot be written again."""

    sentence = _(
        "Le texte de ce courriel n’est pas conservé\u00a0: son destinataire peut en demander un autre."
    )


def send_again(*, delivery_id: UUID, at: datetime) -> None:
    """Make a failed mail due now. Raises NothingToSend, MailTextErased."""
    try:
        delivery.retry(delivery_id=delivery_id, at=at)
    except delivery.NotFailed as error:
        raise NothingToSend from error
    except delivery.SecretsErased as error:
        raise MailTextErased from error
