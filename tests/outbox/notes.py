"""A kind of message made for the tests, whose facts say everything: whom to, and whether it still holds."""

from dataclasses import replace

from django.contrib.auth import get_user_model

from outbox.kinds import Attachment, Kind, Recipient


def recipients(message, at):
    for address in message.facts.get("to", ["ada@example.org"]):
        user = get_user_model().objects.filter(email=address.lower()).order_by("pk").first()
        yield Recipient(
            user=user,
            address=address,
            language=user.language if user else message.facts.get("language", "fr"),
            name=user.full_name if user else "",
            time_zone=user.time_zone if user else message.facts.get("time_zone", "Europe/Paris"),
            territory=user.territory if user else "",
        )


def holds(message, recipient, at):
    return recipient.address not in message.facts.get("done", [])


def context(message, recipient, at):
    return {
        "button_path": "/accueil/",
        "button_label": "Déposer la preuve",
        "why": "Vous êtes responsable de cet élément.",
        "side": message.facts.get("side", ""),
        "details": [("Responsable", "Souffle Imaginaire")],
    }


def dated_context(message, recipient, at):
    return {**context(message, recipient, at), "day": f"{at.day}/{at.month}"}


def attachments(message, recipient):
    return [Attachment("charte.pdf", "application/pdf", b"%PDF-1.7 test")]


def broken(message, at):
    raise LookupError("nobody knows who")


NOTE = Kind(name="test-note", topic="milestones", recipients=recipients, holds=holds, context=context)


def _also(name, **changes):
    return replace(NOTE, name=name, **changes)


KINDS = [
    NOTE,
    _also("test-reminder", working_hours=True),
    _also("test-legal", mandatory=True, attachments=attachments),
    _also("test-lost", recipients=broken),
    _also("test-broken"),
    _also("test-dated", context=dated_context),
]
